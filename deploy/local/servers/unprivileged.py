"""Running a server as another user when we are root: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_USER = "motcua-db"
#: useradd: the name is already in use, because another checkout was faster.
_EXISTS = 9
#: The least that helps first; containers often have the second alone.
_CAPABILITIES = ("dac_read_search", "dac_override")


class CannotDropRoot(Exception):
    """Root cannot start the server as another user here; says what to do."""


@dataclass(frozen=True)
class Unprivileged:
    """The user a server runs as; nothing to change when we are not root."""

    user: pwd.struct_passwd | None
    command_prefix: tuple[str, ...] = ()

    @classmethod
    def for_server(cls, binary: Path, directory: Path) -> "Unprivileged":
        """A user who can run the binary and reach the directory."""
        if os.geteuid() != 0:
            return cls(None)
        user = _system_user()
        plain = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
        # A checkout under /root is closed to other users. Rather than open it, let this one server pass.
        for prefix in (plain, *(plain + _passing(capability) for capability in _CAPABILITIES)):
            attempt = ["sh", "-c", '"$0" --version && cd "$1"', str(binary), str(directory.parent)]
            if subprocess.run([*prefix, *attempt], cwd="/", capture_output=True, check=False).returncode == 0:
                return cls(user, prefix)
        raise CannotDropRoot(
            f"PostgreSQL may not run as root, and the user {_USER} cannot reach {directory.parent}.\n"
            f"Move the checkout to a place that others may pass (e.g. /srv), or run as an ordinary user."
        )

    def own(self, *paths: Path) -> None:
        """Give the paths to the user."""
        if self.user is not None:
            for path in paths:
                os.chown(path, self.user.pw_uid, self.user.pw_gid)


def _passing(capability: str) -> tuple[str, ...]:
    caps = f"-all,+{capability}"
    # The bit makes access(2), which PostgreSQL asks about its own files, count the capability.
    return (f"--inh-caps={caps}", f"--ambient-caps={caps}", "--securebits=+no_setuid_fixup")


def _system_user() -> pwd.struct_passwd:
    for _ in range(5):
        try:
            return pwd.getpwnam(_USER)
        except KeyError:
            useradd = shutil.which("useradd") or "/usr/sbin/useradd"
            options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
            done = subprocess.run(
                [useradd, *options, "--shell", "/usr/sbin/nologin", _USER], capture_output=True, check=False
            )
            if done.returncode not in (0, _EXISTS):
                # The lock of /etc/passwd is taken for a moment.
                time.sleep(1)
    raise CannotDropRoot(f"PostgreSQL may not run as root, and the user {_USER} cannot be made with useradd.")
