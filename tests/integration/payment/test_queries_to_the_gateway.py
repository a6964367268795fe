"""Asking the gateway (querydr) about payments whose notification never came; the gateway is the real simulator."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import FixedClock
from services.payment import jobs
from services.payment.adapters import GatewayUnavailable, Vnpay
from services.payment.usecases import order_of
from tests.integration.payment.story import AGENCY, QUERY_AFTER, Story


@pytest.fixture
def clock():
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def gateway(merchant):
    return Vnpay(merchant, query_after=QUERY_AFTER, timeout=5)


@pytest.fixture
def story(database, gateway):
    return Story(database, gateway).charged()


def ask(story):
    jobs.query_gateway(story.database, story.gateway)
    return story


def test_a_lost_notification_is_made_up_for(story, sandbox, clock):
    started = story.pay()
    sandbox.faults(story.payments[0].reference, dropIpns=10)
    sandbox.pay(started["redirect_url"])

    assert ask(story).obligation.state == "pending"
    clock.move(QUERY_AFTER)
    assert ask(story).obligation.state == "settled"
    assert (story.payments[0].confirmed_by, story.payments[0].next_query_at) == ("query", None)
    assert story.accounts() == {"gateway:vnpay": 16_000, f"revenue:charge:{AGENCY}": -16_000}
    assert [row.number for row in story.receipts] == [f"{AGENCY}-{clock.today().year}-00000001"]
    assert story.said() == ["obligation-created", "obligation-settled"]
    assert story.notify(story.notice(started)) == "02"


def test_an_unpaid_payment_is_asked_about_ever_more_seldom_until_its_time_is_over(story, clock):
    story.pay()
    pauses = []
    while story.payments[0].state == "pending":
        due = story.payments[0].next_query_at
        pauses.append(int((due - clock.now()).total_seconds()))
        clock.move(due - clock.now())
        ask(story)

    assert pauses[1:] == [60, 120, 240, 480, 600, 600]
    assert (story.payments[0].state, story.obligation.state) == ("expired", "due")
    assert story.said() == ["obligation-created", "payment-failed"]


def test_a_cancelled_payment_is_noticed(story, sandbox, clock):
    started = story.pay()
    sandbox.faults(story.payments[0].reference, dropIpns=10)
    sandbox.pay(started["redirect_url"], action="cancel")
    clock.move(QUERY_AFTER)

    assert ask(story).obligation.state == "due"
    assert (story.payments[0].state, story.payments[0].code) == ("failed", "02")


def test_an_attempt_given_up_for_a_new_one_is_still_asked_about(story, sandbox, clock):
    first = story.pay()
    sandbox.faults(story.payments[0].reference, dropIpns=10)
    sandbox.pay(first["redirect_url"])
    clock.move(timedelta(minutes=15))
    second = story.pay()
    clock.move(QUERY_AFTER)
    ask(story)

    assert second["payment"] != first["payment"]
    assert (story.obligation.state, story.obligation.settled_by) == ("settled", first["payment"])


@pytest.mark.parametrize("fault", ["nobody there", "no JSON", "another key"])
def test_a_gateway_that_cannot_be_believed_costs_patience_only(story, database, merchant, shop, clock, fault):
    url = {"nobody there": "http://127.0.0.1:9", "no JSON": shop.url}.get(fault, merchant.api_url)
    secret = "another-secret" if fault == "another key" else merchant.secret
    odd = Vnpay(replace(merchant, api_url=url, secret=secret), query_after=QUERY_AFTER, timeout=1)
    story.pay()
    clock.move(QUERY_AFTER)
    with pytest.raises(GatewayUnavailable):
        odd.ask(order_of(story.payments[0]), clock.now())
    jobs.query_gateway(database, odd)

    assert (story.payments[0].state, story.payments[0].queries) == ("pending", 1)
    assert story.payments[0].next_query_at == clock.now() + 2 * QUERY_AFTER
