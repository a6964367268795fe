"""The doors of the feedback service."""

from typing import Any

from chassis.caller import Caller
from chassis.events import Event
from chassis.schemas import Command
from chassis.service import Database, Service, command, on_event, query
from chassis.work import Work
from services.feedback import api, copies, events, queries, ratings, tables, usecases


class FeedbackService(Service):
    name = "feedback"
    database = Database(tables.Base.metadata)

    @command(api.RATE_DOSSIER)
    def rate_dossier(self, command: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return ratings.rate_dossier(command, caller, work)

    @query(api.FIND_RATINGS)
    def find_ratings(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.ratings(query, caller, work)

    @query(api.GET_SATISFACTION)
    def get_satisfaction(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.agency_satisfaction(query, caller, work)

    @command(api.FILE_PETITION)
    def file_petition(self, command: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return usecases.file_petition(command, caller, work)

    @query(api.MY_PETITIONS)
    def my_petitions(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.my_petitions(query, caller, work)

    @query(api.GET_PETITION)
    def get_petition(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.petition(query, caller, work)

    @query(api.DESK_PETITIONS)
    def desk_petitions(self, query: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return queries.desk_petitions(query, caller, work)

    @command(api.TRANSFER_PETITION)
    def transfer_petition(self, command: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return usecases.transfer_petition(command, caller, work)

    @command(api.ANSWER_PETITION)
    def answer_petition(self, command: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return usecases.answer_petition(command, caller, work)

    @command(api.REJECT_PETITION)
    def reject_petition(self, command: Command, caller: Caller, work: Work) -> dict[str, Any]:
        return usecases.reject_petition(command, caller, work)

    @on_event(events.DossierSubmitted)
    def dossier_submitted(self, event: Event, work: Work) -> None:
        copies.keep_submitted(event, work)

    @on_event(events.DossierSubmittedV1)
    def dossier_submitted_v1(self, event: Event, work: Work) -> None:
        copies.keep_submitted(event, work)

    @on_event(events.DossierFinished)
    def dossier_finished(self, event: Event, work: Work) -> None:
        copies.keep_finished(event, work)

    @on_event(events.AgencyPublished)
    def agency_published(self, event: Event, work: Work) -> None:
        copies.keep_agency(event, work)
