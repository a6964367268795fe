"""What signing in takes: edge, identity with its relay, a catalogue to ask meanwhile; each a process."""

import urllib.request
import warnings
from dataclasses import dataclass
from urllib.parse import quote

import psutil
import psycopg2
from sqlalchemy import text

from chassis.database import Sessions
from chassis.jobs import consumed_types
from chassis.topology import declare
from deploy.local.ports import free_port
from tests.bench.measure import Target
from tests.bench.parts import people
from tests.bench.parts.rig import HOST, Rig
from tests.bench.search import AMPLE, asked_about, fill
from tests.support.databases import Databases, settings_for
from tests.support.servers import postgres
from tests.support.service_keys import SERVICE_ENVIRONMENT
from tests.support.waiting import eventually


@dataclass(frozen=True)
class Platform:
    target: Target
    #: Those who can sign in.
    people: list[str]
    #: Raw requests for procedures.
    questions: list[str]
    #: The catalogue's database, with its copy of the keys of tokens.
    catalogue: Sessions

    @property
    def services(self) -> list[psutil.Process]:
        return [self.target.processes[name] for name in ("edge", "identity", "catalogue")]


def start(rig: Rig, many: int) -> Platform:
    """The platform with so many people who can sign in."""
    admin = rig.stack.enter_context(postgres())
    database = rig.server("postgres")
    rig.count("database", database)
    if database is not None:
        _make_durable(admin)
    databases = Databases(admin)
    identity, catalogue = databases.fresh("identity"), databases.fresh("catalogue")
    numbers = people.prepare(identity.sessions(), many)
    questions = [
        f"/v1/procedures?q={quote(words)}" for words in asked_about(fill(catalogue.sessions(), None))
    ]
    for service in ("identity", "catalogue"):
        declare(rig.broker.url, service, _consumed(service), settings_for(admin).delays_ms)
    port = free_port()
    processes = {
        "identity": _start(rig, "serve", "identity", identity.url, port),
        "relay": _start(rig, "relay", "identity", identity.url, port),
        "catalogue": _start(rig, "serve", "catalogue", catalogue.url, port),
        "edge": rig.start(
            "edge",
            "edge",
            EDGE_PORT=str(port),
            METRICS_PORT=str(free_port()),
            OBJECT_STORE_URL=f"file://{rig.directory}",
            **AMPLE,
        ),
    }
    for path in ("/oauth/jwks", questions[0]):
        rig.wait_until_answered(urllib.request.Request(f"http://{HOST}:{port}{path}"))
    copy = catalogue.sessions()
    eventually(lambda: _knows_keys(copy), 30)
    raw = [f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n" for path in questions]
    return Platform(rig.target(port, [], processes), numbers, raw, copy)


def _consumed(service: str) -> list[str]:
    with warnings.catch_warnings():
        # Eventlet's, which runs nothing here.
        warnings.simplefilter("ignore")
        return consumed_types(service)


def _start(rig: Rig, command: str, service: str, database_url: str, edge_port: int) -> psutil.Process:
    return rig.start(
        f"{service}-{command}",
        "chassis",
        command,
        service,
        DATABASE_URL=database_url,
        METRICS_PORT=str(free_port()),
        IDENTITY_SECRET=people.IDENTITY_SECRET,
        PUBLIC_URL=f"http://{HOST}:{edge_port}",
        **SERVICE_ENVIRONMENT,
    )


def _make_durable(admin_url: str) -> None:
    """What was answered is on the disk, unlike in tests; a server of somebody else's is left as it is."""
    connection = psycopg2.connect(admin_url.replace("+psycopg2", "", 1))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = on")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()


def _knows_keys(sessions: Sessions) -> bool:
    with sessions.work(read_only=True) as work:
        return bool(work.session.scalar(text("SELECT count(*) FROM token_keys")))
