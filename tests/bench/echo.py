"""HTTP -> edge -> RPC -> service -> back, doing nothing, beside stock Nameko in the same run.

`./motcua bench echo [--json] [--seconds 10] [--connections 32]`
"""

import json
import sys
import urllib.request

from chassis.settings import Settings
from chassis.topology import declare
from deploy.local.ports import free_port
from tests.bench.measure import Target
from tests.bench.parts.rig import HOST, Rig
from tests.bench.parts.run import parser, run
from tests.support.servers import postgres

BODY = json.dumps({"text": "xin chào"}).encode()


def main(arguments: list[str] | None = None) -> int:
    options = parser("echo", __doc__, connections=32).parse_args(arguments)
    with Rig() as rig:
        return run("echo", platforms(rig), options)


def platforms(rig: Rig) -> tuple[Target, Target]:
    """Both sides running, on one broker: our edge and service, stock gateway and service."""
    settings = Settings(
        rig.broker.url,
        rig.stack.enter_context(postgres()),
        "only-for-benchmarks",
        "only-for-benchmarks-of-this-platform",
    )
    declare(rig.broker.url, "echo", [], settings.delays_ms)
    edge_port, stock_port = free_port(), free_port()
    service = rig.start(
        "echo",
        "tests.bench.parts.echo_service",
        DATABASE_URL=settings.database_url,
        SERVICE_SECRET=settings.service_secret,
        DATA_SECRET=settings.data_secret,
        METRICS_PORT=str(free_port()),
    )
    edge = rig.start(
        "edge",
        "tests.bench.parts.echo_edge",
        EDGE_PORT=str(edge_port),
        METRICS_PORT=str(free_port()),
        RATE_LIMIT="100000000/minute",
    )
    stock_echo = rig.start("stock-echo", "tests.bench.parts.stock_nameko", "echo")
    gateway = rig.start(
        "stock-gateway", "tests.bench.parts.stock_nameko", "gateway", WEB_ADDRESS=f"{HOST}:{stock_port}"
    )
    for port, path in ((edge_port, "/v1/echo"), (stock_port, "/echo")):
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"http://{HOST}:{port}{path}", BODY, headers, method="POST")
        assert json.loads(rig.wait_until_answered(request)) == json.loads(BODY)
    return (
        rig.target(edge_port, [_request("/v1/echo")], {"edge": edge, "service": service}),
        rig.target(stock_port, [_request("/echo")], {"gateway": gateway, "service": stock_echo}),
    )


def _request(path: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Accept: */*\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    return head.encode() + BODY


if __name__ == "__main__":
    sys.exit(main())
