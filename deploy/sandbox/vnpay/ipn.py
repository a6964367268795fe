"""Notifications (IPN): the gateway calls the merchant until it answers 00 or 02, ten times at most."""

import asyncio
import logging
import os

import httpx

from deploy.sandbox.vnpay import protocol
from deploy.sandbox.vnpay.orders import Order, orders
from deploy.sandbox.vnpay.protocol import Shop

log = logging.getLogger("uvicorn.error")

LOST: tuple[int | None, str] = (None, "lost on the way")


def result_params(order: Order) -> dict[str, str]:
    """What the gateway tells about an order: to the merchant's server and, unreliably, through the browser."""
    asked = order.params
    params = {
        "vnp_Amount": asked["vnp_Amount"],
        "vnp_BankCode": order.bank,
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": asked["vnp_OrderInfo"],
        "vnp_PayDate": protocol.stamp(order.paid_at or order.expires_at),
        "vnp_ResponseCode": order.code or "11",
        "vnp_TmnCode": asked["vnp_TmnCode"],
        "vnp_TransactionNo": order.transaction_no or "0",
        "vnp_TransactionStatus": order.status,
        "vnp_TxnRef": order.reference,
    }
    return params | ({"vnp_BankTranNo": f"VNP{order.transaction_no}"} if order.status == "00" else {})


async def send_notifications() -> None:
    """Send what is due, for ever."""
    # The real gateway waits five minutes.
    again_in = float(os.environ.get("SANDBOX_IPN_RETRY_SECONDS", "5"))
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        while True:
            try:
                due = orders().due_notifications()
                await asyncio.gather(
                    *(_send(client, number, reference, again_in) for number, reference in due)
                )
            except Exception:
                log.exception("a notification could not be sent; it stays due")
            await asyncio.sleep(0.1)


async def _send(client: httpx.AsyncClient, number: int, reference: str, again_in: float) -> None:
    answers = [LOST]
    if not orders().spend(reference, "dropIpns"):
        url = _url(reference)
        copies = max(1, int(orders().faults(reference)["copies"]))
        answers = await asyncio.gather(*(_ask(client, url) for _ in range(copies)))
    orders().sent(number, reference, answers, again_in)


def _url(reference: str) -> str:
    shop = Shop.from_environment()
    order = orders().find(reference)
    assert order is not None
    params = result_params(order)
    secret = shop.secret
    if orders().spend(reference, "wrongSignatures"):
        secret = secret[::-1]
    elif orders().spend(reference, "wrongAmounts"):
        params["vnp_Amount"] = str(int(params["vnp_Amount"]) + 100_000)
    return f"{shop.ipn_url}?{protocol.signed_query(params, secret)}"


async def _ask(client: httpx.AsyncClient, url: str) -> tuple[int | None, str]:
    try:
        response = await client.get(url)
        return response.status_code, str(response.json()["RspCode"])
    except httpx.HTTPError as error:
        return None, type(error).__name__
    except (ValueError, KeyError, TypeError):
        return response.status_code, "unreadable"
