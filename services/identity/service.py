"""The identity service: its doors."""

import os
import threading
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet import tpool
from nameko.extensions import DependencyProvider

from chassis.caller import Caller
from chassis.database import Sessions
from chassis.events import Event
from chassis.schemas import Command
from chassis.service import Database, Service, command, every, on_event, query
from chassis.work import Work
from services.identity import (
    accounts,
    api,
    appointment_api,
    appointment_queries,
    carriers,
    copies,
    data_access,
    events,
    jobs,
    messages,
    queries,
    registers,
)
from services.identity import upstream as upstreams
from services.identity.acting_doors import ActingDoors, asked_business
from services.identity.all_tables import Base
from services.identity.oidc import backchannel, consents
from services.identity.settings import IdentitySettings
from services.identity.usecases import appointments, businesses, officials, sessions, sign_up
from services.identity.vault import Vault
from services.identity.web import router as web
from services.identity.web.site import Site

#: More would only compete for the cores; each may hold the 19 MiB a hash needs.
HASHING_THREADS = 2
#: How far behind the hub they stand: when cores are short, those who are signed in go first.
HASHING_NICENESS = 5
_HUB_NICENESS = os.getpriority(os.PRIO_PROCESS, 0)

LOGOUT_SECONDS = 10


def off_the_hub(function: Callable[..., Any], *arguments: Any) -> Any:
    return tpool.execute(_in_background, function, *arguments)


def _in_background(function: Callable[..., Any], *arguments: Any) -> Any:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _HUB_NICENESS + HASHING_NICENESS)
    return function(*arguments)


class Secrets(DependencyProvider):  # type: ignore[misc]
    """The vault; passwords are hashed on threads of their own, so that the hub serves others meanwhile."""

    def setup(self) -> None:
        tpool.set_num_threads(HASHING_THREADS)
        self.vault = Vault(IdentitySettings.from_environment().secret, run=off_the_hub)

    def get_dependency(self, worker_ctx: Any) -> Vault:
        return self.vault


class Configured(DependencyProvider):  # type: ignore[misc]
    def setup(self) -> None:
        self.settings = IdentitySettings.from_environment()

    def get_dependency(self, worker_ctx: Any) -> IdentitySettings:
        return self.settings


class AskedRegisters(DependencyProvider):  # type: ignore[misc]
    """The national registers; a whole call, however slowly it drips, takes no longer than it may."""

    def get_dependency(self, worker_ctx: Any) -> registers.Registers:
        return self

    def business(self, tax_code: str) -> registers.RegisteredBusiness | None:
        with eventlet.Timeout(registers.TOTAL_SECONDS, registers.RegisterUnavailable()):
            return registers.from_environment().business(tax_code)

    def child(self, number: str) -> registers.RegisteredChild | None:
        with eventlet.Timeout(registers.TOTAL_SECONDS, registers.RegisterUnavailable()):
            return registers.from_environment().child(number)


def at_most(seconds: float) -> eventlet.Timeout:
    """Ends what waits too long for the world outside, however it drags on."""
    return eventlet.Timeout(seconds, TimeoutError())


class Upstream(DependencyProvider):  # type: ignore[misc]
    """The identity provider people may come from; None where it is not offered."""

    def setup(self) -> None:
        self.upstream = upstreams.from_settings(IdentitySettings.from_environment().upstream, at_most)

    def get_dependency(self, worker_ctx: Any) -> upstreams.Upstream | None:
        return self.upstream


class Carriers(DependencyProvider):  # type: ignore[misc]
    """Who carries messages to people, by channel."""

    def setup(self) -> None:
        self.carriers = carriers.from_settings(IdentitySettings.from_environment().messages, at_most)

    def get_dependency(self, worker_ctx: Any) -> dict[messages.Channel, messages.Carrier]:
        return self.carriers


def hashed_password(service: Any, command: Command) -> dict[str, Any]:
    """Hashing takes long, and a transaction would hold a connection meanwhile; what is refused anyway is not hashed."""
    refused = accounts.password_problems(command, "")
    return {"password_hash": None if refused else service.vault.hashed(command.password)}


def bounded_post(address: str, logout_token: str) -> bool:
    """A client that answers a byte at a time must not hold the job for ever."""
    with eventlet.Timeout(LOGOUT_SECONDS, False):
        return backchannel.post(address, logout_token)
    return False


