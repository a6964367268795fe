"""The catalogue service: its doors."""

from typing import Any

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.service import Database, Service, command, query
from chassis.work import Work
from services.catalogue import api, tables
from services.catalogue.queries import agencies, places, procedures, snapshots
from services.catalogue.usecases import publishing


class CatalogueService(Service):
    name = "catalogue"
    database = Database(tables.Base.metadata)

    @command(api.PUBLISH_VERSION)
    def publish_version(self, command: Command, caller: Caller, work: Work) -> Any:
        return publishing.publish_version(command, caller, work)

    @command(api.WITHDRAW_PROCEDURE)
    def withdraw_procedure(self, command: Command, caller: Caller, work: Work) -> Any:
        return publishing.withdraw_procedure(command, caller, work)

    @query(api.FIND_PROCEDURES, alone=True)
    def find_procedures(self, query: Command, caller: Caller, work: Work) -> Any:
        return procedures.find(query, caller, work)

    @query(api.GET_PROCEDURE)
    def get_procedure(self, query: Command, caller: Caller, work: Work) -> Any:
        return procedures.get(query, caller, work)

    @query(api.LIST_VERSIONS)
    def list_versions(self, query: Command, caller: Caller, work: Work) -> Any:
        return procedures.versions(query, caller, work)

    @query(api.FIND_AGENCIES)
    def find_agencies(self, query: Command, caller: Caller, work: Work) -> Any:
        return agencies.find(query, caller, work)

    @query(api.GET_AGENCY)
    def get_agency(self, query: Command, caller: Caller, work: Work) -> Any:
        return agencies.get(query, caller, work)

    @query(api.FIND_PLACES)
    def find_places(self, query: Command, caller: Caller, work: Work) -> Any:
        return places.find(query, caller, work)

    @query(api.GET_PLACE)
    def get_place(self, query: Command, caller: Caller, work: Work) -> Any:
        return places.get(query, caller, work)

    @query(api.PROCEDURE_SNAPSHOTS)
    def procedure_snapshots(self, query: Command, caller: Caller, work: Work) -> Any:
        return snapshots.procedures(query, caller, work)

    @query(api.AGENCY_SNAPSHOTS)
    def agency_snapshots(self, query: Command, caller: Caller, work: Work) -> Any:
        return snapshots.agencies(query, caller, work)
