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
from services.postal import jobs, tables, usecases
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
            return {"data": rows[start:]}

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
