"""A caller that gave up is not served later, and no worker waits for ever."""

import time

from chassis.client import BlockingClient
from tests.support.asking import key


def test_expired_deadline_is_not_executed(shared, asker):
    problem = asker.problem(
        "echo.write", {"subject": "late", "text": "late"}, headers=key("late"), seconds=-0.001
    )
    assert (problem["code"], problem["status"], problem["retryable"]) == ("deadline-exceeded", 504, True)
    assert shared.rows("SELECT 1 FROM notes WHERE subject = 'late'") == []


def test_request_that_expires_while_every_worker_is_busy_is_not_executed(echo):
    echo.start(MAX_WORKERS="1")
    asker = echo.asker()
    busy = asker.send("echo.ping", {"text": "busy", "seconds": 1.5})
    late = asker.send("echo.write", {"subject": "late", "text": "late"}, seconds=0.5)
    assert asker.reply(busy)["error"] is None
    assert asker.reply(late)["error"]["exc_args"][0]["code"] == "deadline-exceeded"
    assert echo.rows("SELECT 1 FROM notes") == []


def test_request_nobody_takes_in_time_leaves_the_queue_unexecuted(echo):
    running = echo.start()
    running.stop()
    client = BlockingClient(echo.amqp_url)
    asker = echo.asker()
    try:
        client.call("echo", "write", {"subject": "s", "text": "x"}, command_id="k", timeout=0.3)
    except TimeoutError:
        pass
    else:
        raise AssertionError("somebody answered")
    finally:
        client.close()
    time.sleep(0.3)
    echo.start()
    assert asker.result("echo.ping", {"text": "hello"})["text"] == "hello"
    assert echo.rows("SELECT 1 FROM notes") == []


def test_more_requests_than_workers_are_all_answered(echo):
    echo.start(MAX_WORKERS="2")
    asker = echo.asker()
    sent = [asker.send("echo.ping", {"text": str(n), "seconds": 0.05}) for n in range(30)]
    assert [asker.reply(one)["result"]["text"] for one in sent] == [str(n) for n in range(30)]


def test_large_answers_of_many_workers_do_not_mix(shared, asker):
    texts = [str(n) * 150_000 for n in range(10)]
    sent = [asker.send("echo.ping", {"text": words}) for words in texts * 3]
    answers = [asker.reply(one, 30)["result"]["text"] for one in sent]
    assert answers == texts * 3
