"""What a supervisor answers: services scaled to nothing, and answers nobody waits for any more."""

import asyncio
import json
from contextlib import closing

import pytest

from deploy.local import control, status
from deploy.local.operate import Operator
from deploy.local.passwords import SERVICES, Passwords
from deploy.local.plan import Platform
from deploy.local.supervisor import Supervisor


@pytest.fixture
def operator(tmp_path):
    supervisor = Supervisor(tmp_path, print)
    supervisor.platform = Platform(
        directory=tmp_path,
        amqp_urls={},
        database_urls={},
        object_store_url="file:///objects",
        edge_port=8080,
        sandbox_port=8090,
        sandbox_smtp_port=8025,
        passwords=Passwords(tmp_path / "secrets"),
    )
    supervisor.phase = "running"
    return Operator(supervisor)


def asked(operator, what, **details):
    return asyncio.run(operator.handle({"do": what, **details}))


def test_services_without_a_replica_are_shown_and_are_as_they_should_be(operator, capsys):
    answer = asked(operator, "status")
    assert {p["name"]: (p["health"], p["pid"]) for p in answer["processes"]} == dict.fromkeys(
        SERVICES, ("scaled to 0", None)
    )
    assert status.healthy(answer)
    status._show(
        answer | {"memory_bytes": 0, "processes": [p | {"pss_bytes": 0} for p in answer["processes"]]}
    )
    assert "dossier    service  scaled to 0" in capsys.readouterr().out


def test_what_is_scaled_to_nothing_is_told_how_to_come_back(operator):
    with pytest.raises(control.Refused, match="motcua scale dossier=1"):
        asked(operator, "restart", name="dossier")


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"name": "nothing", "count": 2}, "nothing cannot be scaled; these can: edge, identity"),
        ({"name": "edge", "count": 0}, "at least 1 worker"),
    ],
)
def test_what_cannot_be_scaled_is_refused(operator, wish, reason):
    operator._supervisor.ports.taken["edge-metrics"] = 1
    with pytest.raises(control.Refused, match=reason):
        asked(operator, "scale", **wish)


def test_a_platform_without_an_address_yet_says_so(capsys):
    starting = {
        "name": "postgres",
        "kind": "server",
        "health": "starting",
        "pid": 1,
        "port": 2,
        "restarts": 0,
    }
    known = {"phase": "starting", "edge": {"url": None}, "memory_bytes": 0}
    status._show(known | {"processes": [starting | {"pss_bytes": 0}]})
    said = capsys.readouterr().out
    assert "No address yet   starting" in said
    assert "None" not in said


def test_an_answer_that_is_cut_off_by_the_end_is_no_error(tmp_path):
    troubles = []

    async def never(_request):
        await asyncio.sleep(60)

    async def supervise():
        asyncio.get_running_loop().set_exception_handler(lambda _loop, trouble: troubles.append(trouble))
        async with control.serving(tmp_path, never):
            _, writer = await asyncio.open_unix_connection(str(tmp_path / "supervisor.sock"))
            with closing(writer):
                writer.write(json.dumps({"do": "status"}).encode() + b"\n")
                await asyncio.sleep(0.1)

    asyncio.run(supervise())
    assert troubles == []
