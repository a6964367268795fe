"""What the command line may ask of a running supervisor."""

import asyncio
from typing import Any

from deploy.local.child import Child
from deploy.local.control import Refused
from deploy.local.passwords import SERVICES
from deploy.local.plan import Platform
from deploy.local.process import SCALED_TO_ZERO
from deploy.local.supervisor import StartFailed, Supervisor


class Operator:
    """Carries out requests one at a time as they come in."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    async def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request; Refused says why it cannot be done."""
        match request.get("do"):
            case "status":
                return await self._status()
            case "environment":
                return self._environment(request["service"])
            case "restart":
                return await self._restart(request["name"])
            case "scale":
                return await self._scale(request["name"], request["count"])
            case "down":
                self._supervisor.stop()
                return {}
        raise Refused("unknown request")

    async def _status(self) -> dict[str, Any]:
        await asyncio.gather(*(child.look() for child in self._supervisor.children.values()))
        status = self._supervisor.status()
        status["processes"] += [_nothing_of(service) for service in self._scaled_to_zero()]
        return status

    def _scaled_to_zero(self) -> list[str]:
        if self._supervisor.platform is None or self._supervisor.phase != "running":
            return []
        return [service for service in SERVICES if not self._family(service)]

    @property
    def _platform(self) -> Platform:
        platform = self._supervisor.platform
        if platform is None or self._supervisor.phase != "running":
            raise Refused(f"the platform is {self._supervisor.phase}")
        return platform

    def _family(self, name: str) -> list[Child]:
        return [child for child in self._supervisor.children.values() if belongs(child.name, name)]

    def _environment(self, service: str) -> dict[str, Any]:
        if service not in SERVICES:
            raise Refused(f"there is no service {service}; there are: {', '.join(SERVICES)}")
        return {"environment": self._platform.environment_of(service)}

    async def _restart(self, name: str) -> dict[str, Any]:
        family = self._family(name)
        if name in self._scaled_to_zero():
            raise Refused(f"{name} is scaled to 0; run it again with: ./motcua scale {name}=1")
        if not family:
            raise Refused(f"there is no {name}; there are: {', '.join(self._supervisor.children)}")
        for child in family:
            # One after the other, so that another replica always answers.
            await child.restart()
            await self._ready_or_refused([child.name])
        return {"restarted": [child.name for child in family]}

    async def _scale(self, name: str, count: int) -> dict[str, Any]:
        if not 0 <= count <= 50:
            raise Refused("a service can have 0 to 50 replicas")
        if name == "edge":
            await self._scale_edge(count)
        elif name in SERVICES:
            await self._scale_service(name, count)
        else:
            raise Refused(f"{name or 'nothing'} cannot be scaled; these can: edge, {', '.join(SERVICES)}")
        running = [child.name for child in self._family(name)]
        await self._ready_or_refused(running)
        return {"running": running}

    async def _scale_edge(self, workers: int) -> None:
        if workers < 1:
            raise Refused("the edge needs at least 1 worker")
        # Its replicas are workers behind one port.
        port = self._supervisor.ports.taken["edge-metrics"]
        await self._supervisor.children["edge"].restart(self._platform.edge(port, workers=workers))

    async def _scale_service(self, service: str, count: int) -> None:
        wanted = [service, *(f"{service}-{number}" for number in range(2, count + 1))][:count]
        for child in self._family(service):
            if child.name not in wanted:
                await self._supervisor.remove(child.name)
        for name in wanted:
            if name not in self._supervisor.children:
                port = self._supervisor.ports.claim(name)
                self._supervisor.add(self._platform.service(service, name, port))
        self._supervisor.remember_ports()

    async def _ready_or_refused(self, names: list[str]) -> None:
        try:
            await self._supervisor.wait_ready(names)
        except StartFailed as failure:
            raise Refused(str(failure)) from None


def belongs(child: str, name: str) -> bool:
    """Whether the child is the one named, or a replica of the service named."""
    service, _, number = child.rpartition("-")
    return child == name or (service == name and number.isdigit())


def _nothing_of(service: str) -> dict[str, Any]:
    return {
        "name": service,
        "kind": "service",
        "pid": None,
        "port": None,
        "health": SCALED_TO_ZERO,
        "restarts": 0,
    }
