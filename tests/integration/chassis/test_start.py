"""A service starts when what it needs is there, within its limit, and says what it waits for or lacks."""

from chassis.topology import retry_queue
from tests.integration.chassis.conftest import until
from tests.integration.chassis.test_database_away import away
from tests.support.processes import free_port

ECHO = ("-m", "tests.support.echo_service", "echo")


def said(process, words: str) -> list[dict]:
    return [line for line in process.log_lines() if line["event"] == words]


def test_service_waits_for_its_database_and_then_serves(echo, postgres_url):
    process = echo.process(*ECHO)
    with away(postgres_url, echo.database.url):
        process.spawn()
        until(lambda: said(process, "waiting for the database"), 30)
        assert "not currently accepting connections" in said(process, "waiting for the database")[0]["reason"]
        assert not process.ready()
        assert not process.stopped
    until(process.ready, 30)
    assert echo.asker().result("echo.ping", {"text": "x"})["text"] == "x"


def test_service_gives_up_when_its_database_does_not_come(echo):
    nowhere = f"postgresql+psycopg2://echo:a-password@127.0.0.1:{free_port()}/echo"
    process = echo.process(*ECHO, DATABASE_URL=nowhere, START_SECONDS="3")
    process.spawn()
    assert process.process.wait(40) == 1
    assert "Connection refused" in said(process, "waiting for the database")[0]["reason"]
    assert said(process, "not started in time")
    assert "a-password" not in process.tail()


def test_service_with_other_delays_than_were_declared_does_not_start(echo):
    """Otherwise the first event to be tried again would go back and forth until it is a dead letter."""
    process = echo.process(*ECHO, RETRY_DELAYS_MS="200,7000")
    process.spawn()
    assert process.process.wait(40) == 1
    [refusal] = said(process, "not started")
    assert f"the broker has no {retry_queue('echo', 7000)};" in refusal["reason"]
    assert "migrate" in refusal["reason"]
