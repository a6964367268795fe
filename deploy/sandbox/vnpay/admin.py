"""What a tester may see and set: faults per order, notifications sent, one more notification."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.vnpay.orders import FAULTS, orders


async def set_faults(request: Request) -> Response:
    """{"order": vnp_TxnRef, fault: value, …}; the order need not have been opened yet."""
    try:
        wanted: dict[str, Any] = dict(await request.json())
    except (ValueError, TypeError):
        return JSONResponse({"error": "send a JSON object"}, 400)
    reference = wanted.pop("order", None)
    bad = sorted(name for name, value in wanted.items() if name not in FAULTS or not _fits(name, value))
    if not isinstance(reference, str) or not reference or bad:
        return JSONResponse({"error": "not an order or not a fault", "bad": bad, "faults": FAULTS}, 422)
    orders().set_faults(reference, wanted)
    return JSONResponse({"order": reference} | orders().faults(reference))


def _fits(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(FAULTS[name], str):
        return isinstance(value, str) and value != "00"
    return isinstance(value, int | float if isinstance(FAULTS[name], float) else int) and 0 <= value <= 3600


async def order(request: Request) -> Response:
    found = orders().find(request.path_params["reference"])
    if found is None:
        return JSONResponse({"error": "no such order"}, 404)
    return JSONResponse(
        {
            "order": found.reference,
            "state": found.state,
            "status": found.status,
            "code": found.code,
            "amount": int(found.params["vnp_Amount"]) // 100,
            "notifications": orders().sendings(found.reference),
            "faults": orders().faults(found.reference),
        }
    )


async def notify_again(request: Request) -> Response:
    reference = request.path_params["reference"]
    found = orders().find(reference)
    if found is None or found.status == "01":
        return JSONResponse({"error": "no order with an outcome"}, 404)
    orders().notify_again(reference)
    return JSONResponse({"order": reference}, 202)


routes = [
    Route("/vnpay/sandbox/faults", set_faults, methods=["POST"]),
    Route("/vnpay/sandbox/orders/{reference}", order, methods=["GET"]),
    Route("/vnpay/sandbox/orders/{reference}/ipn", notify_again, methods=["POST"]),
]
