"""What a tester may see and set."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.vneid import faults
from deploy.sandbox.vneid.provider import provider


async def see_or_set(request: Request) -> Response:
    """GET: faults and calls so far. POST {fault: value, …}: change them. DELETE: none, and count anew."""
    if request.method == "DELETE":
        faults.reset()
    if request.method == "POST":
        try:
            wanted: dict[str, Any] = dict(await request.json())
        except (ValueError, TypeError):
            return JSONResponse({"error": "send a JSON object"}, 400)
        bad = faults.problems(wanted)
        if bad:
            return JSONResponse({"error": "not a fault", "bad": bad, "faults": faults.DEFAULTS}, 422)
        faults.current.update(wanted)
    return JSONResponse({"faults": faults.current, "calls": faults.calls})


async def rotate(_: Request) -> Response:
    provider().rotate()
    return JSONResponse(provider().key_set())


routes = [
    Route("/vneid/sandbox/faults", see_or_set, methods=["GET", "POST", "DELETE"]),
    Route("/vneid/sandbox/rotate", rotate, methods=["POST"]),
]
