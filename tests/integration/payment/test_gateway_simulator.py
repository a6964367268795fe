"""The simulator speaks the gateway's protocol; the merchant's half of it is the service's own."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
import requests

from services.payment import vnpay
from services.payment.vnpay import Order, Verdict
from tests.integration.payment.processes import eventually


def new_order(minutes_ago=0):
    created = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes_ago)
    return Order(uuid4().hex, 16_000, "Nop phi HS BCDFGHJK2345", created)


def notices(shop, order):
    return [params for params in shop.received if params["vnp_TxnRef"] == order.reference]


def ask(order, merchant):
    question = vnpay.query(order, merchant, uuid4().hex, datetime.now(UTC))
    url = f"{merchant.gateway_url}/merchant_webapi/api/transaction"
    return vnpay.read_answer(requests.post(url, json=question, timeout=5).json(), order, merchant)


def returned(location):
    return dict(parse_qsl(urlsplit(location).query))


def test_paying_notifies_the_merchant_and_sends_the_browser_back(sandbox, shop, merchant):
    order = new_order()
    location = sandbox.pay(vnpay.payment_url(order, merchant))
    notice = eventually(lambda: notices(shop, order))[0]

    assert location.startswith(merchant.return_url + "?")
    for params in (notice, returned(location)):
        outcome = vnpay.read_notice(params, merchant)
        assert (outcome.reference, outcome.hundredths, outcome.verdict) == (
            order.reference,
            1_600_000,
            Verdict.TAKEN,
        )
    assert ask(order, merchant).verdict is Verdict.TAKEN


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_speaks_the_language_asked_for_and_needs_nothing_else(sandbox, merchant, language):
    order = Order(uuid4().hex, 16_000, "Nop phi", datetime.now(UTC), language=language)
    page = requests.get(vnpay.payment_url(order, merchant), timeout=5).text

    assert ("Chọn ngân hàng" if language == "vi" else "Choose a bank") in page
    assert ("16.000 VND" if language == "vi" else "16,000 VND") in page
    assert "<script" not in page and "http" not in page


def test_cancelling_fails_the_order(sandbox, shop, merchant):
    order = new_order()
    sandbox.pay(vnpay.payment_url(order, merchant), action="cancel")
    notice = eventually(lambda: notices(shop, order))[0]

    assert notice["vnp_ResponseCode"] == "24"
    assert vnpay.read_notice(notice, merchant).verdict is Verdict.FAILED
    assert ask(order, merchant).verdict is Verdict.FAILED


def test_a_changed_redirect_is_refused(merchant):
    url = vnpay.payment_url(new_order(), merchant).replace("vnp_Amount=1600000", "vnp_Amount=100")

    assert requests.get(url, timeout=5).status_code == 400
    assert requests.post(url, data={"action": "pay"}, timeout=5).status_code == 400


def test_an_order_can_only_be_paid_once_and_in_time(sandbox, shop, merchant):
    paid, late = new_order(), new_order(minutes_ago=16)
    url = vnpay.payment_url(paid, merchant)
    sandbox.pay(url)
    again = requests.post(url, data={"action": "cancel"}, allow_redirects=False, timeout=5)

    assert returned(again.headers["location"])["vnp_ResponseCode"] == "00"
    assert requests.get(url, timeout=5).status_code == 410
    assert requests.get(vnpay.payment_url(late, merchant), timeout=5).status_code == 410
    assert ask(late, merchant).verdict is Verdict.FAILED


def test_an_unopened_and_an_unpaid_order_are_unpaid(merchant):
    opened, unopened = new_order(), new_order()
    requests.get(vnpay.payment_url(opened, merchant), timeout=5)

    assert [ask(order, merchant).verdict for order in (opened, unopened)] == [Verdict.UNPAID] * 2


def test_notifications_are_repeated_until_they_are_taken(sandbox, shop, merchant):
    order = new_order()
    shop.answers[order.reference] = ["99", "97", "04", "01", "02"]
    sandbox.pay(vnpay.payment_url(order, merchant))
    eventually(lambda: len(sandbox.order(order.reference)["notifications"]) == 5)
    answers = [sent["answer"] for sent in sandbox.order(order.reference)["notifications"]]

    assert answers == ["99", "97", "04", "01", "02"]


def test_faults_are_switched_per_order(sandbox, shop, merchant):
    order, other = new_order(), new_order()
    sandbox.faults(order.reference, dropIpns=1, wrongSignatures=1, wrongAmounts=1, copies=5)
    shop.answers[order.reference] = ["97"] * 5 + ["04"] * 5
    sandbox.pay(vnpay.payment_url(order, merchant))
    eventually(lambda: len(notices(shop, order)) == 15)
    sandbox.pay(vnpay.payment_url(other, merchant))
    eventually(lambda: notices(shop, other))
    wrong_signature, wrong_amount, right = (notices(shop, order)[at] for at in (0, 5, 10))

    assert sandbox.order(order.reference)["notifications"][0]["answer"] == "lost on the way"
    with pytest.raises(vnpay.BadSignature):
        vnpay.read_notice(wrong_signature, merchant)
    assert vnpay.read_notice(wrong_amount, merchant).hundredths == 1_700_000
    assert vnpay.read_notice(right, merchant).hundredths == 1_600_000
    assert len(notices(shop, other)) == 1


def test_the_bank_can_refuse(sandbox, shop, merchant):
    order = new_order()
    sandbox.faults(order.reference, failureCode="51")
    location = sandbox.pay(vnpay.payment_url(order, merchant))

    assert returned(location)["vnp_ResponseCode"] == "51"
    assert ask(order, merchant).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "faults",
    [
        {},
        {"order": ""},
        {"order": "x", "nonsense": 1},
        {"order": "x", "copies": "5"},
        {"order": "x", "failureCode": "00"},
    ],
)
def test_unknown_faults_are_refused(sandbox, faults):
    assert requests.post(f"{sandbox.url}/vnpay/sandbox/faults", json=faults, timeout=5).status_code == 422


def test_a_query_must_be_signed_and_asked_once(merchant):
    question = vnpay.query(new_order(), merchant, uuid4().hex, datetime.now(UTC))
    url = f"{merchant.gateway_url}/merchant_webapi/api/transaction"
    sent = [question | {"vnp_TxnRef": "other"}, question, question, question | {"vnp_TmnCode": "X"}]
    codes = [requests.post(url, json=body, timeout=5).json()["vnp_ResponseCode"] for body in sent]

    assert codes == ["97", "91", "94", "02"]
    assert requests.post(url, data="not json", timeout=5).json()["vnp_ResponseCode"] == "03"


def test_a_killed_gateway_forgets_neither_payment_nor_notification(sandbox, shop, merchant):
    order = new_order()
    sandbox.faults(order.reference, delaySeconds=1.5)
    sandbox.pay(vnpay.payment_url(order, merchant))
    sandbox.kill()
    assert notices(shop, order) == []
    sandbox.start()
    notice = eventually(lambda: notices(shop, order))[0]

    assert vnpay.read_notice(notice, merchant).verdict is Verdict.TAKEN
    assert ask(order, merchant).verdict is Verdict.TAKEN
