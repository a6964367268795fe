"""The identity service's use cases on a real database, with a clock that stands still."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Sessions
from chassis.schemas import Command
from services.identity import schemas
from services.identity.service import hashed_password
from services.identity.usecases import keys, officials, sessions, sign_up
from services.identity.vault import Vault
from tests.integration.identity.outside import Sandbox

SECRET = "a secret of the tests, 32 characters or more"
PASSWORD = "ba con mèo trên mái nhà"
HOA = {
    "personalNumber": "001190000011",
    "name": "Nguyễn Thị Hoa",
    "birthDate": "1990-05-17",
    "password": PASSWORD,
}
NOBODY = Caller()
OPERATOR = Caller(subject="operator", kind="official", roles=frozenset({"operator"}))


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
        if not more:
            command.values.update(hashed_password(self, command))
        with self.sessions.work() as work:
            return use_case(command, caller, work, *more)

    def ask(self, query: Any, schema: Any, payload: dict[str, Any], caller: Caller = NOBODY) -> Any:
        with self.sessions.work(read_only=True) as work:
            return query(Command(schema.read(payload)), caller, work)

    def sign_up(self, **changes: Any) -> Any:
        return self.do(sign_up.sign_up_citizen, schemas.SignUpCitizen, HOA | changes)

    def sign_up_business(self, **changes: Any) -> Any:
        business = {
            "taxCode": "0100109106",
            "name": "Công ty Sao Mai",
            "representativeName": "Phạm Quang Vinh",
            "representativeNumber": "001078000033",
            "password": PASSWORD,
        }
        return self.do(sign_up.sign_up_business, schemas.SignUpBusiness, business | changes)

    def create_official(self, **changes: Any) -> Any:
        official = {
            "username": "desk.hoa",
            "name": "Lê Thị Hoa",
            "agency": "000.00.06.H26",
            "roles": ["desk"],
            "validFrom": "2026-11-01",
            "password": PASSWORD,
        }
        return self.do(officials.create_official, schemas.CreateOfficial, official | changes, caller=OPERATOR)

    def sign_in(self, identifier: str = "001190000011", password: str = PASSWORD, **more: Any) -> Any:
        payload = {"identifier": identifier, "password": password, **more}
        return self.do(sessions.sign_in, schemas.SignIn, payload, self.vault)

    def refresh(self, refresh_token: str) -> Any:
        payload = {"refreshToken": refresh_token}
        return self.do(sessions.refresh, schemas.Refresh, payload, self.vault, self.grace)

    def make_due_key(self) -> str | None:
        with self.sessions.work() as work:
            return keys.make_due_key(work, self.vault)


@pytest.fixture
def identity(make_database):
    clock = FixedClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    made = Identity(make_database("identity").sessions(clock), clock)
    made.make_due_key()
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
