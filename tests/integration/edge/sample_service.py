"""`python -m tests.integration.edge.sample_service`: the sample service on the chassis."""

import warnings

if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

        eventlet.monkey_patch()

import json
import os
import sys
import time

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.orm import Mapped, mapped_column

from chassis import data_keys
from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.migrations import create_messaging_tables
from chassis.sealing_migration import seal_idempotency_answers
from chassis.service import Database, Service, command, query
from chassis.tables import declarative_base
from tests.integration.edge import sample_api
from tests.support.databases import settings_for

OPERATIONS = {operation.rpc: operation for operation in (*sample_api.OPERATIONS, *sample_api.CARRIED)}
Base = declarative_base("sample")


class Thing(Base):
    __tablename__ = "things"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class File(Base):
    __tablename__ = "files"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    object: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    purpose: Mapped[str]


class SampleService(Service):
    name = "sample"
    database = Database(Base.metadata)

    @query(OPERATIONS["mirror"])
    def mirror(self, query, caller, work):
        """Tells what came, and tries to set headers that are not a service's business."""
        headers = [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("content-type", "text/plain")]
        policy, mischief = ("content-security-policy", "default-src 'self'"), ("x-frame-options", "ALLOW")
        told = [query.method, query.path, query.query, dict(query.headers), query.body, query.address]
        return {"status": 418, "headers": [*headers, policy, mischief], "body": json.dumps(told)}

    @query(OPERATIONS["tell"])
    def tell(self, query, caller, work):
        return query.values | {"language": work.language, "process": os.getpid()}

    @query(OPERATIONS["refuse"])
    def refuse(self, query, caller, work):
        raise sample_api.TooLateForThat(legal=["wait"])

    @query(OPERATIONS["break_down"])
    def break_down(self, query, caller, work):
        raise RuntimeError("row 17 of table secrets")

    @command(OPERATIONS["add_thing"])
    def add_thing(self, command, caller, work):
        time.sleep(command.seconds)
        return _saved(work, Thing(name=command.name))

    @query(OPERATIONS["get_thing"])
    def get_thing(self, query, caller, work):
        return _found(work, Thing, query.id)

    @command(OPERATIONS["change_thing"])
    def change_thing(self, command, caller, work):
        thing = _found(work, Thing, command.id)
        command.require_current(thing.version)
        thing.name = command.name
        return _saved(work, thing)

    @command(OPERATIONS["remove_thing"])
    def remove_thing(self, command, caller, work):
        work.session.delete(_found(work, Thing, command.id))
        return {}

    @command(OPERATIONS["keep_file"])
    def keep_file(self, command, caller, work):
        return _saved(work, File(**command.values))

    @query(OPERATIONS["get_file"])
    def get_file(self, query, caller, work):
        return _found(work, File, query.id)


def _saved(work, row):
    work.add(row)
    work.session.flush()
    return row


def _found(work, kind, key):
    row = work.get(kind, key)
    if row is None:
        raise NotFound
    return row


def create_tables(engine):
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        create_messaging_tables(operations)
        Base.metadata.create_all(connection)
        ring = data_keys.make_first(connection, settings_for(""))
        seal_idempotency_answers(operations, ring, "sample")


if __name__ == "__main__":
    from chassis.logs import configure
    from chassis.runner import Runner
    from chassis.settings import Settings

    settings = Settings.from_environment()
    configure("sample", settings.log_level)
    sys.exit(Runner("sample", settings, SampleService).run())
