"""The baseline of the search: Nameko as it comes around the very query of the catalogue.

`python -m tests.bench.parts.stock_search gateway|search`
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()

import json
import os
import sys

from nameko.cli.run import run
from nameko.extensions import DependencyProvider
from nameko.rpc import RpcProxy, rpc
from nameko.web.handlers import http

from chassis.caller import Caller
from chassis.database import Sessions, create_service_engine
from chassis.schemas import Command
from chassis.settings import Settings
from services.catalogue import api
from services.catalogue.queries import procedures


class Catalogue(DependencyProvider):
    def setup(self):
        self.sessions = Sessions(create_service_engine(Settings.from_environment()))

    def get_dependency(self, worker_ctx):
        return self.sessions


class StockSearch:
    name = "stock_search"
    sessions = Catalogue()

    @rpc
    def find(self, question):
        asked = Command(api.FIND_PROCEDURES.takes.read({"q": question}))
        with self.sessions.work() as work:
            return api.FIND_PROCEDURES.gives.show(procedures.find(asked, Caller(), work))


class StockGateway:
    name = "stock_search_gateway"
    stock_search = RpcProxy("stock_search")

    @http("GET", "/procedures")
    def find(self, request):
        found = self.stock_search.find(request.args["q"])
        return 200, {"Content-Type": "application/json"}, json.dumps(found)


if __name__ == "__main__":
    config = {"AMQP_URI": os.environ["AMQP_URL"], "WEB_SERVER_ADDRESS": os.environ.get("WEB_ADDRESS", "")}
    run([StockGateway if sys.argv[1] == "gateway" else StockSearch], config)
