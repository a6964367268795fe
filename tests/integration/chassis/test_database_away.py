"""The database goes away or holds a lock: a caller is told so, and everything goes on afterwards."""

import time
from contextlib import contextmanager

import psycopg2
import pytest
import structlog
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.database import Sessions, create_service_engine
from chassis.errors import Busy, DeadlineExceeded, Unavailable
from chassis.logs import configure, get_logger, told
from chassis.settings import Settings
from tests.integration.chassis.conftest import until
from tests.support.asking import cloud_event, key
from tests.support.databases import SECRET
from tests.support.echo_service import Note, NotedRead

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{0}' AND pid <> pg_backend_pid()"
)


@contextmanager
def away(postgres_url: str, database_url: str):
    """Nobody can reach this database, and nobody can stay."""
    name = database_url.rsplit("/", 1)[1]
    connection = psycopg2.connect(postgres_url.replace("+psycopg2", ""))
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    cursor.execute(CUT.format(name))
    try:
        yield
    finally:
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        connection.close()


def test_database_away_is_unavailable_and_recovers_without_a_restart(echo, postgres_url):
    running = echo.start()
    asker = echo.asker()
    writing = {"subject": "s", "text": "x"}
    asker.result("echo.write", writing, headers=key("k1"))
    with away(postgres_url, echo.database.url):
        problem = asker.problem("echo.write", writing, headers=key("k2"))
        assert (problem["code"], problem["status"], problem["retryable"]) == ("unavailable", 503, True)
        until(lambda: not running.ready())
        asker.event("echo", NotedRead.type, cloud_event("while it was away"))
        time.sleep(1)
    assert running.process.poll() is None
    echo.engine.dispose()
    until(running.ready)
    asker.result("echo.write", writing, headers=key("k2"))
    assert echo.value("SELECT max(sequence) FROM outbox") == 2
    until(lambda: echo.heard("while it was away") == 1)
    assert asker.waiting("events-echo.dead") == 0, "it was not the event's fault"


def test_connection_cut_within_a_request_is_unavailable(echo):
    echo.start()
    asker = echo.asker()
    sent = asker.send("echo.write", {"subject": "s", "text": "cut", "seconds": 1.5}, headers=key("k"))
    until(lambda: "motcua_workers_busy 1.0" in echo.running[0].metrics())
    time.sleep(0.3)
    echo.rows(CUT.format(echo.database.url.rsplit("/", 1)[1]))
    assert asker.reply(sent)["error"]["exc_args"][0]["code"] == "unavailable"
    asker.result("echo.write", {"subject": "s", "text": "cut", "seconds": 0}, headers=key("k"))
    assert len(echo.rows("SELECT 1 FROM notes WHERE text = 'cut'")) == 1


def test_lock_that_is_not_free_in_time_is_busy(echo):
    echo.start(LOCK_TIMEOUT_MS="300")
    asker = echo.asker()
    holding = asker.send("echo.hold", {"subject": "lock", "text": "x", "seconds": 1.5})
    until(lambda: "motcua_workers_busy 1.0" in echo.running[0].metrics())
    problem = asker.problem("echo.hold", {"subject": "lock", "text": "x"})
    assert (problem["code"], problem["status"], problem["retryable"]) == ("busy", 409, True)
    assert asker.reply(holding)["error"] is None
    assert asker.ask("echo.hold", {"subject": "lock", "text": "x"})["error"] is None


@pytest.fixture
def sessions(echo):
    settings = Settings(
        "amqp://unused/", echo.database.url, SECRET, statement_timeout_ms=500, lock_timeout_ms=200
    )
    engine = create_service_engine(settings, pool_size=2)
    yield Sessions(engine)
    engine.dispose()


def test_connection_lost_while_committing_is_outcome_unknown(sessions):
    def cut(session) -> None:
        with sessions.engine.connect() as other:
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    with pytest.raises(DeadlineExceeded), sessions.work() as work:
        work.add(Note(subject="s", text="x"))
        work.session.flush()
        event.listen(work.session, "before_commit", cut)
    with sessions.work() as work:
        assert work.session.scalar(text("SELECT 1")) == 1


