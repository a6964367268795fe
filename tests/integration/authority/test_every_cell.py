"""Every operation × everybody × own, other people's and other agencies' objects, asked of the running services."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

from chassis.api import Operation
from chassis.authority import INSPECTOR
from chassis.caller import Caller
from chassis.client import BlockingClient, RemoteFailure
from chassis.database import Sessions
from deploy.local.passwords import SERVICES
from tests.integration.authority import accounts, cast, dossiers, money, opinions, parcels
from tests.integration.authority.cast import Many, One, Thing
from tests.support.databases import FreshDatabase
from tests.support.people import Issuer
from tests.support.processes import Running
from tests.support.service_keys import token_of

OPERATIONS: dict[str, tuple[Operation, ...]] = {
    name: import_module(f"services.{name}.api").OPERATIONS for name in SERVICES
}
WORLDS: dict[str, Any] = {
    "dossier": dossiers,
    "payment": money,
    "postal": parcels,
    "feedback": opinions,
    "identity": accounts,
}
ENVIRONMENT = {
    "IDENTITY_SECRET": "a secret of the tests, 32 characters or more",
    "PAYMENT_GATEWAY_URL": "http://127.0.0.1:9",
    "PAYMENT_TMN_CODE": "MOTCUA01",
    "PAYMENT_HASH_SECRET": "s",
}
REFUSALS = {401, 403, 404}


def cases(service: str) -> dict[str, One | Many]:
    """By operation; several of one operation are told apart behind a comma."""
    return dict(WORLDS[service].CASES) if service in WORLDS else {}


@dataclass
class Stage:
    """A running service, a way to ask it, and its database."""

    service: str
    sessions: Sessions
    client: BlockingClient
    tokens: dict[str, str | None]
    callers: dict[str, Caller]

    def ask(self, operation: Operation, who: str, payload: dict[str, Any]) -> tuple[int, Any]:
        """Status and answer."""
        if operation.records and INSPECTOR in who:
            payload = payload | {"purpose": "audit"}
        caller = self.callers[who]
        # A service's token lives for a minute, less than the test.
        token = token_of(caller.subject, self.service) if caller.kind == "service" else self.tokens[who]
        try:
            return 200, self.client.call(self.service, operation.rpc, payload, token=token, timeout=20)
        except RemoteFailure as failure:
            return int(failure.problem["status"]), failure.problem

    def make(self, case: One | Many, spots: Iterable[tuple[str, tuple[str, str]]]) -> list[tuple[str, Thing]]:
        """For each who is to ask, an object at this spot."""
        with self.sessions.work() as work:
            return [(who, case.make(work, *spot, self.callers[who])) for who, spot in spots]

    def contents(self) -> list[tuple[str, int, int]]:
        """A fingerprint of every table."""
        count = "count(*), coalesce(sum(hashtext(t::text)::bigint), 0)"
        with self.sessions.work(read_only=True) as work:
            tables = work.session.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            ).all()
            union = " UNION ALL ".join(f"SELECT '{name}', {count} FROM {name} t" for name in tables)
            return [(name, rows, int(sums)) for name, rows, sums in work.session.execute(text(union))]


@pytest.fixture(params=SERVICES)
def stage(
    request: pytest.FixtureRequest, service: Callable[..., tuple[Running, FreshDatabase]], amqp_url: str
) -> Iterator[Stage]:
    name = request.param
    _, database = service(name, **ENVIRONMENT)
    sessions, issuer = database.sessions(), Issuer()
    issuer.introduce(sessions)
    if name in WORLDS:
        tables = import_module(f"services.{name}.tables")
        with sessions.work() as work:
            if copy := getattr(tables, "Agency", None):
                known = set(copy.__table__.columns.keys())
                rows = [{key: row[key] for key in row.keys() & known} for row in cast.agencies()]
                work.add(*(copy(**row) for row in rows))
            WORLDS[name].set_up(work)
    callers = dict(cast.everybody())
    tokens = {who: _token(caller, issuer) for who, caller in callers.items()}
    client = BlockingClient(amqp_url)
    yield Stage(name, sessions, client, tokens, callers)
    client.close()


def _token(caller: Caller, issuer: Issuer) -> str | None:
    return issuer.token(caller) if caller.signed_in and caller.kind != "service" else None


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_that_looks_at_the_object_is_asked_about_objects(service: str) -> None:
    looking = {operation.rpc for operation in OPERATIONS[service] if cast.by_object(operation)}
    assert {name.partition(",")[0] for name in cases(service)} >= looking


def test_every_cell(stage: Stage) -> None:
    """The lists first, while there is little to list."""
    wrong: list[str] = []
    prepared = cases(stage.service)
    named = {operation.rpc: operation for operation in OPERATIONS[stage.service]}
    for name, case in prepared.items():
        if isinstance(case, Many):
            wrong += _listing(stage, named[name], case)
    for name, case in prepared.items():
        if isinstance(case, One):
            wrong += _objects(stage, named[name.partition(",")[0]], case)
    asked = {name.partition(",")[0] for name in prepared}
    for operation in OPERATIONS[stage.service]:
        if operation.rpc not in asked:
            wrong += _door(stage, operation)
    assert not wrong, "\n".join(wrong)


def _door(stage: Stage, operation: Operation) -> list[str]:
    """Decided by who asks, whatever is asked about."""
    outside = [who for who, caller in stage.callers.items() if not cast.may_ask(operation, caller)]
    wrong, before = [], stage.contents()
    for who in outside:
        status, _ = stage.ask(operation, who, {})
        if status not in (401, 403):
            wrong.append(f"{operation.rpc}: {who} is not refused ({status})")
    if stage.contents() != before:
        wrong.append(f"{operation.rpc}: refused, and yet something changed")
    for who in stage.callers.keys() - set(outside):
        status, problem = stage.ask(operation, who, {})
        if status in (401, 403, 500):
            wrong.append(f"{operation.rpc}: {who} is refused ({problem['code']})")
    return wrong


def _objects(stage: Stage, operation: Operation, case: One) -> list[str]:
    """Decided by whose the object is: refusals first, of which none may leave a trace."""
    spots = [(who, spot) for who, caller in stage.callers.items() for spot in cast.whose(caller)]
    cells = stage.make(case, spots)
    allowed = [cell for cell in cells if cast.promised(operation, stage.callers[cell[0]], cell[1])]
    wrong, before = [], stage.contents()
    for who, thing in cells:
        if (who, thing) not in allowed:
            status, _ = stage.ask(operation, who, thing.payload)
            if status not in REFUSALS:
                wrong.append(f"{operation.rpc}: {who} is not refused {_about(thing)} ({status})")
    if stage.contents() != before:
        wrong.append(f"{operation.rpc}: refused, and yet something changed")
    for who, thing in allowed:
        status, problem = stage.ask(operation, who, thing.payload)
        if status != 200:
            wrong.append(f"{operation.rpc}: {who} does not get {_about(thing)} ({problem})")
        elif operation.records and stage.callers[who].kind == "official":
            wrong += _unrecorded(stage, operation, who, {thing.owner})
    return wrong


def _listing(stage: Stage, operation: Operation, case: Many) -> list[str]:
    """Everybody finds what the table lets them see, and nothing else."""
    spots = {spot: who for who, caller in stage.callers.items() for spot in cast.whose(caller)}
    things = [thing for _, thing in stage.make(case, [(who, spot) for spot, who in spots.items()])]
    wrong = []
    for who, caller in stage.callers.items():
        status, answer = stage.ask(operation, who, {"limit": 100} | case.payload)
        if not cast.may_ask(operation, caller):
            if status not in (401, 403):
                wrong.append(f"{operation.rpc}: {who} is not refused ({status})")
            continue
        expected = {thing.ident for thing in things if cast.promised(operation, caller, thing)}
        seen = case.shown(answer) & {thing.ident for thing in things} if status == 200 else answer
        if seen != expected:
            wrong.append(f"{operation.rpc}: {who} sees {seen}, not {expected}")
        elif operation.records and caller.kind == "official":
            owners = {thing.owner for thing in things if thing.ident in expected}
            wrong += _unrecorded(stage, operation, who, owners)
    return wrong


def _unrecorded(stage: Stage, operation: Operation, who: str, owners: set[str]) -> list[str]:
    """Whose data an official was shown without their being told."""
    told = text(
        "SELECT DISTINCT subject FROM outbox WHERE type = :type"
        " AND CAST(body AS jsonb) -> 'data' ->> 'reader' = :reader"
    )
    values = {"type": operation.records and operation.records.type, "reader": stage.callers[who].subject}
    with stage.sessions.work(read_only=True) as work:
        unaware = owners - set(work.session.scalars(told, values))
    return [f"{operation.rpc}: {who} reads of {owner}, who is not told" for owner in sorted(unaware)]


def _about(thing: Thing) -> str:
    whose = "a stranger's" if thing.owner == cast.STRANGER else "the own"
    return f"{whose} at {thing.agency} {thing.step}".strip()
