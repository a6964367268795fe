"""A platform of the tests' own, started by the same command a newcomer uses."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Platform:
    directory: Path

    def command(
        self, *words: str, check: bool = True, seconds: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run `./motcua WORDS` on this platform."""
        done = subprocess.run(
            [str(ROOT / "motcua"), *words],
            env={**os.environ, "MOTCUA_VAR": str(self.directory)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"./motcua {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done

    def up(self) -> None:
        self.command("up", "-d", "--port", "0")

    def down(self) -> None:
        self.command("down", "--wipe", check=False)

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = json.loads(self.command("status", "--json", check=False).stdout)
        return status

    @property
    def url(self) -> str:
        return str(self.status()["edge"]["url"])

    @property
    def sandbox_url(self) -> str:
        return str(self.status()["sandbox"]["url"])

    def process(self, name: str) -> dict[str, Any]:
        found = [p for p in self.status()["processes"] if p["name"] == name]
        assert found, f"no process called {name}"
        return dict(found[0])

    def kill(self, name: str) -> None:
        """kill -9, as a crash would be."""
        os.kill(self.process(name)["pid"], signal.SIGKILL)

    def wait_healthy(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while self.command("status", check=False).returncode != 0:
            assert time.monotonic() < deadline, self.command("status", check=False).stdout
            time.sleep(0.3)
