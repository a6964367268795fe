"""How every child process is started."""

import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from functools import cache

#: Settings of another process, which must not leak into the ones started here.
_NOT_INHERITED = (
    "AMQP_URL",
    "DATABASE_URL",
    "METRICS_PORT",
    "EDGE_PORT",
    "SANDBOX_PORT",
    "PUBLIC_URL",
    "VIRTUAL_ENV",
)


def tied(command: Sequence[str], parting: signal.Signals) -> list[str]:
    """The command, sent the parting signal by the kernel when the process that started it dies."""
    return [*_tie(parting), *command]


def clean_environment(without: Sequence[str] = ()) -> dict[str, str]:
    """This process's environment without what belongs to other processes."""
    dropped = {*_NOT_INHERITED, *without}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith(("RABBITMQ_", "AMQP_URL_"))
    }


def process_environment(own: Mapping[str, str], without: Sequence[str] = ()) -> dict[str, str]:
    """A child's environment: the inherited part, then its own settings."""
    return {**clean_environment(without), "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2", **own}


@cache
def _tie(parting: signal.Signals) -> tuple[str, ...]:
    # From util-linux; elsewhere than Linux a killed supervisor leaves its children to the next `up`.
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", parting.name.removeprefix("SIG")) if setpriv else ()
