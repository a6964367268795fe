"""Notifications of the gateway (IPN): good, wrong, repeated, late; each with its effect on every book."""

from datetime import timedelta

import pytest

from chassis.errors import NotFound
from services.payment import queries
from services.payment.errors import AmountTooLarge, ObligationClosed
from tests.integration.payment.story import AGENCY, CHARGE, FEE, Story

SETTLED = (
    {f"revenue:charge:{AGENCY}": -16_000, "gateway:vnpay": 16_000},
    ["obligation-created", "obligation-settled"],
    [f"{AGENCY}-2026-00000001"],
    [("settled", f"{AGENCY}-2026-00000001")],
    [("settled", 0)],
)
UNPAID = (
    {f"revenue:charge:{AGENCY}": -16_000, f"receivable:{AGENCY}": 16_000},
    ["obligation-created"],
    [],
    [("pending", None)],
    [("pending", 0)],
)


@pytest.fixture
def started(story):
    return story.charged().pay()


def test_a_good_notification_settles_everything_in_one_commit(story, started):
    assert story.notify(story.notice(started)) == "00"
    assert story.facts() == SETTLED
    payment = story.payments[0]
    assert (payment.bank, payment.gateway_transaction, payment.confirmed_by) == ("NCB", "14422574", "ipn")
    assert payment.next_query_at is None


def test_a_wrong_signature_changes_nothing(story, started):
    notice = story.notice(started)
    forged = notice | {"vnp_SecureHash": notice["vnp_SecureHash"][::-1]}

    assert story.notify(forged) == "97"
    assert story.notify(notice | {"vnp_BankCode": "OTHER"}) == "97"
    assert story.notify({key: value for key, value in notice.items() if key != "vnp_SecureHash"}) == "97"
    assert story.notify({}) == "97"
    assert story.facts() == UNPAID


@pytest.mark.parametrize("amount", ["1500000", "16000", "1600001", "160000000"])
def test_a_wrong_amount_changes_nothing(story, started, amount):
    assert story.notify(story.notice(started, vnp_Amount=amount)) == "04"
    assert story.facts() == UNPAID


def test_a_repeated_notification_changes_nothing_more(story, started):
    answers = [story.notify(story.notice(started)) for _ in range(4)]

    assert answers == ["00", "02", "02", "02"]
    assert story.facts() == SETTLED


def test_a_late_notification_still_settles(story, started, clock):
    clock.move(timedelta(days=3))

    assert story.notify(story.notice(started)) == "00"
    assert story.facts() == SETTLED


def test_an_unknown_order_changes_nothing(story, started):
    assert story.notify(story.notice(started, vnp_TxnRef="0" * 32)) == "01"
    assert story.facts() == UNPAID


@pytest.mark.parametrize(
    "changes",
    [
        {"vnp_Amount": "a lot"},
        {"vnp_ResponseCode": ""},
        {"vnp_TransactionStatus": ""},
        {"vnp_TmnCode": "OTHER"},
    ],
)
def test_a_malformed_notification_changes_nothing(story, started, changes):
    assert story.notify(story.notice(started, **changes)) == "99"
    assert story.facts() == UNPAID


def test_a_parameter_that_comes_twice_changes_nothing(story, started):
    notice = story.notice(started)

    assert story.notify(notice | {"vnp_Amount": [notice["vnp_Amount"]] * 2}) == "99"
    assert story.facts() == UNPAID


@pytest.mark.parametrize("code", ["24", "51", "11"])
def test_a_failed_payment_makes_the_obligation_due_again(story, started, code):
    failed = story.notice(started, vnp_ResponseCode=code, vnp_TransactionStatus="02")

    assert [story.notify(failed), story.notify(failed)] == ["00", "02"]
    assert story.obligation.state == "due"
    assert (story.payments[0].state, story.payments[0].code) == ("failed", code)
    assert story.said() == ["obligation-created", "payment-failed"]
    assert story.accounts() == UNPAID[0]


def test_money_the_bank_holds_for_review_settles_only_when_released(story, started):
    held = story.notice(started, vnp_ResponseCode="07", vnp_TransactionStatus="07")

    assert story.notify(held) == "00"
    assert story.facts() == UNPAID
    assert story.notify(story.notice(started)) == "00"
    assert story.facts() == SETTLED


