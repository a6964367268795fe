"""A supervisor over fake processes:  python -m tests.support.fake_platform DIRECTORY NAME[:flag]…"""

import asyncio
import sys
from pathlib import Path

from deploy.local.operate import Operator
from deploy.local.orphans import end_orphans
from deploy.local.plan import python
from deploy.local.process import Process, http_ready
from deploy.local.supervisor import Supervisor

KINDS = {"database": "server", "relay": "relay", "edge": "edge", "sandbox": "sandbox"}


def fake(supervisor: Supervisor, name: str, flag: str = "") -> Process:
    port = supervisor.ports.claim(name)
    environment = {
        "FAKE_NAME": name,
        "FAKE_DIARY": str(supervisor.directory / "diary"),
        "METRICS_PORT": str(port),
    }
    return Process(
        name=name,
        kind=KINDS.get(name, "service"),
        command=python("-m", "tests.support.fake_process"),
        port=port,
        ready=lambda: http_ready(port),
        environment=environment | ({f"FAKE_{flag.upper()}": "1"} if flag else {}),
        drain_seconds=20.0 if flag == "deaf" else 1.0,
    )


async def start(supervisor: Supervisor) -> None:
    ended = await asyncio.to_thread(end_orphans, supervisor.state.instance, supervisor.directory)
    supervisor.tell(f"ended {ended}")
    processes = [fake(supervisor, *wish.split(":")) for wish in sys.argv[2:]]
    supervisor.remember_ports()
    for process in processes:
        supervisor.add(process)
    await supervisor.wait_ready([process.name for process in processes])


def main() -> int:
    def tell(text: str) -> None:
        print(text, flush=True)

    supervisor = Supervisor(Path(sys.argv[1]), tell)
    run = supervisor.run(start, Operator(supervisor).handle, lambda: tell("running"))
    return asyncio.run(run)


if __name__ == "__main__":
    sys.exit(main())
