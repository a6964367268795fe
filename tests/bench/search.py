"""Searching a full catalogue, every question another one, beside stock Nameko that runs the same query.

`./motcua bench search [--json] [--seconds 10] [--connections 8] [--file EXPORT]`
"""

import json
import random
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from chassis.database import Sessions
from chassis.topology import declare
from deploy.local.ports import free_port
from services.catalogue import importer
from services.catalogue.importing.file import Export
from services.catalogue.tables import ProcedureVersion
from tests.bench.measure import Target
from tests.bench.parts import made_up_export
from tests.bench.parts.rig import HOST, Rig
from tests.bench.parts.run import parser, run
from tests.support.databases import DATA_SECRET, SECRET, Databases, settings_for
from tests.support.servers import postgres

#: So many that none comes again before the service has forgotten its answer.
QUESTIONS = 20_000
AMPLE = {"RATE_LIMIT": "100000000/minute"}


def main(arguments: list[str] | None = None) -> int:
    wanted = parser("search", __doc__, connections=8)
    wanted.add_argument("--file", type=Path, help="a national export; made-up procedures without it")
    options = wanted.parse_args(arguments)
    with Rig() as rig:
        return run("search", platforms(rig, options.file), options)


def platforms(rig: Rig, export: Path | None) -> tuple[Target, Target]:
    """Our edge and catalogue, stock gateway and service, on one broker and one database."""
    database = Databases(rig.stack.enter_context(postgres())).fresh("catalogue")
    rig.count("database", rig.server("postgres"))
    names = fill(database.sessions(), export)
    declare(rig.broker.url, "catalogue", [], settings_for(database.url).delays_ms)
    edge_port, stock_port = free_port(), free_port()
    settings = {"DATABASE_URL": database.url, "SERVICE_SECRET": SECRET, "DATA_SECRET": DATA_SECRET, **AMPLE}
    catalogue = rig.start(
        "catalogue", "chassis", "serve", "catalogue", METRICS_PORT=str(free_port()), **settings
    )
    store = f"file://{rig.directory}"
    edge = rig.start(
        "edge",
        "edge",
        EDGE_PORT=str(edge_port),
        METRICS_PORT=str(free_port()),
        OBJECT_STORE_URL=store,
        **AMPLE,
    )
    stock = rig.start("stock-search", "tests.bench.parts.stock_search", "search", **settings)
    gateway = rig.start(
        "stock-gateway", "tests.bench.parts.stock_search", "gateway", WEB_ADDRESS=f"{HOST}:{stock_port}"
    )
    questions = asked_about(names)
    short = min(names, key=len)
    for port, path in ((edge_port, "/v1/procedures"), (stock_port, "/procedures")):
        first = f"http://{HOST}:{port}{path}?q={quote(short)}"
        found = json.loads(rig.wait_until_answered(urllib.request.Request(first)))
        assert found["items"][0]["name"] == short, "the whole name finds its procedure"
    return (
        rig.target(edge_port, _requests("/v1/procedures", questions), {"edge": edge, "service": catalogue}),
        rig.target(stock_port, _requests("/procedures", questions), {"gateway": gateway, "service": stock}),
    )


def fill(sessions: Sessions, export: Path | None) -> list[str]:
    """Import the procedures; their names."""
    lines = Export(export).lines() if export else made_up_export.lines()
    for _ in importer.run(lines, sessions):
        pass
    with sessions.work(read_only=True) as work:
        return list(work.session.scalars(select(ProcedureVersion.name).order_by(ProcedureVersion.code)))


def asked_about(names: list[str]) -> list[str]:
    """What people type: two to five words out of a name; the same in every run."""
    chance = random.Random(7)
    return [_stretch(chance.choice(names).split(), chance) for _ in range(QUESTIONS)]


def _stretch(words: list[str], chance: random.Random) -> str:
    length = chance.randint(2, 5)
    first = chance.randint(0, max(0, len(words) - length))
    return " ".join(words[first : first + length])


def _requests(path: str, questions: list[str]) -> list[bytes]:
    return [f"GET {path}?q={quote(asked)} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() for asked in questions]


if __name__ == "__main__":
    sys.exit(main())
