"""Health and metrics answer when the service is busiest, and tell the truth when something is away."""

import json
import time
import urllib.error
import urllib.request

from tests.integration.chassis.conftest import until


def get(running, path: str, timeout: float = 5.0) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{running.port}{path}", timeout=timeout) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def test_health_and_metrics_answer_while_all_workers_are_busy(echo):
    running = echo.start(MAX_WORKERS="2")
    asker = echo.asker()
    sent = [asker.send("echo.ping", {"text": "x", "seconds": 2}) for _ in range(4)]
    time.sleep(0.8)
    started = time.monotonic()
    assert get(running, "/health/live")[0] == 200
    assert get(running, "/health/ready")[0] == 200
    assert "motcua_workers_busy 2.0" in running.metrics()
    assert time.monotonic() - started < 1.5
    assert all(asker.reply(one)["error"] is None for one in sent)


def test_metrics_count_requests_by_outcome(shared, asker):
    asker.ask("echo.ping", {"text": "x"})
    asker.ask("echo.fail", {"text": "x"})
    asker.ask("echo.refuse", {"text": "noise"})
    exported = shared.running[0].metrics()
    for entrypoint, outcome in (("ping", "ok"), ("fail", "internal-error"), ("refuse", "noise")):
        assert (
            f'motcua_entrypoint_seconds_count{{entrypoint="{entrypoint}",kind="query",outcome="{outcome}"}}'
            in exported
        )


def test_relay_tells_its_health_and_backlog(shared):
    relay = shared.running[1]
    assert get(relay, "/health/live")[0] == 200
    until(lambda: "motcua_relay_active 1.0" in relay.metrics())
    assert "motcua_outbox_oldest_seconds" in relay.metrics()


def test_unknown_path_is_not_found(shared):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{shared.running[0].port}/secrets", timeout=5)
    except urllib.error.HTTPError as error:
        assert error.code == 404
    else:
        raise AssertionError("there is something there")