def test_statement_that_takes_too_long_is_unavailable(sessions):
    with pytest.raises(Unavailable), sessions.work() as work:
        work.session.execute(text("SELECT pg_sleep(5)"))


def test_lost_deadlock_may_be_tried_again(sessions):
    with sessions.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(1)"))
        with pytest.raises(Busy), sessions.work() as work:
            work.session.execute(text("SELECT pg_advisory_xact_lock(1)"))


def test_exhausted_pool_is_unavailable(sessions):
    sessions.engine.pool._timeout = 0.2
    with (
        sessions.engine.connect(),
        sessions.engine.connect(),
        pytest.raises(Unavailable),
        sessions.work() as work,
    ):
        work.session.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    "write",
    [
        lambda work: (work.add(Note(subject="s", text="by a read")), work.session.flush()),
        lambda work: work.session.execute(insert(Note).values(subject="s", text="by a read")),
        lambda work: work.session.execute(update(Note).values(text="by a read")),
        lambda work: work.session.execute(delete(Note)),
    ],
    ids=["flush", "insert", "update", "delete"],
)
def test_a_read_changes_nothing(sessions, write):
    with sessions.work() as work:
        work.add(Note(subject="s", text="before"))
    with pytest.raises(TypeError, match="must not change"), sessions.work(read_only=True) as work:
        write(work)
    with sessions.work() as work:
        assert work.session.scalars(select(Note.text)).all() == ["before"]


def test_the_server_itself_refuses_a_change_by_a_read(sessions):
    with pytest.raises(DBAPIError, match="read-only transaction"), sessions.work(read_only=True) as work:
        work.session.execute(text("DELETE FROM notes"))


def test_a_read_sees_one_moment(sessions):
    count = text("SELECT count(*) FROM notes")
    with sessions.work(read_only=True) as reading:
        before = reading.session.scalar(count)
        with sessions.work() as writing:
            writing.add(Note(subject="s", text="meanwhile"))
        assert reading.session.scalar(count) == before
    with sessions.work(read_only=True) as reading:
        assert reading.session.scalar(count) == before + 1


def test_a_read_of_one_statement_opens_no_transaction(sessions):
    started = text("SELECT now()")
    with sessions.work(read_only=True, alone=True) as work:
        assert work.session.scalar(started) != work.session.scalar(started)


@pytest.mark.parametrize("alone", [False, True])
def test_a_write_after_a_read_on_the_same_connection_is_a_transaction(sessions, alone):
    with sessions.work(read_only=True, alone=alone) as work:
        work.session.scalar(text("SELECT 1"))
    with pytest.raises(RuntimeError), sessions.work() as work:
        assert work.session.scalar(text("SHOW transaction_isolation")) == "read committed"
        work.add(Note(subject="s", text="taken back"))
        work.session.flush()
        raise RuntimeError
    with sessions.work() as work:
        assert work.session.scalars(select(Note.text)).all() == []
        work.add(Note(subject="s", text="kept"))
    with sessions.work(read_only=True) as work:
        assert work.session.scalars(select(Note.text)).all() == ["kept"]


def test_values_of_a_failed_statement_are_neither_in_the_log_nor_in_the_reason(sessions, capsys):
    configure("test")
    # Put together here, because a traceback shows the lines of the source.
    number = f"{1190000011:012}"
    with pytest.raises(DBAPIError) as caught, sessions.work() as work:
        work.session.execute(text("SELECT CAST(:number AS integer) FROM nowhere"), {"number": number})
    assert number in str(caught.value), "what this is about"
    get_logger("test").error("failed", exc_info=caught.value)
    structlog.reset_defaults()
    logged = capsys.readouterr().out
    assert number not in logged
    assert "42P01" in logged
    assert "test_database_away" in logged, "the traceback is there"
    assert told(caught.value) == 'ProgrammingError: 42P01 relation "nowhere" does not exist'
