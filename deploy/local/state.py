"""What is remembered about this state directory between two runs: its marker, ports, what was prepared."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Names the state directory in the environment of every process started for it.
MARKER = "MOTCUA_INSTANCE"


class AlreadyRunning(Exception):
    """Another supervisor works on this state directory."""


class State:
    """`state.json` of one state directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._path = directory / "state.json"
        self._values: dict[str, Any] = self._read()

    @property
    def instance(self) -> str:
        """The random id of this state directory; made when first asked for."""
        if "instance" not in self._values:
            self._values["instance"] = secrets.token_hex(8)
            self.save()
        return str(self._values["instance"])

    @property
    def exists(self) -> bool:
        return self._path.exists()

    @property
    def ports(self) -> dict[str, int]:
        ports: dict[str, int] = self._values.setdefault("ports", {})
        return ports

    @ports.setter
    def ports(self, ports: dict[str, int]) -> None:
        self._values["ports"] = ports

    @property
    def prepared(self) -> dict[str, str]:
        """For each service, the fingerprint of what was migrated and seeded last."""
        prepared: dict[str, str] = self._values.setdefault("prepared", {})
        return prepared

    def save(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name("state.json.new")
        fresh.write_text(json.dumps(self._values, indent=1, sort_keys=True))
        fresh.replace(self._path)

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        values: dict[str, Any] = json.loads(self._path.read_text())
        return values

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Held by the one supervisor; the kernel lets go when it dies."""
        self.directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.directory / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning from None
            yield
        finally:
            os.close(descriptor)
