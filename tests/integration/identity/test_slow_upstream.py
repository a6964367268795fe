"""In the real process: who does not use the provider does not notice that it is slow, and memory stays flat."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.jobs import consumed_types
from chassis.topology import declare
from services.identity import starter
from tests.integration.identity.outside import HOA, MAI, NAM, SAU
from tests.support.asking import Asker

IDENTITY_SECRET = "a secret of the tests, 32 characters or more"
SIGN_INS, PLACES = 50, 4


@pytest.fixture
def asker(amqp_url):
    made = Asker(amqp_url)
    yield made
    made.close()


@pytest.fixture
def identity(start, make_database, amqp_url, sandbox, monkeypatch):
    """The service with a test's doors to the provider, and its database."""
    database = make_database("identity")
    told = sandbox.told_to_identity | {"IDENTITY_SECRET": IDENTITY_SECRET}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    starter.load(database.sessions(), sandbox=True)
    declare(amqp_url, "identity", consumed_types("identity"), [200, 400, 300])
    return start(["-m", "tests.support.upstream_service"], DATABASE_URL=database.url, **told), database


def begun(asker, sandbox, techid):
    told = asker.result("identity.begin", {"returnTo": "/home"})
    return {"parameters": sandbox.sign_in(told["address"], techid), "kept": told["kept"]}


def p95_of_keys(asker, for_seconds):
    seconds, end = [], time.monotonic() + for_seconds
    while time.monotonic() < end:
        started = time.perf_counter()
        asker.result("identity.keys")
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[int(len(seconds) * 0.95)]


def resident_kib(process):
    """Memory now; its peak is measured anew from here on."""
    Path(f"/proc/{process.process.pid}/clear_refs").write_text("5")
    return peak_kib(process)


def peak_kib(process):
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))


def test_fifty_slow_sign_ins_cost_nobody_else(identity, asker, sandbox):
    process, database = identity
    for techid in (HOA, NAM, MAI, SAU):
        asker.result("identity.complete", begun(asker, sandbox, techid))
    back = [begun(asker, sandbox, (HOA, NAM, MAI, SAU)[n % 4]) for n in range(SIGN_INS)]
    quiet, before = p95_of_keys(asker, 1.5), resident_kib(process)

    sandbox.faults(delaySeconds=3, at=["token"])
    started = time.monotonic()
    sent = [asker.send("identity.complete", one) for one in back]
    busy = p95_of_keys(asker, 2.0)
    with database.sessions().work() as work:
        in_transactions = work.session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
            )
        )
    assert time.monotonic() - started < 3, "measured while they were under way"
    replies = [asker.reply(one) for one in sent]
    problems = [reply["error"]["exc_args"][0] for reply in replies if reply["error"]]

    assert busy < 2 * quiet + 0.1, (quiet, busy)
    assert in_transactions == 0
    assert len(replies) - len(problems) == PLACES
    assert {problem["code"] for problem in problems} == {"upstream-busy"}
    assert {(problem["status"], problem["retryable"]) for problem in problems} == {(503, True)}
    assert time.monotonic() - started < 6
    assert peak_kib(process) - before < 8 * 1024


def test_huge_answers_leave_no_trace_in_memory_and_a_dead_provider_costs_no_waiting(identity, asker, sandbox):
    process, _ = identity
    asker.result("identity.complete", begun(asker, sandbox, HOA))
    back = [begun(asker, sandbox, HOA) for _ in range(8)]
    before = resident_kib(process)
    sandbox.faults(wrong="huge", at=["userinfo"])
    for one in back[:5]:
        assert asker.problem("identity.complete", one)["code"] == "upstream-unavailable"
    assert peak_kib(process) - before < 8 * 1024
    started, calls = time.monotonic(), sandbox.calls()["token"]
    for one in back[5:]:
        assert asker.problem("identity.complete", one)["extra"]["retryAfter"] > 0
    assert time.monotonic() - started < 1
    assert sandbox.calls()["token"] == calls
    metrics = process.metrics()
    assert 'upstream_seconds_count{outcome="upstream-unavailable",step="complete"} 8.0' in metrics


def test_messages_leave_by_themselves_and_nothing_personal_is_logged(identity, asker, sandbox):
    process, _ = identity
    for channel, address in (("sms", "+84912000111"), ("email", "canary@example.com")):
        asker.result("identity.send_code", {"channel": channel, "address": address})
        deadline = time.monotonic() + 10
        while not sandbox.messages(address):
            assert time.monotonic() < deadline, process.tail()
            time.sleep(0.1)
    assert asker.result("identity.complete", begun(asker, sandbox, MAI))["acr"] == "substantial"
    log = process.log.read_text()
    for personal in ("84912000111", "canary", "001192000101", MAI, "Lò Thị Mai"):
        assert personal not in log


DRIPPED_ON = """
import eventlet
eventlet.monkey_patch()
import sys, time
from services.identity.service import at_most
from services.identity.upstream.http import Http, NoAnswer
started = time.monotonic()
try:
    with Http(at_most).line(1.0) as line:
        line.get(sys.argv[1])
except NoAnswer:
    print(time.monotonic() - started)
"""


def test_a_header_that_comes_byte_by_byte_ends_in_time():
    """Each byte starts a socket's timeout anew."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", DRIPPED_ON, url],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert 0.9 < float(done.stdout) < 2.5


def _drip(server):
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            connection.sendall(b"x")
            time.sleep(0.1)
