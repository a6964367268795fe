"""Consignments from the event to the citizen's door: real PostgreSQL, the simulator over real HTTP."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from chassis.clock import FixedClock, SystemClock
from chassis.database import Sessions
from chassis.events import Event
from services.postal import jobs, metrics, tables, usecases
from services.postal.adapters import Told, VnPost
from tests.integration.postal.support import AGENCY, Simulator, result_posted


def row_of(database: Sessions, event: Event) -> tables.Consignment:
    with database.work(read_only=True) as work:
        found = work.session.scalar(
            select(tables.Consignment).where(tables.Consignment.dossier == event.dossier)
        )
        assert found is not None
        work.session.expunge(found)
        return found


def told(database: Sessions, name: str = "") -> list[tuple[str, dict[str, Any]]]:
    """The events that left, oldest first: (name, data)."""
    with database.work(read_only=True) as work:
        rows = work.session.execute(text("SELECT type, body FROM outbox ORDER BY position")).all()
    found = [
        (kind.removeprefix("vn.motcua.postal.").rpartition(".")[0], json.loads(body)["data"])
        for kind, body in rows
    ]
    return [one for one in found if name in one[0]]


def run(database: Sessions, simulator: Simulator, timeout: float = 5.0) -> None:
    carrier = simulator.adapter(timeout)
    jobs.hand_over(database, carrier)
    jobs.poll_tracking(database, carrier)


def test_from_the_result_posted_to_delivered(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    event = consign()
    run(database, simulator)
    row = row_of(database, event)
    assert (row.state, row.signed_by, row.next_try_at) == ("delivered", "Nguyễn Thị Hoa", None)
    assert row.tracking == simulator.orders()[0]["itemCode"]
    assert [name for name, _ in told(database)] == ["consignment-handed-over", "consignment-delivered"]
    delivered = told(database, "delivered")[0][1]
    assert delivered["dossier"] == event.dossier
    assert "Nguyễn Thị Hoa" not in str(told(database)), "who signed is shown, not told to others"
    assert delivered["handedOverAt"] <= delivered["deliveredAt"]


def test_the_carrier_is_told_who_sends_what_to_whom(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    with database.work() as work:
        work.add(tables.Agency(code=AGENCY, name="UBND phường Ba Đình", sequence=1))
    event = consign()
    run(database, simulator)
    order = simulator.orders()[0]["order"]
    assert order["orderNumber"] == event.code
    assert order["codAmount"] == 0
    assert order["sender"] == {"Name": "UBND phường Ba Đình"}
    assert order["receiver"] == {
        "Name": "Nguyễn Thị Hoa",
        "Tel": "0912345678",
        "Address": "Số 1 Hoàng Hoa Thám, Ba Đình, Hà Nội",
    }


def test_the_same_dossier_said_twice_is_one_consignment(
    database: Sessions, consign: Callable[..., Event]
) -> None:
    event = consign()
    consign(dossier=event.dossier)
    with database.work(read_only=True) as work:
        assert len(work.session.scalars(select(tables.Consignment)).all()) == 1


def postings_of(database: Sessions, event: Event) -> list[tuple[int, str, str]]:
    with database.work(read_only=True) as work:
        found = work.session.scalars(
            select(tables.Consignment)
            .where(tables.Consignment.dossier == event.dossier)
            .order_by(tables.Consignment.posting)
        )
        return [(row.posting, row.order_number, row.state) for row in found]


@pytest.mark.parametrize("outcome", ["returned", "lost"])
def test_a_result_that_came_back_is_posted_again(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event], outcome: str
) -> None:
    simulator.admin(outcome=outcome)
    event = consign()
    run(database, simulator)
    assert [name for name, _ in told(database)] == ["consignment-handed-over", "consignment-failed"]
    simulator.admin(outcome="delivered")
    consign(dossier=event.dossier, code=event.code)
    run(database, simulator)
    orders = [order["orderNumber"] for order in simulator.orders()]
    assert orders == [event.code, f"{event.code}-2"]
    assert [row[:2] for row in postings_of(database, event)] == list(enumerate(orders, 1))
    assert postings_of(database, event)[1][2] == "delivered"
    assert [data["dossier"] for _, data in told(database, "delivered")] == [event.dossier]


def test_what_the_carrier_refused_is_posted_again(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(refusals=1)
    event = consign()
    run(database, simulator)
    consign(dossier=event.dossier, code=event.code)
    consign(dossier=event.dossier, code=event.code)
    run(database, simulator)
    assert [state for _, _, state in postings_of(database, event)] == ["refused", "delivered"]
    assert [order["orderNumber"] for order in simulator.orders()] == [f"{event.code}-2"]


def test_a_posting_while_the_parcel_is_under_way_is_counted(
    database: Sessions, consign: Callable[..., Event]
) -> None:
    before = metrics.REPEATED_POSTINGS._value.get()
    event = consign()
    consign(dossier=event.dossier, code=event.code)
    assert len(postings_of(database, event)) == 1
    assert metrics.REPEATED_POSTINGS._value.get() == before + 1


def test_the_database_holds_one_parcel_under_way_per_dossier(
    database: Sessions, consign: Callable[..., Event]
) -> None:
    event = consign()
    kept = [column.name for column in tables.Consignment.__table__.columns]
    shown = {"id": "gen_random_uuid()", "posting": "2", "order_number": "'another'"}
    values = ", ".join(shown.get(name, name) for name in kept)
    copied = f"INSERT INTO consignments ({', '.join(kept)}) SELECT {values} FROM consignments"
    with pytest.raises(IntegrityError, match="uq_consignments_under_way"), database.work() as work:
        work.session.execute(text(copied))
    assert len(postings_of(database, event)) == 1


def test_a_lost_parcel_that_comes_back_is_not_told_twice(
    database: Sessions, consign: Callable[..., Event]
) -> None:
    event = consign()
    row, start = row_of(database, event), usecases.BEGINNING
    for number, code in enumerate(["70", "190", "80", "170"], 1):
        one = Told(f"{number:024x}", event.code, None, code, "", SystemClock().now())
        with database.work() as work:
            assert usecases.apply_tracking([one], start, work)
        start = one.id
    assert row_of(database, event).state == "returned-to-sender"
    failed = [(data["consignment"], data["state"]) for _, data in told(database, "failed")]
    assert failed == [(row.id, "lost")]


def test_an_answer_lost_on_the_way_makes_no_second_parcel(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(lostAnswers=1)
    event = consign()
    jobs.hand_over(database, simulator.adapter(timeout=0.4))
    row = row_of(database, event)
    assert (row.state, row.attempts, row.last_error) == ("registered", 1, "ReadTimeout")
    assert len(simulator.orders()) == 1
    # The next try is due after a second; the clock of this unit of work is already there.
    database.clock = FixedClock(SystemClock().now() + timedelta(seconds=5))
    jobs.hand_over(database, simulator.adapter())
    assert row_of(database, event).state == "handed-over"
    assert len(simulator.orders()) == 1


def test_tracking_tells_of_a_parcel_whose_answer_was_lost(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(lostAnswers=1)
    event = consign()
    run(database, simulator, timeout=0.4)
    row = row_of(database, event)
    assert (row.state, row.next_try_at, row.last_error) == ("delivered", None, None)
    assert row.tracking == simulator.orders()[0]["itemCode"]
    assert [name for name, _ in told(database)] == ["consignment-handed-over", "consignment-delivered"]


def test_a_carrier_that_is_down_is_asked_again_and_nothing_is_lost(
    database: Sessions, start_simulator: Callable[[], Simulator], consign: Callable[..., Event]
) -> None:
    simulator = start_simulator()
    simulator.process.kill()
    events = [consign(), consign()]
    run(database, simulator)
    first, second = sorted(
        (row_of(database, event) for event in events), key=lambda row: row.attempts, reverse=True
    )
    assert (first.state, first.attempts, first.last_error) == ("registered", 1, "ConnectionError")
    assert first.next_try_at is not None
    assert first.next_try_at > second.next_try_at
    assert second.attempts == 0, "one silence is enough: the others are not tried in the same run"
    start_simulator()
    database.clock = FixedClock(SystemClock().now() + timedelta(seconds=5))
    run(database, simulator)
    assert {row_of(database, event).state for event in events} == {"delivered"}


def test_errors_of_the_carrier_are_retried_with_growing_delay(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    event = consign()
    simulator.admin(errors=3)
    clock = FixedClock(SystemClock().now())
    database.clock = clock
    delays = []
    for _ in range(3):
        jobs.hand_over(database, simulator.adapter())
        row = row_of(database, event)
        assert row.next_try_at is not None
        delays.append(row.next_try_at - clock.now())
        jobs.hand_over(database, simulator.adapter())
        assert row_of(database, event).attempts == row.attempts, "not before its time"
        clock.move(delays[-1])
    assert [d.total_seconds() for d in delays] == [1, 2, 4]
    jobs.hand_over(database, simulator.adapter())
    assert row_of(database, event).state == "handed-over"


def test_what_the_carrier_refuses_is_not_asked_again(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(refusals=1)
    event = consign()
    run(database, simulator)
    run(database, simulator)
    row = row_of(database, event)
    assert (row.state, row.attempts, row.last_error, row.next_try_at) == ("refused", 1, "HTTP 422", None)
    assert simulator.orders() == []
    assert [(name, data["state"]) for name, data in told(database)] == [("consignment-failed", "refused")]


def test_repeated_rows_told_backwards_change_nothing(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(duplicateRows=True, shuffleRows=True)
    event = consign()
    run(database, simulator)
    run(database, simulator)
    assert row_of(database, event).state == "delivered"
    assert [name for name, _ in told(database)] == ["consignment-handed-over", "consignment-delivered"]


def test_rows_told_backwards_one_at_a_time(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PAGE", 1)
    simulator.admin(shuffleRows=True, stepSeconds=0.01)
    event = consign()
    jobs.hand_over(database, simulator.adapter())
    while row_of(database, event).state != "delivered":
        jobs.poll_tracking(database, simulator.adapter())
    for _ in range(3):
        jobs.poll_tracking(database, simulator.adapter())
    assert row_of(database, event).state == "delivered"
    assert len(told(database, "delivered")) == 1


@pytest.mark.parametrize(
    ("outcome", "state", "failures"),
    [
        ("second-attempt", "delivered", []),
        ("returned", "returned-to-sender", ["returned-to-sender"]),
        ("lost", "lost", ["lost"]),
    ],
)
def test_what_else_can_become_of_a_parcel(
    database: Sessions,
    simulator: Simulator,
    consign: Callable[..., Event],
    outcome: str,
    state: str,
    failures: list[str],
) -> None:
    simulator.admin(outcome=outcome)
    event = consign()
    run(database, simulator)
    assert row_of(database, event).state == state
    assert [data["state"] for _, data in told(database, "failed")] == failures


def test_an_attempt_in_vain_is_no_failed_delivery(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(outcome="second-attempt", stepSeconds=0.25)
    event = consign()
    carrier = simulator.adapter()
    jobs.hand_over(database, carrier)
    while row_of(database, event).state != "delivered":
        jobs.poll_tracking(database, carrier)
    assert told(database, "failed") == []


def test_an_unknown_code_is_kept_and_flagged(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(outcome="unknown-code")
    event = consign()
    run(database, simulator)
    row = row_of(database, event)
    assert (row.state, row.flagged) == ("delivered", True)
    with database.work(read_only=True) as work:
        codes = work.session.scalars(select(tables.TrackingRow.code).order_by(tables.TrackingRow.id)).all()
    assert list(codes) == ["70", "80", "777", "90", "100"]


def test_rows_about_orders_that_are_not_ours_are_kept_and_passed(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    other = result_posted()
    simulator.adapter().post_order(order_of(other))
    event = consign()
    run(database, simulator)
    assert row_of(database, event).state == "delivered"
    with database.work(read_only=True) as work:
        strays = select(tables.TrackingRow).where(tables.TrackingRow.consignment.is_(None))
        assert {row.order_number for row in work.session.scalars(strays)} == {other.code}


def order_of(event: Event) -> usecases.Order:
    return usecases.Order(event.code, AGENCY, "", "A", "0900000000", "B")


def test_the_cursor_does_not_move_when_the_effects_are_not_saved(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    event = consign()
    carrier = simulator.adapter()
    jobs.hand_over(database, carrier)
    rows = carrier.tracking(usecases.BEGINNING, 100).rows
    with pytest.raises(RuntimeError, match="crash"), database.work() as work:
        usecases.apply_tracking(rows, usecases.BEGINNING, work)
        raise RuntimeError("crash")
    assert row_of(database, event).state == "handed-over"
    jobs.poll_tracking(database, carrier)
    assert row_of(database, event).state == "delivered"
    assert len(told(database, "delivered")) == 1


def test_two_runners_with_the_same_page_apply_it_once(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    consign()
    carrier = simulator.adapter()
    jobs.hand_over(database, carrier)
    rows = carrier.tracking(usecases.BEGINNING, 100).rows
    outcomes = []
    for _ in range(2):
        with database.work() as work:
            outcomes.append(usecases.apply_tracking(rows, usecases.BEGINNING, work))
    assert outcomes == [True, False]
    assert len(told(database, "delivered")) == 1


def test_no_unit_of_work_is_open_while_the_carrier_is_asked(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    consign()
    open_connections: list[int] = []

    class Watching(VnPost):
        def post_order(self, order: usecases.Order) -> str:
            open_connections.append(database.engine.pool.checkedout())
            return super().post_order(order)

        def tracking(self, after: str, size: int) -> Any:
            open_connections.append(database.engine.pool.checkedout())
            return super().tracking(after, size)

    carrier = Watching(simulator.url, "customer", "secret")
    jobs.hand_over(database, carrier)
    jobs.poll_tracking(database, carrier)
    assert open_connections[0] == 0
    assert set(open_connections) == {0}


def test_a_token_that_ran_out_is_renewed(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    carrier = simulator.adapter()
    jobs.poll_tracking(database, carrier)
    simulator.admin(forgetTokens=True)
    event = consign()
    jobs.hand_over(database, carrier)
    assert row_of(database, event).state == "handed-over"


def test_a_slow_carrier_is_no_longer_waited_for_than_its_timeout(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(slowSeconds=3)
    event = consign()
    worker = threading.Thread(target=jobs.hand_over, args=(database, simulator.adapter(timeout=0.3)))
    worker.start()
    worker.join(timeout=2)
    assert not worker.is_alive()
    assert row_of(database, event).last_error == "ReadTimeout"


def test_transport_time_is_kept_apart_from_waiting(
    database: Sessions, simulator: Simulator, consign: Callable[..., Event]
) -> None:
    simulator.admin(stepSeconds=0.2)
    event = consign()
    carrier = simulator.adapter()
    jobs.hand_over(database, carrier)
    while row_of(database, event).state != "delivered":
        jobs.poll_tracking(database, carrier)
    row = row_of(database, event)
    assert row.handed_over_at is not None
    assert row.ended_at is not None
    assert row.registered_at <= row.handed_over_at < row.ended_at
