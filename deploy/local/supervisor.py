"""Keeps the processes of one state directory running, and stops them in the right order."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.local import control, logs
from deploy.local.child import Child
from deploy.local.plan import Platform
from deploy.local.ports import Ports
from deploy.local.process import Kind, Process
from deploy.local.state import State

_STOP_ORDER: tuple[Kind, ...] = ("edge", "service", "relay", "sandbox", "server")
_HOUSEKEEPING_SECONDS = 30.0
#: A process that dies this often before it is ready for the first time will not get better.
_TRIES = 3
_READY_SECONDS = 120.0
#: As a shell calls what Ctrl-C ended.
_INTERRUPTED = 130


class StartFailed(Exception):
    """Something does not start; says why and what to do."""


class Supervisor:
    """The one parent of all processes of one state directory."""

    def __init__(self, directory: Path, tell: Callable[[str], None]) -> None:
        self.directory = directory
        self.logs = directory / "log"
        self.tell = tell
        self.phase = "starting"
        self.state = State(directory)
        self.ports = Ports(self.state.ports)
        self.children: dict[str, Child] = {}
        self.platform: Platform | None = None
        self._stop = asyncio.Event()
        self._impatience = 0

    async def run(
        self,
        start: Callable[["Supervisor"], Awaitable[None]],
        handle: control.Handler,
        on_running: Callable[[], None],
    ) -> int:
        """Start, keep running until asked to stop, stop; the exit status."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(max_workers=24))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._on_signal)
        with self.state.locked():
            self.logs.mkdir(parents=True, exist_ok=True)
            try:
                async with control.serving(self.directory, handle):
                    return await self._run(start, on_running)
            except StartFailed as failure:
                # The last word, after all that was said about stopping.
                self.tell(f"\nThe platform did not start: {failure}\n")
                return 1

    async def _run(
        self, start: Callable[["Supervisor"], Awaitable[None]], on_running: Callable[[], None]
    ) -> int:
        try:
            if not await self._started(start):
                return _INTERRUPTED
            on_running()
            await self._keep_house()
            return 0
        finally:
            await self._stop_all()
            self.ports.close()

    def stop(self) -> None:
        """Begin to stop everything."""
        self._stop.set()

    def _on_signal(self) -> None:
        self._impatience += 1
        self.stop()
        if self._impatience > 1:
            for child in self.children.values():
                child.kill()

    async def _started(self, start: Callable[["Supervisor"], Awaitable[None]]) -> bool:
        """True when everything runs, False when it was stopped before that."""
        starting = asyncio.ensure_future(start(self))
        stopping = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
            self.phase = "running"
            return True
        return False

    async def _keep_house(self) -> None:
        while not self._stop.is_set():
            logs.rotate(self.logs)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _HOUSEKEEPING_SECONDS)

    async def _stop_all(self) -> None:
        self.phase = "stopping"
        if not self.children:
            return
        self.tell("Stopping")
        for kind in _STOP_ORDER:
            stopped = [child for child in self.children.values() if child.process.kind == kind]
            await asyncio.gather(*(child.stop() for child in stopped))
        self.tell("Everything is stopped")

    def add(self, process: Process) -> Child:
        """Start one more child."""
        child = Child(process, self.logs, self.state.instance, self.tell)
        self.children[process.name] = child
        child.start()
        return child

    async def remove(self, name: str) -> None:
        """Stop a child for good."""
        await self.children[name].stop()
        del self.children[name]
        self.ports.release(name)

    def remember_ports(self) -> None:
        """Let a later start use the same ports."""
        self.state.ports = self.ports.taken
        self.state.save()

    async def wait_ready(self, names: Iterable[str]) -> None:
        """Until all of these are ready; StartFailed when one of them cannot be."""
        waiting = {name: self.children[name] for name in names}
        loop = asyncio.get_running_loop()
        began = loop.time()
        while waiting:
            for name, child in list(waiting.items()):
                if child.health == "ready":
                    del waiting[name]
                elif child.failures >= _TRIES or loop.time() - began > _READY_SECONDS:
                    end = logs.tail(child.log)
                    raise StartFailed(f"{name} does not get ready; the end of {child.log}:\n{end}")
            await asyncio.sleep(0.05)

    def status(self) -> dict[str, Any]:
        """Addresses and processes, as `status --json` shows them."""
        platform = self.platform
        return {
            "phase": self.phase,
            "directory": str(self.directory),
            "supervisor": os.getpid(),
            "edge": {"url": platform.edge_url if platform else None},
            "sandbox": {"url": platform.sandbox_url if platform else None},
            "processes": [child.described() for child in self.children.values()],
        }
