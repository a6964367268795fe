"""The doors of the dossier service."""

from typing import Any

from eventlet import tpool
from nameko.extensions import DependencyProvider

from chassis.caller import Caller
from chassis.database import Sessions
from chassis.events import Event
from chassis.schemas import Command
from chassis.service import Database, Service, command, every, on_event, query
from chassis.work import Work
from services.dossier import adapters, api, copies, events, jobs, queries, snapshots, tables
from services.dossier.calendar import vietnam
from services.dossier.settings import DossierSettings
from services.dossier.usecases import (
    drafts,
    files,
    pausing,
    processing,
    reception,
    returning,
    submission,
    supplements,
    withdrawal,
)

# Years of holidays are worked out before the first request, not during it.
vietnam()


class Configured(DependencyProvider):  # type: ignore[misc]
    def setup(self) -> None:
        self.settings = DossierSettings.from_environment()

    def get_dependency(self, worker_ctx: Any) -> DossierSettings:
        return self.settings


class DossierService(Service):
    name = "dossier"
    database = Database(tables.Base.metadata)
    settings = Configured()

    @command(api.REGISTER_FILE)
    def register_file(self, command: Command, caller: Caller, work: Work) -> Any:
        return files.register_file(command, caller, work)

    @query(api.LOCATE_FILE)
    def locate_file(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.file_location(query, caller, work)

    @command(api.CREATE_DRAFT)
    def create_draft(self, command: Command, caller: Caller, work: Work) -> Any:
        return drafts.create_draft(command, caller, work)

    @query(api.LIST_DRAFTS)
    def list_drafts(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.drafts(query, caller, work)

    @query(api.GET_DRAFT)
    def get_draft(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.draft(query, caller, work)

    @command(api.CHANGE_DRAFT)
    def change_draft(self, command: Command, caller: Caller, work: Work) -> Any:
        return drafts.change_draft(command, caller, work)

    @command(api.DISCARD_DRAFT)
    def discard_draft(self, command: Command, caller: Caller, work: Work) -> Any:
        return drafts.discard_draft(command, caller, work)

    @command(api.SUBMIT_DOSSIER)
    def submit_dossier(self, command: Command, caller: Caller, work: Work) -> Any:
        return submission.submit_dossier(command, caller, work)

    @query(api.LIST_DOSSIERS)
    def list_dossiers(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.my_dossiers(query, caller, work)

    @query(api.GET_DOSSIER)
    def get_dossier(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.dossier(query, caller, work)

    @query(api.GET_TIMELINE)
    def get_timeline(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.timeline(query, caller, work)

    @query(api.LIST_DESK_DOSSIERS)
    def list_desk_dossiers(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.desk_dossiers(query, caller, work)

    @query(api.TRACK_DOSSIER)
    def track_dossier(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.tracking(query, work)

    @command(api.RECEIVE_DOSSIER)
    def receive_dossier(self, command: Command, caller: Caller, work: Work) -> Any:
        return reception.receive_dossier(command, caller, work)

    @command(api.REFUSE_DOSSIER)
    def refuse_dossier(self, command: Command, caller: Caller, work: Work) -> Any:
        return reception.refuse_dossier(command, caller, work)

    @command(api.REQUEST_SUPPLEMENT)
    def request_supplement(self, command: Command, caller: Caller, work: Work) -> Any:
        return supplements.request_supplement(command, caller, work)

    @command(api.ANSWER_SUPPLEMENT)
    def answer_supplement(self, command: Command, caller: Caller, work: Work) -> Any:
        return supplements.answer_supplement(command, caller, work)

    @command(api.WITHDRAW_DOSSIER)
    def withdraw_dossier(self, command: Command, caller: Caller, work: Work) -> Any:
        return withdrawal.withdraw_dossier(command, caller, work)

    @command(api.COMPLETE_STEP)
    def complete_step(self, command: Command, caller: Caller, work: Work) -> Any:
        return processing.complete_step(command, caller, work)

    @command(api.DECIDE_DOSSIER)
    def decide_dossier(self, command: Command, caller: Caller, work: Work) -> Any:
        return processing.decide_dossier(command, caller, work)

    @command(api.REQUEST_PAYMENT)
    def request_payment(self, command: Command, caller: Caller, work: Work) -> Any:
        return pausing.request_payment(command, caller, work)

    @command(api.SUSPEND_DOSSIER)
    def suspend_dossier(self, command: Command, caller: Caller, work: Work) -> Any:
        return pausing.suspend_dossier(command, caller, work)

    @command(api.RESUME_DOSSIER)
    def resume_dossier(self, command: Command, caller: Caller, work: Work) -> Any:
        return pausing.resume_dossier(command, caller, work)

    @command(api.RETURN_RESULT)
    def return_result(self, command: Command, caller: Caller, work: Work) -> Any:
        return returning.return_result(command, caller, work)

    @query(api.OPEN_DOSSIERS)
    def open_dossier_snapshots(self, query: Command, caller: Caller, work: Work) -> Any:
        return snapshots.open_dossiers(query, caller, work)

    @query(api.FINISHED_DOSSIERS)
    def finished_dossier_snapshots(self, query: Command, caller: Caller, work: Work) -> Any:
        return snapshots.finished_dossiers(query, caller, work)

    @query(api.CHARGES)
    def charge_snapshots(self, query: Command, caller: Caller, work: Work) -> Any:
        return snapshots.charges(query, caller, work)

    @query(api.FIND_RECIPIENT)
    def find_recipient(self, query: Command, caller: Caller, work: Work) -> Any:
        return queries.recipient(query, work)

    @on_event(events.ProcedurePublished)
    def procedure_published(self, event: Event, work: Work) -> None:
        copies.procedure_published(event, work)

    @on_event(events.ProcedureWithdrawn)
    def procedure_withdrawn(self, event: Event, work: Work) -> None:
        copies.procedure_withdrawn(event, work)

    @on_event(events.AgencyPublished)
    def agency_published(self, event: Event, work: Work) -> None:
        copies.agency_published(event, work)

    @on_event(events.ObligationCreated)
    def obligation_created(self, event: Event, work: Work) -> None:
        pausing.obligation_created(event, work)

    @on_event(events.ObligationSettled)
    def obligation_settled(self, event: Event, work: Work) -> None:
        pausing.obligation_settled(event, work)

    @on_event(events.ObligationOverpaid)
    def obligation_overpaid(self, event: Event, work: Work) -> None:
        pausing.obligation_overpaid(event, work)

    @on_event(events.ConsignmentHandedOver)
    def consignment_handed_over(self, event: Event, work: Work) -> None:
        returning.consignment_handed_over(event, work)

    @on_event(events.ConsignmentDelivered)
    def consignment_delivered(self, event: Event, work: Work) -> None:
        returning.consignment_delivered(event, work)

    @on_event(events.ConsignmentDeliveredV1)
    def consignment_delivered_v1(self, event: Event, work: Work) -> None:
        returning.consignment_delivered(event, work)

    @on_event(events.ConsignmentFailed)
    def consignment_failed(self, event: Event, work: Work) -> None:
        returning.consignment_failed(event, work)

    @every(seconds=3_600)
    def sweep_files(self, database: Sessions) -> None:
        if self.settings.object_store_url:
            # On a thread: the store's library would hold up the hub.
            store = adapters.ObjectStore(self.settings.object_store_url, tpool.execute)
            jobs.sweep_files(database, store, self.settings.unused_kept)
