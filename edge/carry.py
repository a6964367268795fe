"""Carrying requests to a service as they came, and its answers back: pages and the endpoints of other protocols."""

from typing import Any

from chassis.carried import BODY_LIMIT_BYTES, HEADERS_GIVEN, HEADERS_TAKEN, Carried
from edge.asked import Asked
from edge.body import Body
from edge.calls import Call
from edge.operations import Tools
from edge.services import CarriedTables

_TAKEN = frozenset(name.encode() for name in HEADERS_TAKEN)
_FORM_RATE_BYTES = 8 * 1024


class Carriage:
    """One service's carried requests: one RPC each."""

    def __init__(self, service: str, operation: Carried, tools: Tools) -> None:
        self._idle_seconds = tools.settings.body_idle_seconds
        self._rule = tools.limiter.rule(operation)
        self._remote = Call(tools.rpc, service, operation.rpc, operation.deadline)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked: Asked = scope["asked"]
        client = scope.get("client")
        address = client[0] if client else ""
        await self._rule.admit(asked, None, address)
        body = Body(asked, receive, BODY_LIMIT_BYTES, self._idle_seconds)
        pieces = [piece async for piece in body.chunks(_FORM_RATE_BYTES)]
        payload = {
            "method": scope["method"],
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": [
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, value in scope["headers"]
                if name in _TAKEN
            ],
            "body": b"".join(pieces).decode("latin-1"),
            "address": address,
        }
        context = {"traceparent": asked.traceparent, "nameko.language": asked.language}
        reply = await self._remote(payload, context, repeatable=scope["method"] == "GET")
        await _send(reply.result, asked, scope["method"], send)


async def _send(answer: dict[str, Any], asked: Asked, method: str, send: Any) -> None:
    body = str(answer["body"]).encode()
    headers = [(b"content-length", b"%d" % len(body))]
    for name, value in answer["headers"]:
        lowered = name.lower()
        if lowered == "content-security-policy":
            asked.policy = value.encode("latin-1")
        elif lowered in HEADERS_GIVEN:
            headers.append((lowered.encode(), value.encode("latin-1")))
    await send({"type": "http.response.start", "status": answer["status"], "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


class Carriages:
    """Which carriage a path takes, if any."""

    def __init__(self, tables: CarriedTables, tools: Tools) -> None:
        self._exact: dict[str, Carriage] = {}
        self._below: dict[str, Carriage] = {}
        for service, operations in tables.items():
            for operation in operations:
                carriage = Carriage(service, operation, tools)
                for path in operation.paths:
                    (self._below if path.endswith("/") else self._exact)[path] = carriage

    def find(self, path: str) -> tuple[Carriage, str] | None:
        """The carriage and the path as metrics and logs may name it."""
        if (exact := self._exact.get(path)) is not None:
            return exact, path
        for prefix, carriage in self._below.items():
            if path.startswith(prefix):
                return carriage, prefix
        return None
