"""The identity service's use cases on a real database, with a clock that stands still."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Sessions
from chassis.grants import Grant
from chassis.ids import new_id
from chassis.schemas import Command, Nothing
from services.identity import api, appointment_schemas, queries, schemas, tables
from services.identity.registers import Person, RegisteredBusiness
from services.identity.service import hashed_password
from services.identity.usecases import appointments, businesses, keys, officials, sessions, sign_up
from services.identity.vault import Vault
from tests.integration.identity.outside import Sandbox


def represented_by(*callers: Caller, active: bool = True) -> RegisteredBusiness:
    people = tuple(Person(caller.identity_number, caller.name) for caller in callers)
    return RegisteredBusiness("Công ty Sao Mai", active, people, b"answer")


SECRET = "a secret of the tests, 32 characters or more"
PASSWORD = "ba con mèo trên mái nhà"
HOA = {
    "personalNumber": "001190000011",
    "name": "Nguyễn Thị Hoa",
    "birthDate": "1990-05-17",
    "password": PASSWORD,
}
NOBODY = Caller()
OPERATOR, SECOND = (
    Caller(subject=new_id(), kind="official", roles=frozenset({"operator"})) for _ in range(2)
)
WARD, OTHER, UNION = "000.00.06.H26", "000.00.07.H29", "000.00.08.H26"


#: 23:55 in Việt Nam.
JUST_BEFORE_MIDNIGHT = datetime(2026, 11, 22, 16, 55, tzinfo=UTC)


def admitted(use_case: Any, caller: Caller) -> Caller:
    """The caller with what the operation grants them; the door itself is tested elsewhere."""
    named = [operation for operation in api.OPERATIONS if operation.rpc == use_case.__name__]
    return replace(caller, grant=Grant(named[0].allow.reaches(caller))) if named else caller


@dataclass
class Identity:
    """Calls use cases as the service does: validated, each in its own unit of work."""

    sessions: Sessions
    clock: FixedClock
    vault: Vault = field(default_factory=lambda: Vault(SECRET))
    grace: timedelta = timedelta(seconds=30)

    def do(
        self, use_case: Any, schema: Any, payload: dict[str, Any], *more: Any, caller: Caller = NOBODY
    ) -> Any:
        command = Command(schema.read(payload))
        if "password" in payload and not more:
            command.values.update(hashed_password(self, command))
        with self.sessions.work() as work:
            return use_case(command, admitted(use_case, caller), work, *more)

    def ask(self, query: Any, schema: Any, payload: dict[str, Any], caller: Caller = NOBODY) -> Any:
        with self.sessions.work(read_only=True) as work:
            return query(Command(schema.read(payload)), admitted(query, caller), work)

    def sign_up(self, **changes: Any) -> Any:
        return self.do(sign_up.sign_up_citizen, schemas.SignUpCitizen, HOA | changes)

    def sign_up_other(self, **changes: Any) -> Any:
        """Another citizen, with the same password."""
        return self.sign_up(
            **{"personalNumber": "079085000022", "name": "Trần Văn Nam", "birthDate": "1985"} | changes
        )

    def caller(self, tokens: Any) -> Caller:
        """Whom a service sees behind the access token."""
        keys = KeySet.import_key_set(self.ask(queries.key_set, Nothing, {}))
        return Caller.from_claims(jwt.decode(tokens["access_token"], keys, algorithms=["ES256"]).claims, "en")

    def sign_up_business(
        self, caller: Caller, registered: RegisteredBusiness | None = None, **changes: Any
    ) -> Any:
        """As the caller, with what the register would say."""
        payload = schemas.SignUpBusiness.read({"taxCode": "0100109106"} | changes)
        command = Command(payload | {"found": registered or represented_by(caller), "digest": "d"})
        with self.sessions.work() as work:
            return businesses.sign_up_business(command, caller, work)

    def create_official(self, **changes: Any) -> Any:
        """An official who is appointed: proposed by one operator, approved by another."""
        made = self.propose_official(**changes)
        self.approve(made["appointment"])
        return made

    def propose_official(self, **changes: Any) -> Any:
        official = {
            "username": "desk.hoa",
            "name": "Lê Thị Hoa",
            "agency": "000.00.06.H26",
            "roles": ["desk"],
            "validFrom": "2026-11-01",
            "password": PASSWORD,
        }
        return self.do(officials.create_official, schemas.CreateOfficial, official | changes, caller=OPERATOR)

    def propose(self, official: str, caller: Caller = OPERATOR, **changes: Any) -> Any:
        terms = {"agency": WARD, "roles": ["desk"], "validFrom": "2026-11-01", "reason": "Quyết định 12/QĐ."}
        payload = {"official": official} | terms | changes
        return self.do(
            officials.propose_appointment, appointment_schemas.ProposeAppointment, payload, caller=caller
        )

    def approve(self, appointment: str, caller: Caller = SECOND) -> Any:
        payload = {"id": appointment}
        return self.do(
            appointments.approve_appointment, appointment_schemas.OneAppointment, payload, caller=caller
        )

    def appoint(self, official: str, **changes: Any) -> Any:
        return self.approve(self.propose(official, **changes)["id"])

    def reject(self, appointment: str, caller: Caller = OPERATOR) -> Any:
        payload = {"id": appointment, "reason": "Không đủ điều kiện."}
        return self.do(
            appointments.reject_appointment, appointment_schemas.RejectAppointment, payload, caller=caller
        )

    def end(self, appointment: str, on: str | None = None, caller: Caller = OPERATOR) -> Any:
        payload = {"id": appointment, "reason": "Chuyển công tác.", "on": on}
        return self.do(
            appointments.end_appointment, appointment_schemas.EndAppointment, payload, caller=caller
        )

    def publish_agency(self, code: str, **changes: Any) -> None:
        """As the catalogue tells of it."""
        told = {"code": code, "valid_from": date(2019, 1, 1), "valid_to": None, "merged_into": None}
        with self.sessions.work() as work:
            work.session.merge(tables.Agency(**told | changes, sequence=1))

    def sign_in(self, identifier: str = "001190000011", password: str = PASSWORD, **more: Any) -> Any:
        payload = {"identifier": identifier, "password": password, **more}
        return self.do(sessions.sign_in, schemas.SignIn, payload, self.vault)

    def refresh(self, refresh_token: str, **more: Any) -> Any:
        payload = {"refreshToken": refresh_token, **more}
        return self.do(sessions.refresh, schemas.Refresh, payload, self.vault, self.grace)

    def make_due_key(self) -> str | None:
        with self.sessions.work() as work:
            return keys.make_due_key(work, self.vault)


def claims_of(identity, tokens):
    key_set = KeySet.import_key_set(identity.ask(queries.key_set, Nothing, {}))
    return jwt.decode(tokens["access_token"], key_set, algorithms=["ES256"]).claims


def signed_in(identity, **more):
    return claims_of(identity, identity.sign_in("desk.hoa", **more))


@pytest.fixture
def identity(make_database):
    clock = FixedClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    made = Identity(make_database("identity").sessions(clock), clock)
    made.make_due_key()
    for agency in (WARD, OTHER, UNION):
        made.publish_agency(agency)
    return made


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory):
    process = Sandbox(tmp_path_factory.mktemp("sandbox"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def sandbox(sandbox_process):
    """The world outside, in good order."""
    sandbox_process.well()
    return sandbox_process
