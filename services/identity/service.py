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
from chassis.schemas import Command
from chassis.service import Database, Service, command, every, query
from chassis.work import Work
from services.identity import accounts, api, jobs, queries
from services.identity.all_tables import Base
from services.identity.oidc import backchannel, consents
from services.identity.settings import IdentitySettings
from services.identity.usecases import officials, sessions, sign_up
from services.identity.vault import Vault
from services.identity.web import router as web
from services.identity.web.site import Site

#: More would only compete for the cores; each may hold the 19 MiB a hash needs.
HASHING_THREADS = 2
#: Their priority: when cores are short, those who are signed in go first.
HASHING_NICENESS = 5

LOGOUT_SECONDS = 10


def off_the_hub(function: Callable[..., Any], *arguments: Any) -> Any:
    return tpool.execute(_in_background, function, *arguments)


def _in_background(function: Callable[..., Any], *arguments: Any) -> Any:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), HASHING_NICENESS)
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


def hashed_password(service: Any, command: Command) -> dict[str, Any]:
    """Hashing takes long, and a transaction would hold a connection meanwhile; what is refused anyway is not hashed."""
    refused = accounts.password_problems(command, "")
    return {"password_hash": None if refused else service.vault.hashed(command.password)}


def bounded_post(address: str, logout_token: str) -> bool:
    """A client that answers a byte at a time must not hold the job for ever."""
    with eventlet.Timeout(LOGOUT_SECONDS, False):
        return backchannel.post(address, logout_token)
    return False


class IdentityService(Service):
    name = "identity"
    database = Database(Base.metadata)
    vault = Secrets()
    settings = Configured()

    @command(api.SIGN_UP_CITIZEN, first=hashed_password)
    def sign_up_citizen(self, command: Command, caller: Caller, work: Work) -> Any:
        return sign_up.sign_up_citizen(command, caller, work)

    @command(api.SIGN_UP_BUSINESS, first=hashed_password)
    def sign_up_business(self, command: Command, caller: Caller, work: Work) -> Any:
        return sign_up.sign_up_business(command, caller, work)

    @command(api.SIGN_IN)
    def sign_in(self, command: Command, caller: Caller, work: Work) -> Any:
        return sessions.sign_in(command, caller, work, self.vault)

    @command(api.REFRESH)
    def refresh(self, command: Command, caller: Caller, work: Work) -> Any:
        return sessions.refresh(command, caller, work, self.vault, self.settings.refresh_grace)

    @command(api.SIGN_OUT)
    def sign_out(self, command: Command, caller: Caller, work: Work) -> Any:
        return sessions.sign_out(command, caller, work)

    @command(api.CREATE_OFFICIAL, first=hashed_password)
    def create_official(self, command: Command, caller: Caller, work: Work) -> Any:
        return officials.create_official(command, caller, work)

    @query(api.ME)
    def me(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.me(query, caller, work)

    @query(api.KEYS)
    def keys(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.key_set(query, caller, work)

    @query(api.FIND_OFFICIALS)
    def find_officials(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.officials_page(query, caller, work)

    @command(api.CARRY)
    def carry(self, command: Command, caller: Caller, work: Work) -> Any:
        return web.answer(command, Site(work, self.vault, self.settings))

    @query(api.MY_CONSENTS)
    def my_consents(self, query: Command, caller: Caller, work: Work) -> Any:
        return {"consents": consents.of(caller.subject, work)}

    @command(api.WITHDRAW_CONSENT)
    def withdraw_consent(self, command: Command, caller: Caller, work: Work) -> Any:
        return consents.withdraw(command, caller, work)

    @query(api.TOKEN_KEYS)
    def token_keys(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.token_keys_page(query, caller, work)

    @every(seconds=600)
    def rotate_keys(self, database: Sessions) -> None:
        jobs.rotate_keys(database, self.vault)

    @every(seconds=5)
    def tell_clients_of_logouts(self, database: Sessions) -> None:
        backchannel.tell(database, self.vault, self.settings, send=bounded_post)

    @every(seconds=3600)
    def forget_what_is_over(self, database: Sessions) -> None:
        jobs.forget_what_is_over(database)
