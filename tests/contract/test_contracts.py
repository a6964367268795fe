"""The committed contracts are true, fit each other, and break nobody who relied on the last ones."""

import json

import pytest
from jsonschema import Draft202012Validator

from chassis import contract
from chassis.copies import parts
from chassis.events import source_of
from chassis.keys import TokenKeyPublished
from chassis.rebuild import copies_of
from tests.contract import history
from tests.contract.compatibility import compare, unreadable
from tests.contract.on_purpose import ON_PURPOSE
from tests.support.processes import ROOT

SERVICES = contract.services()
FILES = [(service, name) for service in SERVICES for name in ("rpc", "events")]


def committed(service: str, name: str) -> str:
    return f"services/{service}/contract/{name}.json"


@pytest.mark.parametrize(("service", "name"), FILES)
def test_committed_contract_is_what_the_code_does(contracts, service, name):
    path = ROOT / committed(service, name)
    assert path.exists(), f"write it with: python -m chassis contract {service}"
    assert path.read_text() == contract.printed(contracts[service][name]), (
        f"the contract changed; write it with: python -m chassis contract {service}"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_contract_is_valid_json_schema(contracts, service):
    rpc, events = contracts[service]["rpc"], contracts[service]["events"]
    schemas = [part[side] for part in rpc["operations"].values() for side in ("request", "answer")]
    schemas += [part["data"] for part in (*events["publishes"].values(), *events["consumes"].values())]
    assert schemas
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("service", SERVICES)
def test_every_reader_lives_on_what_its_producer_gives(contracts, service):
    problems = []
    for kind, reader in contracts[service]["events"]["consumes"].items():
        producer = contracts.get(source_of(kind))
        given = producer["events"]["publishes"].get(kind) if producer else None
        if given is None:
            problems.append(f"{kind}: nobody publishes it")
            continue
        if not given["consumed"]:
            problems.append(f"{kind}: its producer does not mark it consumed=True, so it may be lost")
        problems += unreadable(reader["data"], given["data"], kind)
    assert problems == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_marked_consumed_has_a_consumer(contracts, service):
    consumed = {kind for other in contracts.values() for kind in other["events"]["consumes"]}
    promised = {
        kind for kind, event in contracts[service]["events"]["publishes"].items() if event["consumed"]
    }
    assert promised <= consumed, "it would wait in the outbox for ever"


@pytest.mark.parametrize("service", SERVICES)
def test_types_of_events_are_named_by_their_producer_and_have_a_version(contracts, service):
    for kind in contracts[service]["events"]["publishes"]:
        assert kind.split(".")[:3] == ["vn", "motcua", service]
        assert kind.rsplit(".", 1)[1].startswith("v")


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_keeps_the_keys_of_tokens(contracts, service):
    assert TokenKeyPublished.type in contracts[service]["events"]["consumes"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_copy_can_be_rebuilt_from_what_its_owner_offers(contracts, service):
    sources = [(name, source) for name, copy in copies_of(service).items() for source in parts(copy)]
    for name, copy in sources:
        snapshots = contracts[copy.owner]["rpc"]["operations"][copy.rpc]
        assert {who.partition(":")[0] for who in snapshots["allow"]} == {"service"}
        assert {"service", f"service:{service}"} & set(snapshots["allow"])
        assert set(snapshots["request"]["properties"]) == {"cursor", "limit"}
        page = snapshots["answer"]["properties"]
        item = page["items"]["items"]["properties"]
        assert {"next", "items"} == set(page)
        assert {"subject", "sequence", "time", "data"} <= set(item), name
        if item["data"].get("properties"):
            given = contracts[copy.owner]["events"]["publishes"][copy.reader.type]["data"]["properties"]
            assert set(item["data"]["properties"]) == set(given), "a snapshot is what the event says"


@pytest.mark.parametrize(("service", "name"), FILES)
def test_contract_breaks_nobody_who_relied_on_the_last_one(contracts, service, name):
    earlier = history.earlier(ROOT, committed(service, name))
    if not earlier:
        pytest.skip("there is no earlier contract: no git, no history, or a new service")
    for revision, old in earlier.items():
        broken = set(compare(json.loads(old), contracts[service][name]))
        assert broken - ON_PURPOSE.keys() == set(), f"compared with {revision}"
