"""The outer door: every request passes it once, every failure leaves it as a problem document."""

from typing import Any

from chassis.errors import InternalError, ServiceError
from chassis.logs import get_logger
from edge import problems
from edge.access import Access
from edge.asked import Asked
from edge.body import Disconnected
from edge.rpc import RemoteError

#: What a proxy notes when the client did not wait for the answer.
CLIENT_GONE = 499

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
log = get_logger(__name__)


class Door:
    """Trace, language, security headers, problem documents, access log and metrics, in one layer."""

    def __init__(self, app: Any) -> None:
        self._app, self._access = app, Access()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = scope["asked"] = Asked(scope)

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                asked.status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    *SECURITY_HEADERS,
                    *asked.answer_headers,
                    (b"content-security-policy", asked.policy),
                ]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Disconnected:
            asked.status = CLIENT_GONE
        except Exception as error:
            if asked.status:
                # Half an answer is out: only closing the connection can tell the client.
                raise
            await _refuse(error, asked, answer)
        finally:
            self._access.note(asked, scope["method"])


async def _refuse(error: Exception, asked: Asked, send: Any) -> None:
    if isinstance(error, RemoteError):
        status, headers, body = problems.answer(error.problem, asked)
    elif isinstance(error, ServiceError):
        status, headers, body = problems.answer(error, asked)
    else:
        log.error("request failed", exc_info=error, trace_id=asked.trace_id, route=asked.route)
        status, headers, body = problems.answer(InternalError(), asked)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
