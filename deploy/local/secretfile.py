"""Generated secrets, kept in one file that only its owner can read."""

import json
import os
import secrets
from pathlib import Path


class SecretFile:
    """Secrets by name; one that does not exist yet is made and saved."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def __getitem__(self, name: str) -> str:
        if name not in self._values:
            self._values[name] = secrets.token_urlsafe(32)
            self._save()
        return self._values[name]

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self._values, file, indent=1, sort_keys=True)
        fresh.replace(self._path)
