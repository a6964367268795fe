"""One supervised child: kept running, watched, stopped."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.local.launch import process_environment
from deploy.local.passwords import SECRET_NAMES
from deploy.local.paths import ROOT
from deploy.local.process import Process
from deploy.local.state import MARKER

#: A child that ran this long before it died is started again at once, as if it had never failed.
_STEADY_SECONDS = 60.0
_LONGEST_DELAY = 30.0
#: What never got ready has nothing to finish; RabbitMQ, for one, does not heed a signal while it starts.
_YOUNG_DRAIN_SECONDS = 3.0
_WATCH_SECONDS, _WAIT_SECONDS = 5.0, 0.25


class Child:
    """Starts the process, starts it again when it dies, and knows how it is."""

    def __init__(self, process: Process, logs: Path, instance: str, tell: Callable[[str], None]) -> None:
        self.process = process
        self.log = logs / f"{process.name}.log"
        self.health = "stopped"
        self.restarts = 0
        #: How often in a row it died young.
        self.failures = 0
        self._instance, self._tell = instance, tell
        self._began = 0.0
        self._running: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def name(self) -> str:
        return self.process.name

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    def described(self) -> dict[str, Any]:
        """As `status --json` shows it."""
        return {
            "name": self.name,
            "kind": self.process.kind,
            "pid": self.pid,
            "port": self.process.port,
            "health": self.health,
            "restarts": self.restarts,
        }

    def start(self) -> None:
        """Start it and keep it running."""
        self.health = "starting"
        self._tasks = [asyncio.create_task(self._keep_running()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """Ask it to finish; end it when it does not within its drain limit."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        running = self._running
        limit = self.process.drain_seconds
        if self.health == "starting":
            limit = min(limit, _YOUNG_DRAIN_SECONDS)
        if running is not None:
            with suppress(ProcessLookupError):
                running.send_signal(self.process.stop_signal)
            try:
                await asyncio.wait_for(running.wait(), limit)
            except TimeoutError:
                self._tell(f"{self.name} did not stop within {limit:.0f} s: killed")
            self.kill()
            await running.wait()
        self._running = None
        self.health = "stopped"

    async def restart(self, process: Process | None = None) -> None:
        """Stop it and start it again, as another process when one is given."""
        await self.stop()
        self.process = process or self.process
        self.restarts += 1
        self.failures = 0
        self.start()

    def kill(self) -> None:
        """End it and the processes it started, at once."""
        if self._running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._began = loop.time()
            try:
                await asyncio.to_thread(self.process.prepare)
                code = await self._run_once()
            except Exception as error:
                code = str(error)
                with self.log.open("a") as log:
                    log.write(f"{error}\n")
            self.health = "dead"
            self.failures = 1 if loop.time() - self._began > _STEADY_SECONDS else self.failures + 1
            delay = min(_LONGEST_DELAY, 0.25 * 2**self.failures)
            self._tell(f"{self.name} ended ({code}); starting it again in {delay:.1f} s")
            await asyncio.sleep(delay)
            self.restarts += 1
            self.health = "starting"

    async def _run_once(self) -> str:
        own = {**self.process.environment, MARKER: self._instance}
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self.process.command,
                env=process_environment(own, without=SECRET_NAMES),
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A terminal's Ctrl-C must reach the supervisor alone, which then stops the rest in order.
                start_new_session=True,
            )
        code = await self._running.wait()
        # What it started does not outlive it.
        self.kill()
        self._running = None
        return _described(code)

    async def look(self) -> None:
        """See how it is now."""
        looked_at = self._running
        if looked_at is None:
            return
        healthy = await asyncio.to_thread(self.process.ready)
        if self._running is not looked_at:
            return
        if healthy and self.health == "starting":
            self._tell(f"  {self.name} is ready ({asyncio.get_running_loop().time() - self._began:.1f} s)")
        self.health = "ready" if healthy else self._not_ready()

    async def _watch(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(_WATCH_SECONDS if self.health == "ready" else _WAIT_SECONDS)

    def _not_ready(self) -> str:
        return "starting" if self.health == "starting" else "unhealthy"


def _described(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
