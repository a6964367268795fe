"""The embedded servers for real: their own data, their own ports, up again after the worst."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest
from pika import BlockingConnection, URLParameters

from deploy.local.servers import embedded_postgres, embedded_rabbitmq
from deploy.local.servers.rabbitmq import accepts_connections
from deploy.local.servers.unprivileged import Unprivileged
from tests.support.waiting import eventually


def query(server, statement):
    connection = psycopg2.connect(server.url.replace("+psycopg2", ""))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory):
    with embedded_rabbitmq(tmp_path_factory.mktemp("broker")) as server:
        yield server


def test_postgres_keeps_its_data_between_two_runs(tmp_path):
    with embedded_postgres(tmp_path) as server:
        query(server, "CREATE TABLE kept (word text)")
        query(server, "INSERT INTO kept VALUES ('đường')")
        first = server.identity
    with embedded_postgres(tmp_path) as server:
        assert query(server, "SELECT upper(word) FROM kept") == "ĐƯỜNG"
        assert server.identity == first
    assert not accepts_connections(server.port)


def test_postgres_keeps_what_protects_the_data(tmp_path):
    with embedded_postgres(tmp_path) as server:
        assert query(server, "SHOW fsync") == "on"
        assert query(server, "SHOW full_page_writes") == "on"
        assert query(server, "SHOW synchronous_commit") == "on"
        assert query(server, "SHOW listen_addresses") == "127.0.0.1"


def test_postgres_logs_what_failed_and_not_what_people_entered(tmp_path):
    with embedded_postgres(tmp_path) as server:
        query(server, "CREATE TABLE people (phone text UNIQUE CHECK (phone <> 'none'))")
        query(server, "INSERT INTO people VALUES ('0912345678')")
        for entered in ("0912345678", "none"):
            with pytest.raises(psycopg2.IntegrityError, match=entered):
                query(server, f"INSERT INTO people VALUES ('{entered}') -- Hoa")
        log = (server.directory / "postgres.log").read_text()
    assert "people_phone_key" in log
    assert "people_phone_check" in log
    for word in ("0912345678", "Hoa", "Failing row"):
        assert word not in log


def test_postgres_asks_for_the_password(tmp_path):
    with embedded_postgres(tmp_path) as server:
        wrong = server.url.replace("+psycopg2", "").replace(server.password, "guessed")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(wrong)


def test_postgres_starts_after_a_kill_whose_pid_belongs_to_another_process_now(tmp_path):
    with embedded_postgres(tmp_path) as server:
        query(server, "CREATE TABLE kept ()")
    # A process of the same user, which PostgreSQL would take for the one that holds the directory.
    prefix = Unprivileged.for_server(Path("/bin/true"), tmp_path).command_prefix
    other = subprocess.Popen([*prefix, "sleep", "60"])
    pid_file = tmp_path / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{other.pid}\n{pid_file.parent}\n1\n5432\n\n127.0.0.1\n\nready\n")
    try:
        with embedded_postgres(tmp_path) as server:
            assert query(server, "SELECT count(*) FROM kept") == 0
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_an_interrupted_initdb_is_done_again(tmp_path):
    half = tmp_path / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with embedded_postgres(tmp_path) as server:
        assert query(server, "SELECT 1") == 1


def test_servers_end_with_the_process_that_started_them(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from deploy.local.servers import embedded_postgres\n"
        "with embedded_postgres(Path(sys.argv[1])) as server:\n"
        "    print(server.port, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        port = int(parent.stdout.readline())
        assert accepts_connections(port)
        parent.send_signal(signal.SIGKILL)
    eventually(lambda: not accepts_connections(port))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_postgres_runs_as_root_below_a_directory_closed_to_others(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with embedded_postgres(closed / "var") as server:
        assert query(server, "SELECT 1") == 1
        owner = psutil.Process(_listener(server.port)).username()
    assert owner == "motcua-db"
    assert closed.stat().st_mode & 0o777 == 0o700


def test_rabbitmq_has_vhosts_that_know_nothing_of_each_other(rabbitmq):
    with BlockingConnection(URLParameters(rabbitmq.add_vhost("first"))) as connection:
        connection.channel().queue_declare("only-here", durable=True)
    with BlockingConnection(URLParameters(rabbitmq.add_vhost("second"))) as connection:
        channel = connection.channel()
        channel.queue_declare("quorum", durable=True, arguments={"x-queue-type": "quorum"})
        with pytest.raises(Exception, match="NOT_FOUND"):
            channel.queue_declare("only-here", passive=True)


def test_rabbitmq_listens_on_the_loopback_address_alone(rabbitmq):
    own = {rabbitmq.port, rabbitmq.distribution_port, rabbitmq.epmd_port}
    listening = [c.laddr for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert {place.ip for place in listening if place.port in own} <= {"127.0.0.1", "::1"}


def test_rabbitmq_starts_again_after_a_first_start_cut_short(tmp_path):
    with embedded_rabbitmq(tmp_path) as server:
        first = server.identity
    # As when it was killed before it had made its user: data, but no sign that it was ever ready.
    (tmp_path / "rabbitmq" / "settled").unlink()
    shutil.rmtree(next((tmp_path / "rabbitmq" / "data").glob("motcua@localhost/msg_stores")))
    with embedded_rabbitmq(tmp_path) as server:
        BlockingConnection(URLParameters(server.url)).close()
        assert server.identity != first


def _listener(port):
    return next(
        c.pid
        for c in psutil.net_connections("tcp")
        if c.laddr.port == port and c.status == psutil.CONN_LISTEN
    )
