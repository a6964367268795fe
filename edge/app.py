"""The edge put together: one ASGI application from the services' tables of operations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from chassis import logs
from chassis.errors import InternalError, NotFound, ServiceError
from edge import docs, metrics, problems, services
from edge.carry import Carriages
from edge.door import Door
from edge.errors import MethodNotAllowed
from edge.files import endpoint
from edge.limits import Limiter
from edge.monitor import Monitor
from edge.operations import PREFIX, Endpoint, Tools
from edge.routes import Routes
from edge.rpc import Rpc
from edge.settings import EdgeSettings
from edge.store import Store

#: What a page of another origin may send and see, besides what any may.
_ASKED_HEADERS = [
    "Authorization",
    "Content-Disposition",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "traceparent",
]
_ANSWERED_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
]


class Front:
    """Operations go straight to the API, past the layers that only pages need; what services answer whole is carried."""

    def __init__(self, api: "Api", carriages: Carriages, pages: Starlette) -> None:
        self._api, self._carriages, self._pages = api, carriages, pages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX + "/"):
            await self._api(scope, receive, send)
        elif scope["type"] == "http" and (found := self._carriages.find(scope["path"])) is not None:
            carriage, scope["asked"].route = found
            await carriage(scope, receive, send)
        else:
            await self._pages(scope, receive, send)
            if "endpoint" in scope:
                scope["asked"].route = "page"


class Api:
    """Everything under /v1."""

    def __init__(self, routes: Routes[Endpoint]) -> None:
        self._routes = routes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["raw_path"].decode("utf-8", "replace")
        try:
            target, parameters = self._routes.find(scope["method"], path)
        except MethodNotAllowed as error:
            if scope["method"] != "OPTIONS":
                raise
            await _options(error.values["allow"], send)
            return
        scope["asked"].route = target.route
        await target(scope, receive, send, parameters)


def build(
    settings: EdgeSettings, tables: services.Tables, carried: services.CarriedTables | None = None
) -> ASGIApp:
    """The application for these operations; it talks to the broker while its lifespan lasts."""
    rpc = Rpc(settings.amqp_url, heartbeat=settings.heartbeat, max_pending=settings.max_pending)
    tools = Tools(rpc, Limiter(settings.rate_limit, settings.rate_limit_storage), settings)
    routes = _routes(tables, tools)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        metrics.RPC_PENDING.set_function(lambda: rpc.pending)
        metrics.BROKER_CONNECTED.set_function(lambda: rpc.ready)
        rpc.start()
        with Monitor(settings, lambda: {"broker": rpc.ready}):
            yield
        await rpc.close()

    handlers: dict[Any, Any] = {HTTPException: _refused, Exception: _refused}
    pages = Starlette(routes=docs.routes(tables, settings), exception_handlers=handlers, lifespan=lifespan)
    front = Front(Api(routes), Carriages(carried or {}, tools), pages)
    return _with_cors(Door(front), settings)


def create() -> ASGIApp:
    """The application of this process, from the environment."""
    settings = EdgeSettings.from_environment()
    logs.configure("edge", settings.log_level)
    return build(settings, services.load(), services.carried())


def _routes(tables: services.Tables, tools: Tools) -> Routes[Endpoint]:
    url = tools.settings.object_store_url
    store = Store(url) if url else None
    routes: Routes[Endpoint] = Routes()
    for service, operations in tables.items():
        for operation in operations:
            target = endpoint(service, operation, tools, store)
            routes.add(str(operation.method), target.route, target)
    return routes


def _with_cors(app: ASGIApp, settings: EdgeSettings) -> ASGIApp:
    if not settings.allowed_origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=_ASKED_HEADERS,
        expose_headers=_ANSWERED_HEADERS,
        max_age=600,
    )


async def _options(allow: list[str], send: Any) -> None:
    headers = [(b"allow", ", ".join(allow).encode())]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refused(request: Request, error: Exception) -> Response:
    """What goes wrong outside /v1, in the form of ours."""
    ours: ServiceError = NotFound()
    if not isinstance(error, HTTPException):
        ours = InternalError()
    elif error.status_code == 405:
        ours = MethodNotAllowed(allow=(error.headers or {}).get("Allow", "GET").split(", "))
    status, headers, body = problems.answer(ours, request.scope["asked"])
    return Response(body, status, {name.decode(): value.decode() for name, value in headers})
