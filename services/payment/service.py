"""The doors of the payment service."""

from typing import Any

from nameko.extensions import DependencyProvider

from chassis.caller import Caller
from chassis.database import Sessions
from chassis.events import Event
from chassis.schemas import Command
from chassis.service import Database, Service, command, every, on_event, query
from chassis.work import Work
from services.payment import adapters, api, copies, events, jobs, queries, snapshots, tables, usecases
from services.payment.settings import PaymentSettings


class GatewayProvider(DependencyProvider):  # type: ignore[misc]
    """The payment gateway, read from the environment when the service starts."""

    def setup(self) -> None:
        self.gateway = adapters.from_settings(PaymentSettings.from_environment())

    def get_dependency(self, worker_ctx: Any) -> adapters.Gateway:
        return self.gateway


class PaymentService(Service):
    name = "payment"
    database = Database(tables.Base.metadata)
    gateway = GatewayProvider()

    @query(api.FIND_OBLIGATIONS)
    def find_obligations(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.obligations_page(query, caller, work)

    @query(api.GET_OBLIGATION)
    def get_obligation(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.obligation(query, caller, work)

    @command(api.START_PAYMENT)
    def start_payment(self, command: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return usecases.start_payment(command, caller, work, self.gateway)

    @query(api.GET_PAYMENT)
    def get_payment(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.payment(query, caller, work)

    @query(api.GET_RECEIPT)
    def get_receipt(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.receipt(query, caller, work)

    @command(api.VNPAY_NOTICE)
    def vnpay_notice(self, command: Command, caller: Caller, work: Work) -> dict[str, str]:
        return usecases.take_notice(command.values, work, self.gateway)

    @query(api.VNPAY_RETURN)
    def vnpay_return(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.returned(query.values, work, self.gateway)

    @query(api.UNSETTLED_OBLIGATIONS)
    def unsettled_obligation_snapshots(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return snapshots.unsettled(query, caller, work)

    @query(api.SETTLED_OBLIGATIONS)
    def settled_obligation_snapshots(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return snapshots.settled(query, caller, work)

    @on_event(events.DossierCharged)
    def dossier_charged(self, event: Event, work: Work) -> None:
        usecases.charge_dossier(event, work)

    @on_event(events.DossierChargedV1)
    def dossier_charged_v1(self, event: Event, work: Work) -> None:
        usecases.charge_dossier(event, work)

    @on_event(events.DossierFinished)
    def dossier_finished(self, event: Event, work: Work) -> None:
        usecases.close_dossier(event, work)

    @on_event(events.AgencyPublished)
    def agency_published(self, event: Event, work: Work) -> None:
        copies.keep_agency(event, work)

    @every(seconds=5)
    def query_gateway(self, database: Sessions) -> None:
        jobs.query_gateway(database, self.gateway)
