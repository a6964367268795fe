"""Two small services of the tests' own, which can be told to misbehave; started as real processes.

`python -m tests.support.echo_service echo|parrot`; their tables are made by `create_tables`.
"""

import warnings

if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

        eventlet.monkey_patch()

import os
import sys
import time
from datetime import datetime
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis import data_keys, fields
from chassis.api import ANYONE, SERVICES, SIGNED_IN, Operation, roles
from chassis.errors import Conflict, EarlierEventMissing, NotFound, PermanentFailure, ValidationFailed
from chassis.events import Consumed, Published
from chassis.ids import new_id
from chassis.migrations import create_messaging_tables
from chassis.proxy import Remote
from chassis.schemas import Schema
from chassis.sealing_migration import seal_idempotency_answers
from chassis.service import Database, Service, command, every, on_event, query
from chassis.tables import declarative_base
from tests.support.databases import settings_for

INTERNALS = "row 17 of table secrets"


class Noise(Conflict):
    vi = "Ồn quá: {level}."
    en = "Too loud: {level}."


class UnknownNote(NotFound):
    vi, en = "Không có ghi chú này.", "There is no such note."


Base = declarative_base("echo")


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str]
    text: Mapped[str]
    process: Mapped[int] = mapped_column(default=os.getpid)


class Heard(Base):
    """One row for each time an event was applied, so that twice would show."""

    __tablename__ = "heard"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    event: Mapped[str]
    subject: Mapped[str]
    sequence: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Ran(Base):
    """One row for each run of the job."""

    __tablename__ = "ran"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    process: Mapped[int] = mapped_column(default=os.getpid)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Said(Schema):
    text = fields.Text(required=True, max=200_000)
    seconds = fields.Number(load_default=0.0)
    data = fields.Map(load_default=dict)


class Writing(Schema):
    subject = fields.Text(required=True, max=80)
    text = fields.Text(required=True, max=100)
    seconds = fields.Number(load_default=0.0)


class Written(Schema):
    id = fields.Text()
    text = fields.Text()


class WhoAmI(Schema):
    subject = fields.Text()
    kind = fields.Text()
    seconds_left = fields.Number()
    command_id = fields.Text()


class Noted(Published):
    type = "vn.motcua.echo.noted.v1"
    consumed = True

    note = fields.Text(required=True)
    text = fields.Text(required=True)


class Whispered(Published):
    """Nobody listens to this one, and nobody must."""

    type = "vn.motcua.echo.whispered.v1"

    text = fields.Text(required=True)


class Shouted(Published):
    """Somebody should listen to this one, and the tests see to it that nobody does."""

    type = "vn.motcua.echo.shouted.v1"
    consumed = True

    text = fields.Text(required=True)


class NotedRead(Consumed):
    type = "vn.motcua.echo.noted.v1"

    text = fields.Text(required=True)


PING = Operation("ping", "GET", "/ping", takes=Said, gives=Said, allow=ANYONE)
WRITE = Operation("write", "POST", "/notes", takes=Writing, gives=Written, allow=ANYONE)
SHOUT = Operation("shout", takes=Writing, gives=Written, allow=ANYONE)
WHISPER = Operation("whisper", takes=Writing, gives=Written, allow=ANYONE)
FAIL = Operation("fail", takes=Said, gives=Said, allow=ANYONE)
REFUSE = Operation("refuse", takes=Said, gives=Said, allow=ANYONE)
WHOAMI = Operation("whoami", takes=Schema, gives=WhoAmI, allow=SIGNED_IN)
DESK = Operation("desk", takes=Schema, gives=WhoAmI, allow=roles("desk"))
INTERNAL = Operation("internal", takes=Said, gives=WhoAmI, allow=SERVICES)
HOLD = Operation("hold", takes=Writing, gives=Schema, allow=ANYONE)


def _written(work: Any, words: str) -> bool:
    return work.session.scalar(select(Note.id).where(Note.text == words)) is not None


