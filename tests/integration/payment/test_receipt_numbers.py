"""Receipt numbers under load, across agencies and across New Year; repeated notifications at once."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime

import pytest

from chassis.clock import FixedClock
from chassis.grants import admit
from chassis.schemas import Command
from services.payment import api, usecases
from services.payment.receipts import LAST_SERIAL, ReceiptSeriesExhausted
from services.payment.tables import ReceiptSeries
from tests.integration.payment.story import AGENCY, Story

OTHER = "000.00.07.H29"


def paid(database, gateway, agency=AGENCY):
    story = Story(database, gateway, agency).charged()
    assert story.notify(story.notice(story.pay())) == "00"
    return story.receipts[0]


def test_numbers_come_without_gaps_however_many_pay_at_once(database, gateway):
    stories = [Story(database, gateway).charged() for _ in range(24)]
    notices = [(story, story.notice(story.pay())) for story in stories]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda pair: pair[0].notify(pair[1]), notices))

    assert answers == ["00"] * 24
    assert sorted(story.receipts[0].serial for story in stories) == list(range(1, 25))


def test_the_same_notification_eight_times_at_once_counts_once(story):
    notice = story.notice(story.charged().pay())
    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(lambda _: story.notify(notice), range(8)))

    assert answers == ["00"] + ["02"] * 7
    assert len(story.receipts) == 1
    assert story.accounts() == {"gateway:vnpay": 16_000, f"revenue:charge:{AGENCY}": -16_000}


def test_a_second_start_waits_for_the_first_and_joins_it(story, database, gateway):
    story.charged()
    command = Command({"id": story.obligation.id})
    with ThreadPoolExecutor(1) as pool:
        with database.work() as work:
            first = usecases.start_payment(
                command, admit(api.START_PAYMENT.allow, story.citizen), work, gateway
            )
            second = pool.submit(story.pay)
            wait([second], timeout=0.5)
            assert not second.done()
        assert second.result() == first
    assert len(story.payments) == 1


def test_a_dossier_that_ends_while_it_is_paid_keeps_its_books_even(database, gateway):
    stories = [Story(database, gateway).charged() for _ in range(12)]
    notices = [(story, story.notice(story.pay())) for story in stories]
    with ThreadPoolExecutor(8) as pool:
        ended = [pool.submit(story.finished) for story in stories]
        told = [pool.submit(story.notify, notice) for story, notice in notices]
    settled = sum(story.obligation.state == "settled" for story in stories)
    accounts = stories[0].accounts()

    assert [answer.result() for answer in told] == ["00"] * 12
    assert all(future.exception() is None for future in ended)
    assert accounts["gateway:vnpay"] == 12 * 16_000
    assert accounts.get(f"revenue:charge:{AGENCY}", 0) == -settled * 16_000
    assert accounts.get(f"refunds-due:{AGENCY}", 0) == -(12 - settled) * 16_000


def test_a_number_is_given_back_when_the_commit_fails(story, database, gateway):
    notice = story.notice(story.charged().pay())
    with pytest.raises(RuntimeError), database.work() as work:
        usecases.take_notice(notice, work, gateway)
        raise RuntimeError
    assert story.notify(notice) == "00"
    assert story.receipts[0].serial == 1


def test_every_agency_has_its_own_numbers(database, gateway):
    numbers = [paid(database, gateway, agency).number for agency in (AGENCY, OTHER, AGENCY)]

    assert numbers == [f"{AGENCY}-2026-00000001", f"{OTHER}-2026-00000001", f"{AGENCY}-2026-00000002"]


def test_numbers_start_again_on_new_year_in_viet_nam(database, gateway):
    numbers = []
    for moment in (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):
        database.clock = FixedClock(moment)
        numbers += [paid(database, gateway).number, paid(database, gateway).number]

    assert [number.removeprefix(f"{AGENCY}-") for number in numbers] == [
        "2026-00000001",
        "2026-00000002",
        "2027-00000001",
        "2027-00000002",
    ]


def test_the_last_number_of_a_year_is_the_last(database, gateway):
    with database.work() as work:
        work.add(ReceiptSeries(agency=AGENCY, year=2026, last_serial=LAST_SERIAL - 1))
    assert paid(database, gateway).number.endswith("-99999999")
    with pytest.raises(ReceiptSeriesExhausted):
        paid(database, gateway)
