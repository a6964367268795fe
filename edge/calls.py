"""One remote method as the edge calls it: its deadline, its metrics, and what is said when nobody can tell how it ended."""

import time
from collections.abc import Mapping
from typing import Any

from chassis.errors import DeadlineExceeded, ServiceError, Unavailable
from edge.metrics import RpcTimings
from edge.rpc import OutcomeUnknown, RemoteError, Reply, Rpc


class Call:
    def __init__(self, rpc: Rpc, service: str, method: str, deadline: float) -> None:
        self._rpc, self._deadline = rpc, deadline
        self._target = f"{service}.{method}"
        self._timings = RpcTimings(service, method)

    async def __call__(self, payload: Any, context: Mapping[str, Any], *, repeatable: bool) -> Reply:
        """The reply; raises RemoteError when the service refused, ServiceError when it could not be asked."""
        started, outcome = time.perf_counter(), "internal-error"
        try:
            reply = await self._rpc.call(self._target, payload, context, self._deadline)
            outcome = "ok"
            return reply
        except OutcomeUnknown:
            outcome = "connection-lost"
            # A read may simply be repeated; a write only with the same key.
            raise (Unavailable() if repeatable else DeadlineExceeded()) from None
        except (RemoteError, ServiceError) as error:
            outcome = error.code
            raise
        finally:
            self._timings.observe(outcome, time.perf_counter() - started)
