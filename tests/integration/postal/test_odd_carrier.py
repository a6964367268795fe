"""A carrier that does not keep to its own specification: a scripted one, over real HTTP."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from chassis.database import Sessions
from chassis.events import Event
from services.postal import jobs, metrics, tables, usecases
from services.postal.adapters import VnPost

OK = 200


class Scripted:
    """Answers every call as it is told to; an answer may be worked out from the body asked with."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {
            "getToken": (OK, {"token": "t"}),
            "postOrder": (OK, {"itemCode": "EM000000001VN"}),
            "getOrderTracking": (OK, {"data": []}),
        }
        script = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = script.answers[self.path.strip("/")]
                body = json.dumps(answer(asked) if callable(answer) else answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def tracks(self, rows: list[Any]) -> None:
        """Tracking tells the rows after the cursor, however odd they are."""

        def after(asked: dict[str, Any]) -> dict[str, Any]:
            ids = [row.get("id") if isinstance(row, dict) else None for row in rows]
            last = asked["lastId"]
            start = len(ids) - ids[::-1].index(last) if last in ids else 0
            return {"data": rows[start : start + asked["pageSize"]]}

        self.answers["getOrderTracking"] = (OK, after)

    def adapter(self) -> VnPost:
        return VnPost(f"http://127.0.0.1:{self.server.server_address[1]}", "customer", "secret")


@pytest.fixture
def carrier() -> Iterator[Scripted]:
    scripted = Scripted()
    thread = threading.Thread(target=scripted.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield scripted
    scripted.server.shutdown()
    thread.join()
    scripted.server.server_close()


def states_of(database: Sessions) -> dict[str, str]:
    with database.work(read_only=True) as work:
        found = work.session.scalars(select(tables.Consignment))
        return {row.order_number: row.state for row in found}


@pytest.mark.parametrize("status", [400, 401, 422, 500])
def test_a_refused_sign_in_is_no_refused_order(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event], status: int
) -> None:
    carrier.answers["getToken"] = (status, {})
    event = consign()
    jobs.hand_over(database, carrier.adapter())
    assert states_of(database) == {event.code: "registered"}


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_order_is(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event], status: int
) -> None:
    carrier.answers["postOrder"] = (status, {})
    event = consign()
    jobs.hand_over(database, carrier.adapter())
    assert states_of(database) == {event.code: "refused"}


def test_tracking_refused_is_read_again_later(database: Sessions, carrier: Scripted) -> None:
    carrier.answers["getOrderTracking"] = (422, {})
    jobs.poll_tracking(database, carrier.adapter())
    with database.work(read_only=True) as work:
        assert usecases.cursor(work) == usecases.BEGINNING


def row(number: int, order: Any, code: Any = "80", **more: Any) -> dict[str, Any]:
    told = {"id": f"{number:024x}", "orderNumber": order, "itemCode": "EM000000001VN", "statusCode": code}
    return told | {"statusDate": f"2026-11-22T01:{number % 60:02d}:00+07:00"} | more


ODD: dict[str, Callable[[str], Any]] = {
    "no object": lambda _: "tracking",
    "no id": lambda order: row(3, order, id=None),
    "overlong id": lambda order: row(3, order, id="9" * 25),
    "NUL in the id": lambda order: row(3, order, id="9\0"),
    "a repeated id": lambda order: row(1, order),
    "a repeated id of another order": lambda _: row(1, "another"),
    "overlong order number": lambda _: row(3, "9" * 61),
    "no order number": lambda _: row(3, None),
    "NUL in the order number": lambda order: row(3, order + "\0"),
    "overlong code": lambda order: row(3, order, "7" * 30),
    "NUL in the code": lambda order: row(3, order, "17\0"),
    "a number for a code": lambda order: row(3, order, 80),
    "overlong item": lambda order: row(3, order, itemCode="E" * 61),
    "an object for an item": lambda order: row(3, order, itemCode={"code": "E"}),
    "NUL in the message": lambda order: row(3, order, statusMessage="\0"),
    "half a character": lambda order: row(3, order, statusMessage="\ud800"),
    "overlong signature": lambda order: row(3, order, signedBy="Hoa " * 100),
    "the year one": lambda order: row(3, order, statusDate="0001-01-01T00:00:00+07:00"),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("last", [False, True], ids=["within", "at-the-end"])
def test_one_bad_row_does_not_stop_the_others(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event], kind: str, last: bool
) -> None:
    first, second = consign(), consign()
    told = [row(1, first.code, "70"), ODD[kind](first.code), row(4, second.code, "70")]
    end = [row(5, first.code, "100"), row(6, second.code, "100")]
    carrier.tracks([*told, *end, ODD[kind](first.code)] if last else [*told, *end])
    for _ in range(2):
        jobs.poll_tracking(database, carrier.adapter())
    assert states_of(database) == {first.code: "delivered", second.code: "delivered"}


