"""The baseline: Nameko as it comes, its HTTP entrypoint and its RpcProxy, run as its own command runs it.

`python -m tests.bench.parts.stock_nameko gateway|echo`
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()

import json
import logging
import os
import sys

from nameko.cli.run import run
from nameko.rpc import RpcProxy, rpc
from nameko.web.handlers import http


class StockEcho:
    name = "stock_echo"

    @rpc
    def echo(self, text):
        return {"text": text}


class StockGateway:
    name = "stock_gateway"
    stock_echo = RpcProxy("stock_echo")

    @http("POST", "/echo")
    def echo(self, request):
        asked = json.loads(request.get_data(as_text=True))
        return 200, {"Content-Type": "application/json"}, json.dumps(self.stock_echo.echo(asked["text"]))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    config = {"AMQP_URI": os.environ["AMQP_URL"], "WEB_SERVER_ADDRESS": os.environ.get("WEB_ADDRESS", "")}
    run([StockGateway if sys.argv[1] == "gateway" else StockEcho], config)
