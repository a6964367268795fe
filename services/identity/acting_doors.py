"""The identity service's doors for acting for somebody."""

from typing import Any

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.service import command, query
from chassis.work import Work
from services.identity import acting_api as api
from services.identity import mandate_views, tax_codes
from services.identity.usecases import acting, assistance, mandates, wards


def asked_business(service: Any, command: Command) -> dict[str, Any]:
    """What the register says: asked before the transaction begins, and not when the request is refused anyway."""
    if command.password is not None:
        return {"found": None, "digest": ""}
    return _proof(service, service.registers.business(tax_codes.canonical(command.tax_code)))


def asked_child(service: Any, command: Command) -> dict[str, Any]:
    return _proof(service, service.registers.child(command.personal_number))


def _proof(service: Any, found: Any) -> dict[str, Any]:
    # Names and numbers could be guessed from a plain digest.
    return {"found": found, "digest": service.vault.digest(found.answer.hex()) if found else ""}


class ActingDoors:
    """A part of the service; the vault and the registers are the whole's."""

    vault: Any

    @command(api.ACT_FOR)
    def act_for(self, command: Command, caller: Caller, work: Work) -> Any:
        return acting.act(command, caller, work, self.vault)

    @command(api.GRANT_MANDATE)
    def grant_mandate(self, command: Command, caller: Caller, work: Work) -> Any:
        return mandates.grant_mandate(command, caller, work)

    @query(api.FIND_MANDATES)
    def find_mandates(self, query: Command, caller: Caller, work: Work) -> Any:
        return mandate_views.mandates_page(query, caller, work)

    @command(api.ACCEPT_MANDATE)
    def accept_mandate(self, command: Command, caller: Caller, work: Work) -> Any:
        return mandates.accept_mandate(command, caller, work)

    @command(api.END_MANDATE)
    def end_mandate(self, command: Command, caller: Caller, work: Work) -> Any:
        return mandates.end_mandate(command, caller, work)

    @command(api.ADD_WARD, first=asked_child)
    def add_ward(self, command: Command, caller: Caller, work: Work) -> Any:
        return wards.add_ward(command, caller, work)

    @command(api.ASK_TO_HELP)
    def ask_to_help(self, command: Command, caller: Caller, work: Work) -> Any:
        return assistance.ask_to_help(command, caller, work, self.vault)

    @command(api.CONFIRM_HELP)
    def confirm_help(self, command: Command, caller: Caller, work: Work) -> Any:
        return assistance.confirm_help(command, caller, work, self.vault)

    @query(api.MY_ASSISTANCE)
    def my_assistance(self, query: Command, caller: Caller, work: Work) -> Any:
        return assistance.my_assistance(query, caller, work, self.vault)

    @command(api.REFUSE_HELP)
    def refuse_help(self, command: Command, caller: Caller, work: Work) -> Any:
        return assistance.refuse_help(command, caller, work)
