"""Copies as they come about: the owner's outbox told to the keeper's doors; and rebuilt, as an operator would."""

import inspect
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from sqlalchemy import text

from chassis.database import Sessions
from chassis.inbox import EventEntrypoint
from chassis.rebuild import rebuild
from chassis.runner import service_class
from tests.support.databases import DATA_SECRET, SECRET, FreshDatabase


@dataclass
class Keeper:
    """A service that keeps copies: its database, and its reactions to events."""

    service: str
    database: FreshDatabase
    sessions: Sessions

    def hear(self, *events: dict[str, Any]) -> None:
        """Apply events as they come from the bus; those it does not read pass by."""
        for event in events:
            if door := self._doors().get(event["type"]):
                disposition = door(SimpleNamespace(database=self.sessions), event)
                assert disposition.what in ("applied", "repeated"), disposition

    def _doors(self) -> dict[str, Any]:
        methods = inspect.getmembers(service_class(self.service), inspect.isfunction)
        return {
            entry.reader.type: method
            for _, method in methods
            for entry in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ())
            if isinstance(entry, EventEntrypoint)
        }

    def rebuild(self, copy: str, amqp_url: str) -> None:
        """`./motcua rebuild SERVICE COPY`"""
        named = {"AMQP_URL": amqp_url, "DATABASE_URL": self.database.url}
        named |= {"SERVICE_SECRET": SECRET, "DATA_SECRET": DATA_SECRET}
        with pytest.MonkeyPatch.context() as patch:
            # Logs go where the process sends them: here that is the test's own business.
            patch.setattr("chassis.rebuild.configure", lambda *_: None)
            for name, value in named.items():
                patch.setenv(name, value)
            assert rebuild(self.service, copy) == 0

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.sessions.work(read_only=True) as work:
            return [tuple(row) for row in work.session.execute(text(statement), values)]

    def damage(self, statement: str) -> None:
        with self.sessions.work() as work:
            work.session.execute(text(statement))


def told(sessions: Sessions) -> list[dict[str, Any]]:
    """Every event in a service's outbox, in order."""
    with sessions.work(read_only=True) as work:
        bodies = work.session.scalars(text("SELECT body FROM outbox ORDER BY position")).all()
    return [orjson.loads(body) for body in bodies]
