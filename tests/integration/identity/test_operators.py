"""The first operators are appointed by the machine's operator; after them people appoint people."""

import subprocess
import sys

import pytest
from sqlalchemy import select

from chassis.caller import Caller
from services.identity import starter
from services.identity.errors import SecondPersonNeeded
from services.identity.tables import Account, Appointment
from services.identity.vault import Vault
from tests.integration.identity.conftest import SECRET, Identity
from tests.support.service_keys import SERVICE_ENVIRONMENT


@pytest.fixture
def run(make_database, monkeypatch):
    database = make_database("identity")
    monkeypatch.setenv("IDENTITY_SECRET", SECRET)
    starter.load(database.sessions(), sandbox=False)
    environment = {
        "DATABASE_URL": database.url,
        "AMQP_URL": "amqp://nobody@127.0.0.1:1/",
        **SERVICE_ENVIRONMENT,
        "IDENTITY_SECRET": SECRET,
    }

    def added(username, *more, name="Ngô Thanh Bình", agency="G22"):
        words = ["add", username, "--name", name, "--agency", agency, *more]
        command = [sys.executable, "-m", "services.identity.operators", *words]
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    added.sessions = database.sessions()
    return added


def stored(run):
    with run.sessions.work() as work:
        found = work.session.execute(
            select(Account, Appointment).join(Appointment, Appointment.account == Account.id)
        )
        return [(account.identifier, appointment) for account, appointment in found]


def test_an_operator_is_made_once_and_the_record_says_by_whom(run):
    done = run("operator.one")
    assert done.returncode == 0, done.stderr
    ((username, appointment),) = stored(run)
    assert (username, appointment.agency) == ("operator.one", "000.00.00.G22")
    assert (appointment.state, appointment.roles) == ("approved", ["operator"])
    assert appointment.proposed_by == appointment.granted_by == "machine"
    assert appointment.reason.startswith("appointed on the platform's machine by ")
    password = done.stdout.partition("first password: ")[2].strip()
    identity = Identity(run.sessions, run.sessions.clock, Vault(SECRET))
    assert identity.sign_in("operator.one", password)["access_token"]
    again = run("operator.one")
    assert (again.returncode, again.stdout) == (0, "operator.one is an operator already\n")
    assert len(stored(run)) == 1


def test_two_operators_are_enough_for_people_to_appoint_people(run):
    for username in ("operator.one", "operator.two"):
        assert run(username).returncode == 0
    with run.sessions.work() as work:
        first, second = (
            Caller(subject=account.id, kind="official", roles=frozenset({"operator"}))
            for account in work.session.scalars(select(Account).order_by(Account.id))
        )
    identity = Identity(run.sessions, run.sessions.clock, Vault(SECRET))
    identity.publish_agency("000.00.06.H26")
    identity.create_official()
    with run.sessions.work() as work:
        official = work.session.scalar(select(Account.id).where(Account.identifier_digest == "desk.hoa"))
    proposed = identity.propose(official, first, roles=["leader"])["id"]
    with pytest.raises(SecondPersonNeeded):
        identity.approve(proposed, first)
    assert identity.approve(proposed, second)["state"] == "approved"


@pytest.mark.parametrize(
    ("username", "how", "says"),
    [
        ("001190000011", {}, "username: "),
        ("operator.one", {"agency": "h26"}, "agency: "),
        ("operator.one", {"name": "R2D2"}, "name: "),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(run, username, how, says):
    done = run(username, **how)
    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert stored(run) == []