class IdentityService(ActingDoors, Service):
    name = "identity"
    database = Database(Base.metadata)
    vault = Secrets()
    settings = Configured()
    registers = AskedRegisters()
    upstream = Upstream()
    carriers = Carriers()

    @command(api.SIGN_UP_CITIZEN, first=hashed_password)
    def sign_up_citizen(self, command: Command, caller: Caller, work: Work) -> Any:
        return sign_up.sign_up_citizen(command, caller, work)

    @command(api.SIGN_UP_BUSINESS, first=asked_business)
    def sign_up_business(self, command: Command, caller: Caller, work: Work) -> Any:
        return businesses.sign_up_business(command, caller, work)

    @command(api.SIGN_IN)
    def sign_in(self, command: Command, caller: Caller, work: Work) -> Any:
        return sessions.sign_in(command, caller, work, self.vault)

    @command(api.REFRESH)
    def refresh(self, command: Command, caller: Caller, work: Work) -> Any:
        return sessions.refresh(command, caller, work, self.vault, self.settings.refresh_grace)

    @command(api.SIGN_OUT)
    def sign_out(self, command: Command, caller: Caller, work: Work) -> Any:
        return sessions.sign_out(command, caller, work)

    @command(appointment_api.CREATE_OFFICIAL, first=hashed_password)
    def create_official(self, command: Command, caller: Caller, work: Work) -> Any:
        return officials.create_official(command, caller, work)

    @command(appointment_api.PROPOSE_APPOINTMENT)
    def propose_appointment(self, command: Command, caller: Caller, work: Work) -> Any:
        return officials.propose_appointment(command, caller, work)

    @command(appointment_api.APPROVE_APPOINTMENT)
    def approve_appointment(self, command: Command, caller: Caller, work: Work) -> Any:
        return appointments.approve_appointment(command, caller, work)

    @command(appointment_api.REJECT_APPOINTMENT)
    def reject_appointment(self, command: Command, caller: Caller, work: Work) -> Any:
        return appointments.reject_appointment(command, caller, work)

    @command(appointment_api.END_APPOINTMENT)
    def end_appointment(self, command: Command, caller: Caller, work: Work) -> Any:
        return appointments.end_appointment(command, caller, work)

    @query(api.ME)
    def me(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.me(query, caller, work)

    @query(api.KEYS)
    def keys(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.key_set(query, caller, work)

    @query(appointment_api.FIND_OFFICIALS)
    def find_officials(self, query: Command, caller: Caller, work: Work) -> Any:
        return appointment_queries.find_officials(query, caller, work)

    @query(appointment_api.LIST_APPOINTMENTS)
    def list_appointments(self, query: Command, caller: Caller, work: Work) -> Any:
        return appointment_queries.list_appointments(query, caller, work)

    @query(appointment_api.GET_APPOINTMENT)
    def get_appointment(self, query: Command, caller: Caller, work: Work) -> Any:
        return appointment_queries.get_appointment(query, caller, work)

    @command(api.CARRY)
    def carry(self, command: Command, caller: Caller, work: Work) -> Any:
        return web.answer(command, Site(work, self.vault, self.settings, self.upstream))

    @query(api.MY_CONSENTS)
    def my_consents(self, query: Command, caller: Caller, work: Work) -> Any:
        return {"consents": consents.of(caller.subject, work)}

    @command(api.WITHDRAW_CONSENT)
    def withdraw_consent(self, command: Command, caller: Caller, work: Work) -> Any:
        return consents.withdraw(command, caller, work)

    @query(api.TOKEN_KEYS)
    def token_keys(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.token_keys_page(query, caller, work)

    @query(api.WITHDRAWN_ACCESS)
    def withdrawn_access_snapshots(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.withdrawn_access_page(query, caller, work)

    @on_event(events.AgencyPublished)
    def agency_published(self, event: Event, work: Work) -> None:
        copies.keep_agency(event, work)

    @query(api.DATA_ACCESS)
    def list_data_access(self, query: Command, caller: Caller, work: Work) -> Any:
        return data_access.mine(query, caller, work)

    @on_event(events.DossierDataRead)
    def dossier_data_read(self, event: Event, work: Work) -> None:
        data_access.keep(event, work)

    @on_event(events.FeedbackDataRead)
    def feedback_data_read(self, event: Event, work: Work) -> None:
        data_access.keep(event, work)

    @on_event(events.PaymentDataRead)
    def payment_data_read(self, event: Event, work: Work) -> None:
        data_access.keep(event, work)

    @on_event(events.PostalDataRead)
    def postal_data_read(self, event: Event, work: Work) -> None:
        data_access.keep(event, work)

    @every(seconds=600)
    def rotate_keys(self, database: Sessions) -> None:
        jobs.rotate_keys(database, self.vault)

    @every(seconds=5)
    def tell_clients_of_logouts(self, database: Sessions) -> None:
        backchannel.tell(database, self.vault, self.settings, send=bounded_post)

    @every(seconds=3600)
    def forget_what_is_over(self, database: Sessions) -> None:
        jobs.forget_what_is_over(database)

    @every(seconds=1)
    def send_sms(self, database: Sessions) -> None:
        if "sms" in self.carriers:
            messages.send_due(database, "sms", self.carriers["sms"])

    @every(seconds=1)
    def send_email(self, database: Sessions) -> None:
        if "email" in self.carriers:
            messages.send_due(database, "email", self.carriers["email"])

    @every(seconds=60)
    def forget_stale_messages(self, database: Sessions) -> None:
        messages.forget_stale(database)
