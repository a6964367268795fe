"""Passwords are hashed beside the hub, not on it (in a process of its own, as patching is for good)."""

import os
import subprocess
import sys

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
