"""The identity service with doors of a test's own to sign in through its upstream provider; a real process."""

import warnings

if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

        eventlet.monkey_patch()

import sys
from typing import Any

from chassis import fields
from chassis.api import ANYONE, Operation
from chassis.schemas import Command, Schema
from chassis.service import command
from services.identity import linking
from services.identity.service import IdentityService
from services.identity.usecases import codes


class ReturnTo(Schema):
    return_to = fields.Text(required=True)


class Begun(Schema):
    address = fields.Text()
    kept = fields.Map()


class Back(Schema):
    parameters = fields.Map(required=True)
    kept = fields.Map(required=True)


class SignedIn(Schema):
    account = fields.Text()
    acr = fields.Text()


class SendCode(Schema):
    channel = fields.Text(required=True)
    address = fields.Text(required=True)


class Nothing(Schema):
    pass


BEGIN = Operation("begin", takes=ReturnTo, gives=Begun, allow=ANYONE, reads_token=False, key=False)
COMPLETE = Operation("complete", takes=Back, gives=SignedIn, allow=ANYONE, reads_token=False, key=False)
SEND_CODE = Operation("send_code", takes=SendCode, gives=Nothing, allow=ANYONE, reads_token=False, key=False)


def asked(service: Any, command: Command) -> dict[str, Any]:
    address, kept = service.upstream.begin(command.return_to)
    return {"address": address, "kept": kept}


def came_back(service: Any, command: Command) -> dict[str, Any]:
    return {"person": service.upstream.complete(command.parameters, command.kept)}


class UpstreamService(IdentityService):
    name = "identity"

    @command(BEGIN, first=asked)
    def begin(self, command, caller, work):
        return {"address": command.address, "kept": command.kept}

    @command(COMPLETE, first=came_back)
    def complete(self, command, caller, work):
        account = linking.account_of(command.person, work, self.vault)
        return {"account": account.id, "acr": command.person.level}

    @command(SEND_CODE)
    def send_code(self, command, caller, work):
        from services.identity.messages import Contact

        codes.send(command.address, "sign-in", Contact(command.channel, command.address), work, self.vault)
        return {}


if __name__ == "__main__":
    from chassis.logs import configure
    from chassis.runner import Runner
    from chassis.settings import Settings

    settings = Settings.from_environment()
    configure("identity", settings.log_level)
    sys.exit(Runner("identity", settings, UpstreamService).run())
