"""Migrations, queues and starter data of every service, before any producer starts."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from deploy.local.launch import process_environment
from deploy.local.logs import tail
from deploy.local.passwords import SECRET_NAMES, SERVICES
from deploy.local.paths import ROOT
from deploy.local.plan import python
from deploy.local.state import MARKER, State

#: As many at a time as a small machine has cores.
_AT_ONCE = 2


class Step(NamedTuple):
    task: str
    options: tuple[str, ...]
    done: str
    #: The file of a service without which there is nothing to do.
    needs: str

    def concerns(self, service: str) -> bool:
        return (ROOT / "services" / service / self.needs).exists()


_STEPS = (
    Step("migrate", (), "migrated", needs="migrations"),
    Step("seed", ("--sandbox",), "starter data loaded", needs="starter.py"),
)


class PreparationFailed(Exception):
    """A migration or the starter data of a service failed; says what it wrote last."""


def fingerprint(service: str, *identities: str) -> str:
    """Of all that migrating and seeding depend on: code, chassis, packages, and whose data it was done to."""
    digest = hashlib.sha256(json.dumps(identities).encode())
    places = (ROOT / "services" / service, ROOT / "chassis", ROOT / "requirements")
    for path in sorted(file for place in places for file in _files(place)):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(place: Path) -> Iterable[Path]:
    return (path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


class Preparation:
    """What is left to do for each service, judged by the fingerprints of the last time.

    `servers` identifies the data of the servers; None when it is not known, and then everything is due.
    """

    def __init__(self, state: State, servers: tuple[str, ...] | None, databases: Mapping[str, str]) -> None:
        self._state, self._databases = state, databases
        fresh = self._fingerprints(servers)
        self.due = [
            service
            for service in SERVICES
            if service not in fresh or state.prepared.get(service) != fresh[service]
        ]

    async def run(self, environment_of: Callable[[str], dict[str, str]], tell: Callable[[str], None]) -> None:
        """Migrate every service, then seed every service; a failure ends it."""
        turns = asyncio.Semaphore(_AT_ONCE)

        async def job(step: Step, service: str) -> None:
            async with turns:
                await self._run(step, service, environment_of(service))
            tell(f"{service}: {step.done}")

        for step in _STEPS:
            async with asyncio.TaskGroup() as group:
                for service in filter(step.concerns, self.due):
                    group.create_task(job(step, service))

    def remember(self, servers: tuple[str, ...] | None) -> None:
        """Nothing is due any more until something changes."""
        self._state.prepared.update(self._fingerprints(servers))
        self._state.save()

    def _fingerprints(self, servers: tuple[str, ...] | None) -> dict[str, str]:
        if servers is None:
            return {}
        return {service: fingerprint(service, *servers, self._databases[service]) for service in SERVICES}

    async def _run(self, step: Step, service: str, environment: dict[str, str]) -> None:
        log = self._state.directory / "log" / f"{step.task}-{service}.log"
        own = {**environment, MARKER: self._state.instance}
        with log.open("wb") as output:
            job = await asyncio.create_subprocess_exec(
                *python("-m", "chassis", step.task, service, *step.options),
                env=process_environment(own, without=SECRET_NAMES),
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            code = await job.wait()
        except asyncio.CancelledError:
            job.kill()
            raise
        if code:
            raise PreparationFailed(f"{step.task} {service} failed; the end of {log}:\n{tail(log)}")
