"""The doors of the postal service."""

from typing import Any

from chassis.caller import Caller
from chassis.database import Sessions
from chassis.events import Event
from chassis.proxy import Remote
from chassis.schemas import Command
from chassis.service import Database, Service, every, on_event, query
from chassis.work import Work
from services.postal import adapters, api, copies, events, jobs, queries, tables, usecases


class PostalService(Service):
    name = "postal"
    database = Database(tables.Base.metadata)
    dossier = Remote("dossier")

    @query(api.FIND_CONSIGNMENTS)
    def find_consignments(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.consignments(query, caller, work)

    @query(api.GET_CONSIGNMENT)
    def get_consignment(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.consignment(query, caller, work)

    @on_event(events.ResultPosted)
    def result_posted(self, event: Event, work: Work) -> None:
        usecases.register(event, work)

    @on_event(events.ResultPostedV1)
    def result_posted_v1(self, event: Event, work: Work) -> None:
        usecases.register(event, work)

    @on_event(events.AgencyPublished)
    def agency_published(self, event: Event, work: Work) -> None:
        copies.keep_agency(event, work)

    @every(seconds=1)
    def hand_over(self, database: Sessions) -> None:
        jobs.learn_recipients(database, adapters.DossierService(self.dossier.call))
        jobs.hand_over(database, adapters.from_environment())

    @every(seconds=1)
    def poll_tracking(self, database: Sessions) -> None:
        jobs.poll_tracking(database, adapters.from_environment())
