"""One service asks another: with the time that is left, and never for ever."""

import time
from urllib.parse import urlsplit

import pytest

from tests.integration.chassis.conftest import until
from tests.support.asking import key
from tests.support.tcp_proxy import TcpProxy


def pair(make_echo):
    echo = make_echo()
    return echo, make_echo("parrot", echo.amqp_url)


@pytest.fixture(scope="module")
def running(make_echo):
    """An echo service and a parrot that asks it, on one broker."""
    echo, parrot = pair(make_echo)
    echo.start()
    parrot.start(MAX_WORKERS="3")
    yield echo, parrot
    parrot.close()
    echo.close()


@pytest.fixture
def both(make_echo):
    """The same, and nothing runs yet."""
    echo, parrot = pair(make_echo)
    yield echo, parrot
    parrot.close()
    echo.close()


def nothing_waits(asker) -> bool:
    return asker.result("parrot.pending")["calls"] == 0


def test_answers_errors_identity_and_key_cross_two_services(running):
    echo, parrot = running
    asker = parrot.asker()

    answer = asker.result("parrot.relay", {"method": "internal", "text": "x"}, headers=key("k-1"))["answer"]
    assert (answer["subject"], answer["kind"], answer["commandId"]) == ("parrot", "service", "k-1")
    asker.result("parrot.relay", {"method": "internal", "text": "x"}, headers=key("k-1"))
    assert len(echo.rows("SELECT 1 FROM notes")) == 1

    known = asker.result("parrot.relay", {"method": "refuse", "text": "noise"})
    assert (known["failure"], known["code"]) == ("Noise", "noise")
    broken = asker.result("parrot.relay", {"method": "fail"})
    assert (broken["failure"], broken["code"]) == ("InternalError", "internal-error")
    invalid = asker.result("parrot.relay", {"method": "write"})
    assert invalid["failure"] == "ValidationFailed"
    assert nothing_waits(asker)


def test_unknown_service_is_unavailable_at_once(running):
    _, parrot = running
    asker = parrot.asker()
    started = time.monotonic()
    assert asker.result("parrot.stranger", {"method": "ping"})["failure"] == "Unavailable"
    assert time.monotonic() - started < 2
    assert nothing_waits(asker)


def test_no_answer_in_time_is_outcome_unknown_and_nobody_waits_on(both):
    echo, parrot = both
    service = echo.start()
    parrot.start()
    asker = parrot.asker()
    slow = {"method": "ping", "seconds": 2, "timeout": 0.5}
    assert asker.result("parrot.relay", slow)["failure"] == "DeadlineExceeded"
    assert nothing_waits(asker)
    # A service that is down: its queue is there, so the call is not returned, and expires.
    service.stop()
    assert asker.result("parrot.relay", {"method": "ping", "timeout": 0.5})["failure"] == "DeadlineExceeded"
    until(lambda: asker.waiting("rpc-echo") == 0)


def test_call_has_no_more_time_than_its_own_caller_left(running):
    _, parrot = running
    asker = parrot.asker()
    started = time.monotonic()
    sent = asker.send("parrot.relay", {"method": "ping", "seconds": 3}, seconds=1)
    assert asker.reply(sent)["result"]["failure"] == "DeadlineExceeded"
    assert time.monotonic() - started < 2.5


def test_more_calls_than_workers_are_all_answered(running):
    _, parrot = running
    asker = parrot.asker()
    sent = [
        asker.send("parrot.relay", {"method": "ping", "text": str(n), "seconds": 0.05}) for n in range(20)
    ]
    answers = [asker.reply(one)["result"]["answer"]["text"] for one in sent]
    assert answers == [str(n) for n in range(20)]
    assert nothing_waits(asker)


def test_call_under_way_when_the_connection_is_lost_fails_as_unknown_and_the_next_succeeds(both):
    echo, parrot = both
    echo.start()
    broker = urlsplit(parrot.amqp_url)
    with TcpProxy(broker.hostname, broker.port) as proxy:
        running = parrot.start(AMQP_URL=parrot.amqp_url.replace(f":{broker.port}/", f":{proxy.port}/"))
        asker = parrot.asker()
        asker.send("parrot.relay", {"method": "ping", "seconds": 3}, headers=key("cut"), seconds=30)
        until(lambda: "motcua_workers_busy 1.0" in running.metrics())
        proxy.cut()
        again = parrot.asker()
        reply = again.result("parrot.relay", {"method": "ping", "seconds": 3}, headers=key("cut"))
        assert reply["failure"] == "DeadlineExceeded", "the stored answer of the first try"
        assert again.result("parrot.relay", {"method": "ping"})["answer"]["text"] == "hello"
        assert nothing_waits(again)


def test_call_under_way_at_sigterm_gets_its_answer(both):
    echo, parrot = both
    echo.start()
    running = parrot.start()
    asker = parrot.asker()
    sent = asker.send("parrot.relay", {"method": "ping", "text": "last words", "seconds": 2})
    until(lambda: "motcua_workers_busy 1.0" in running.metrics())
    assert running.stop() == 0
    assert asker.reply(sent)["result"]["answer"]["text"] == "last words"
