"""Fresh databases, migrated once per service and copied from that template."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg2
from psycopg2 import sql
from sqlalchemy import Engine

from chassis.clock import Clock
from chassis.database import Sessions, create_service_engine
from chassis.migrations import upgrade
from chassis.settings import Settings
from tests.support.servers import fresh_name
from tests.support.service_keys import KEY, KEYS, SECRET, SERVICE_ENVIRONMENT

DATA_SECRET = SERVICE_ENVIRONMENT["DATA_SECRET"]

__all__ = ["DATA_SECRET", "SECRET", "Databases", "FreshDatabase", "settings_for"]


@dataclass
class FreshDatabase:
    url: str
    engines: list[Engine] = field(default_factory=list)

    def sessions(self, clock: Clock | None = None) -> Sessions:
        engine = create_service_engine(settings_for(self.url), pool_size=8)
        self.engines.append(engine)
        return Sessions(engine, clock)


def settings_for(url: str, amqp_url: str = "amqp://unused/") -> Settings:
    return Settings(amqp_url, url, SECRET, KEY, KEYS, data_secret=DATA_SECRET)


class Databases:
    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url
        self._templates: dict[str, str] = {}

    def fresh(self, service: str) -> FreshDatabase:
        """An empty database of this service at its newest migration."""
        if service not in self._templates:
            template = fresh_name(f"template_{service}")
            self._execute("CREATE DATABASE {}", template)
            upgrade(service, settings_for(self._url(template)))
            self._templates[service] = template
        name = fresh_name(f"test_{service}")
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, self._templates[service])
        return FreshDatabase(self._url(name))

    def empty(self, name: str) -> FreshDatabase:
        """A database without any table."""
        full = fresh_name(f"test_{name}")
        self._execute("CREATE DATABASE {}", full)
        return FreshDatabase(self._url(full))

    def drop(self, database: FreshDatabase) -> None:
        for engine in database.engines:
            engine.dispose()
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.url.rsplit("/", 1)[1])

    def _url(self, name: str) -> str:
        return f"{self._admin_url.rsplit('/', 1)[0]}/{name}"

    def _execute(self, statement: str, *names: str) -> None:
        with _administering(self._admin_url) as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _administering(url: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(url.replace("+psycopg2", "", 1))
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()
