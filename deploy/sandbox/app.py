"""One application with every simulator; gateway and carrier keep their state in SQLite files under SANDBOX_DIR."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from deploy.sandbox import messages, registers, rp, vneid, vnpay, vnpost


def create_app() -> Starlette:
    """The simulators; the gateway's sender of notifications and the mail server in the background."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sender = asyncio.create_task(vnpay.send_notifications())
        async with messages.mail_server():
            yield
        sender.cancel()
        with suppress(asyncio.CancelledError):
            await sender

    return Starlette(
        routes=[
            Route("/health/live", _healthy),
            Route("/health/ready", _healthy),
            *vnpay.routes,
            *vnpost.routes,
            *registers.routes,
            *vneid.routes,
            *messages.routes,
            *rp.routes,
        ],
        lifespan=lifespan,
    )


async def _healthy(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
