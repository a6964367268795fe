"""The operations of the services as HTTP endpoints: admit, build the payload, one RPC, answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.api import Operation
from chassis.envelope import closed_text
from edge.answers import Answers
from edge.asked import Asked
from edge.body import Body
from edge.calls import Call
from edge.limits import Limiter
from edge.payload import Payload
from edge.rpc import Reply, Rpc
from edge.settings import EdgeSettings

PREFIX = "/v1"


@dataclass(frozen=True, slots=True)
class Tools:
    """What every endpoint works with."""

    rpc: Rpc
    limiter: Limiter
    settings: EdgeSettings


class Endpoint:
    """One operation, prepared once for all its requests."""

    def __init__(self, service: str, operation: Operation, tools: Tools) -> None:
        self.operation = operation
        self.route = PREFIX + str(operation.path)
        self._settings = tools.settings
        self._rule = tools.limiter.rule(operation)
        self._payload = Payload(operation)
        self._answers = Answers(operation, PREFIX)
        self._remote = Call(tools.rpc, service, operation.rpc, operation.deadline)

    async def __call__(self, scope: Any, receive: Any, send: Any, parameters: list[str]) -> None:
        asked: Asked = scope["asked"]
        context = await self._admit(asked, scope)
        if self.operation.reads_body:
            body = Body(asked, receive, self._settings.body_limit_bytes, self._settings.body_idle_seconds)
            payload = await self._payload.from_body(asked, body, parameters)
        else:
            payload = self._payload.from_query(scope["query_string"], parameters)
        await self._answers.send(asked, await self._call(payload, context), send)

    async def _admit(self, asked: Asked, scope: Any) -> dict[str, Any]:
        """Check what HTTP alone can tell; the answer is the context that travels with the call."""
        token = asked.token()
        client = scope.get("client")
        await self._rule.admit(asked, token, client[0] if client else "")
        context: dict[str, Any] = {"traceparent": asked.traceparent, "nameko.language": asked.language}
        if token is not None:
            context["nameko.token"] = closed_text(token)
        if self.operation.needs_key or (self.operation.key is None and b"idempotency-key" in asked.headers):
            context["nameko.command_id"] = asked.command_id()
        if self.operation.if_match and (versions := asked.if_match()) is not None:
            context["nameko.if_match"] = versions
        return context

    async def _call(self, payload: Any, context: Mapping[str, Any]) -> Reply:
        return await self._remote(payload, context, repeatable=self.operation.method == "GET")