@pytest.mark.parametrize("code", ["7" * 30, "17\0"])
def test_a_code_that_cannot_be_kept_flags_its_parcel(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event], code: str
) -> None:
    event = consign()
    carrier.tracks([row(1, event.code, code)])
    jobs.poll_tracking(database, carrier.adapter())
    with database.work(read_only=True) as work:
        assert work.session.scalars(select(tables.Consignment.flagged)).all() == [True]
        assert usecases.cursor(work) == f"{1:024x}"


UNUSABLE = [None, "tracking", {"id": None}, {"id": "9" * 25}, {"id": "9\0"}]


@pytest.mark.parametrize("bad", UNUSABLE, ids=["null", "no object", "no id", "overlong id", "NUL in the id"])
@pytest.mark.parametrize("many", [jobs.PAGE, 3 * jobs.PAGE + 7, jobs.WIDEST_PAGE - 1])
def test_whole_pages_of_unusable_rows_are_read_past(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event], bad: Any, many: int
) -> None:
    event = consign()
    carrier.tracks([row(1, event.code, "70"), *[bad] * many, row(2, event.code, "100")])
    jobs.poll_tracking(database, carrier.adapter())
    assert states_of(database) == {event.code: "delivered"}
    with database.work(read_only=True) as work:
        assert usecases.cursor(work) == f"{2:024x}"


def test_more_than_the_widest_page_of_unusable_rows_is_read_past_by_their_ids(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event]
) -> None:
    event = consign()
    bad = [row(number, event.code, id=f"{number:025x}") for number in range(2 * jobs.WIDEST_PAGE + 5)]
    carrier.tracks([*bad, row(1, event.code, "70"), row(2, event.code, "100")])
    jobs.poll_tracking(database, carrier.adapter())
    assert states_of(database) == {event.code: "delivered"}


def test_a_carrier_without_any_ids_is_not_asked_without_end(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event]
) -> None:
    asked = []

    def nothing_usable(body: dict[str, Any]) -> dict[str, Any]:
        asked.append(body["pageSize"])
        return {"data": [None] * body["pageSize"]}

    carrier.answers["getOrderTracking"] = (OK, nothing_usable)
    jobs.poll_tracking(database, carrier.adapter())
    assert asked == [jobs.PAGE, jobs.WIDEST_PAGE]
    with database.work(read_only=True) as work:
        assert usecases.cursor(work) == usecases.BEGINNING


def test_what_is_skipped_is_counted(database: Sessions, carrier: Scripted) -> None:
    before = metrics.UNREADABLE._value.get()
    carrier.tracks([row(1, "x", id="9" * 25), row(2, "x")])
    jobs.poll_tracking(database, carrier.adapter())
    assert metrics.UNREADABLE._value.get() == before + 1


@pytest.mark.parametrize("item", ["E" * 61, "E\0"])
def test_an_unusable_item_code_does_not_stop_the_handing_over(
    database: Sessions, carrier: Scripted, consign: Callable[..., Event], item: str
) -> None:
    carrier.answers["postOrder"] = (OK, {"itemCode": item})
    event = consign()
    jobs.hand_over(database, carrier.adapter())
    with database.work(read_only=True) as work:
        found = work.session.scalars(select(tables.Consignment)).one()
        assert (found.order_number, found.last_error) == (event.code, "unusable itemCode")