class EchoService(Service):
    name = "echo"
    database = Database(Base.metadata)

    @query(PING)
    def ping(self, query, caller, work):
        time.sleep(query.seconds)
        return query.values

    @command(WRITE)
    def write(self, command, caller, work):
        note = Note(id=new_id(), subject=command.subject, text=command.text)
        work.add(note)
        time.sleep(command.seconds)
        work.emit(Noted, subject=command.subject, data={"note": note.id, "text": command.text})
        return {"id": note.id, "text": command.text}

    @command(SHOUT)
    def shout(self, command, caller, work):
        work.emit(Shouted, subject=command.subject, data={"text": command.text})
        return {"text": command.text}

    @command(WHISPER)
    def whisper(self, command, caller, work):
        work.emit(Whispered, subject=command.subject, data={"text": command.text})
        return {"text": command.text}

    @query(FAIL)
    def fail(self, query, caller, work):
        raise RuntimeError(INTERNALS)

    @query(REFUSE)
    def refuse(self, query, caller, work):
        if query.text == "noise":
            raise Noise(level=11)
        if query.text == "field":
            raise ValidationFailed.on("/text", "rude", vi="Không lịch sự.", en="Not polite.")
        raise UnknownNote

    @query(WHOAMI)
    def whoami(self, query, caller, work):
        return {"subject": caller.subject, "kind": caller.kind}

    @query(DESK)
    def desk(self, query, caller, work):
        return {"subject": caller.subject, "kind": caller.kind}

    @command(INTERNAL)
    def internal(self, command, caller, work):
        work.add(Note(id=new_id(), subject=str(command.id), text=command.text))
        return {"subject": caller.subject, "kind": caller.kind, "command_id": command.id or ""}

    @command(HOLD)
    def hold(self, command, caller, work):
        """Hold a lock for a while, or wait for it."""
        work.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": command.subject})
        time.sleep(command.seconds)
        return {}

    @on_event(NotedRead)
    def noted(self, event, work):
        word, _, rest = event.text.partition(" ")
        if word == "slow":
            time.sleep(float(rest))
        if word == "die":
            os._exit(9)
        if word == "fail":
            raise RuntimeError("boom")
        if word == "needs" and not _written(work, rest):
            raise PermanentFailure(f"without {rest} it cannot be done")
        if word == "never":
            raise PermanentFailure("it will not be better tomorrow")
        if word == "after" and not _written(work, rest):
            raise EarlierEventMissing(rest)
        work.add(
            Heard(
                event=event.meta.id, subject=event.meta.subject, sequence=event.meta.sequence, text=event.text
            )
        )

    @every(seconds=0.3)
    def count_runs(self, database):
        with database.work() as work:
            work.add(Ran())


class AskedOn(Schema):
    method = fields.Text(required=True)
    text = fields.Text(load_default="hello")
    seconds = fields.Number(load_default=0.0)
    timeout = fields.Number(load_default=None, allow_none=True)


class Answered(Schema):
    answer = fields.Map()
    failure = fields.Text()
    code = fields.Text()


class Pending(Schema):
    calls = fields.Integer()


RELAY = Operation("relay", "POST", "/relay", takes=AskedOn, gives=Answered, allow=ANYONE)
STRANGER = Operation("stranger", takes=AskedOn, gives=Answered, allow=ANYONE)
PENDING = Operation("pending", takes=Schema, gives=Pending, allow=ANYONE)


class ParrotService(Service):
    """Asks the echo service."""

    name = "parrot"
    database = Database(Base.metadata)
    echo = Remote("echo")
    nobody = Remote("nobody")

    @command(RELAY)
    def relay(self, command, caller, work):
        return _asked(self.echo, command)

    @command(STRANGER)
    def stranger(self, command, caller, work):
        return _asked(self.nobody, command)

    @query(PENDING)
    def pending(self, query, caller, work):
        return {"calls": self.echo.pending}


def _asked(remote: Any, command: Any) -> dict[str, Any]:
    try:
        payload = {"text": command.text} | ({"seconds": command.seconds} if command.seconds else {})
        return {"answer": remote.call(command.method, payload, timeout=command.timeout)}
    except Exception as error:
        return {"failure": type(error).__name__, "code": getattr(error, "code", ""), "answer": {}}


SERVICES_BY_NAME = {"echo": EchoService, "parrot": ParrotService}


def create_tables(engine: Engine) -> None:
    """The messaging tables as a migration makes them, and the service's own."""
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        create_messaging_tables(operations)
        Base.metadata.create_all(connection)
        ring = data_keys.make_first(connection, settings_for(""))
        seal_idempotency_answers(operations, ring, "echo")


if __name__ == "__main__":
    from chassis.logs import configure
    from chassis.runner import Runner
    from chassis.settings import Settings

    settings = Settings.from_environment()
    configure(sys.argv[1], settings.log_level)
    sys.exit(Runner(sys.argv[1], settings, SERVICES_BY_NAME[sys.argv[1]]).run())