def test_money_that_comes_after_a_failure_is_not_lost(story, started):
    story.notify(story.notice(started, vnp_ResponseCode="24", vnp_TransactionStatus="02"))

    assert story.notify(story.notice(started)) == "00"
    assert story.obligation.state == "settled"


def test_money_for_a_cancelled_obligation_is_owed_back(story, started):
    story.finished()

    assert story.notify(story.notice(started)) == "00"
    assert story.accounts() == {"gateway:vnpay": 16_000, f"refunds-due:{AGENCY}": -16_000}
    assert (story.obligation.state, list(story.receipts)) == ("cancelled", [])
    assert [(row.state, row.refund_due) for row in story.payments] == [("refund-due", 16_000)]
    assert story.said() == ["obligation-created", "obligation-cancelled", "obligation-overpaid"]
    assert story.obligation.refund_due == 16_000


def test_the_second_of_two_attempts_that_take_money_is_owed_back(story, started, clock):
    clock.move(timedelta(minutes=15))
    again = story.pay()
    assert again["payment"] != started["payment"]

    assert [story.notify(story.notice(attempt)) for attempt in (started, again, again)] == ["00", "00", "02"]
    assert len(story.receipts) == 1
    assert story.said() == ["obligation-created", "obligation-settled", "obligation-overpaid"]
    assert (story.obligation.state, story.obligation.refund_due) == ("settled", 16_000)
    assert [(row.state, row.refund_due) for row in story.payments] == [("settled", 0), ("refund-due", 16_000)]
    assert story.accounts() == {
        "gateway:vnpay": 32_000,
        f"refunds-due:{AGENCY}": -16_000,
        f"revenue:charge:{AGENCY}": -16_000,
    }


def test_a_failed_old_attempt_leaves_the_new_one_under_way(story, started, clock):
    clock.move(timedelta(minutes=15))
    again = story.pay()
    story.notify(story.notice(started, vnp_ResponseCode="11", vnp_TransactionStatus="02"))

    assert (story.obligation.state, story.obligation.live_payment) == ("pending", again["payment"])


def test_only_one_attempt_is_live(story, started, clock):
    clock.move(timedelta(minutes=14))

    assert story.pay() == started
    assert len(story.payments) == 1


def test_a_new_attempt_follows_a_failed_one(story, started):
    story.notify(story.notice(started, vnp_ResponseCode="24", vnp_TransactionStatus="02"))
    again = story.pay()

    assert again["payment"] != started["payment"]
    assert story.notify(story.notice(again)) == "00"


def test_what_is_settled_or_cancelled_cannot_be_paid(story, started, database, gateway):
    story.notify(story.notice(started))
    with pytest.raises(ObligationClosed):
        story.pay()
    with pytest.raises(ObligationClosed):
        Story(database, gateway).charged().finished().pay()


def test_nobody_pays_for_somebody_else(story, started, database, gateway):
    stranger = Story(database, gateway)
    with pytest.raises(NotFound):
        story.pay(caller=stranger.citizen)


def test_more_than_the_gateway_takes_is_refused(story):
    story.charged(CHARGE | {"amount": 10**10})
    with pytest.raises(AmountTooLarge):
        story.pay()


def test_the_browser_that_comes_back_settles_nothing(story, started, database, gateway):
    with database.work(read_only=True) as work:
        view = queries.returned(story.notice(started), work, gateway)

    assert (view["payment"], view["state"]["code"]) == (started["payment"], "pending")
    assert story.facts() == UNPAID


def test_a_browser_with_a_forged_address_learns_nothing(story, started, database, gateway):
    forged = story.notice(started) | {"vnp_Amount": "100"}
    with pytest.raises(NotFound), database.work(read_only=True) as work:
        queries.returned(forged, work, gateway)


def test_fees_and_charges_get_receipts_of_their_own(story):
    story.charged(CHARGE, FEE)
    for obligation in story.obligations:
        story.notify(story.notice(story.pay(obligation=obligation)))

    assert [(row.kind, row.amount, row.serial) for row in story.receipts] == [
        ("charge", 16_000, 1),
        ("fee", 135_000, 2),
    ]
