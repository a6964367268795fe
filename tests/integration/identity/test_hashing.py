"""Passwords are hashed beside the hub, not on it (in a process of its own, as patching is for good)."""

import json
import os
import subprocess
import sys

import pytest

from chassis.context import RequestContext
from chassis.service import Doorkeeper
from chassis.tokens import TokenVerifier
from services.identity.service import IdentityService
from services.identity.vault import Vault
from tests.integration.identity.conftest import HOA, PASSWORD, SECRET
from tests.support.service_keys import keys_of

SCRIPT = """
import eventlet
eventlet.monkey_patch()
from services.identity.service import Secrets
secrets = Secrets()
secrets.setup()
turns = 0
def others():
    global turns
    while True:
        turns += 1
        eventlet.sleep(0)
eventlet.spawn(others)
eventlet.sleep(0)
before = turns
assert not secrets.vault.matches(None, "any password at all")
print(turns - before)
"""


def test_others_get_their_turns_while_a_password_is_hashed():
    environment = os.environ | {"IDENTITY_SECRET": "a secret of the tests, 32 characters or more"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


NICENESS = """
import eventlet
eventlet.monkey_patch()
import os
from services.identity.service import Secrets, off_the_hub
Secrets().setup()
hub = os.getpriority(os.PRIO_PROCESS, 0)
print(hub, off_the_hub(os.getpriority, os.PRIO_PROCESS, 0))
"""


def test_hashing_comes_after_the_hub_however_nice_that_is_itself():
    done = subprocess.run(
        ["nice", "-n", "7", sys.executable, "-W", "ignore", "-c", NICENESS],
        env=os.environ | {"IDENTITY_SECRET": "a secret of the tests, 32 characters or more"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    hub, hashing = map(int, done.stdout.split())
    assert hub >= 7
    assert hashing > hub


@pytest.mark.parametrize(
    ("door", "payload"),
    [
        ("sign_up_citizen", HOA),
        ("sign_in", {"identifier": "001190000011", "password": PASSWORD}),
    ],
)
def test_no_connection_is_held_while_a_password_is_hashed(identity, door, payload):
    """A few who sign up would have all connections, and everybody else would wait for their hashes."""
    if door == "sign_in":
        identity.sign_up()
    held = []

    def watched(function, *arguments):
        held.append(identity.sessions.engine.pool.checkedout())
        return function(*arguments)

    service = IdentityService()
    service.database, service.vault = identity.sessions, Vault(SECRET, run=watched)
    service.doorkeeper = Doorkeeper()
    service.doorkeeper.secret = SECRET
    service.doorkeeper._verifier = TokenVerifier(identity.sessions, keys_of("identity"))
    answer = json.loads(getattr(service, door)(payload, RequestContext(command_id="key-1")))
    assert answer["error"] is None
    assert held == [0]
