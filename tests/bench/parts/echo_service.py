"""The echo operation as a service of ours; `python -m tests.bench.parts.echo_service` runs it."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()

import sys
from typing import Any

from chassis.caller import Caller
from chassis.logs import configure
from chassis.runner import Runner
from chassis.schemas import Command
from chassis.service import Database, Service, query
from chassis.settings import Settings
from chassis.work import Work
from tests.bench.parts import echo_api


class EchoService(Service):
    name = "echo"
    database = Database()

    @query(echo_api.ECHO)
    def echo(self, query: Command, caller: Caller, work: Work) -> Any:
        return {"text": query.text}


if __name__ == "__main__":
    settings = Settings.from_environment()
    configure("echo", settings.log_level)
    sys.exit(Runner("echo", settings, EchoService).run())
