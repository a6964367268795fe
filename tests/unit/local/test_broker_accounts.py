"""The table of permissions against the names and traffic of the platform's own code."""

import re
from importlib import import_module

import pytest

from chassis import topology
from chassis.caller import Caller
from chassis.copies import parts
from chassis.errors import Forbidden
from chassis.events import source_of
from chassis.jobs import consumed_types
from chassis.rebuild import copies_of
from chassis.service_keys import ServiceKeys
from chassis.settings import Settings
from deploy.local import dotenv
from deploy.local.passwords import BROKER_PASSWORDS, SECRET_NAMES, SERVICE_KEYS, SERVICES, Passwords
from deploy.local.ports import Ports
from deploy.local.servers.choose import BrokerHalfNamed, choose
from deploy.rabbitmq.__main__ import main
from deploy.rabbitmq.definitions import definitions, password_name
from deploy.rabbitmq.permissions import ACCOUNTS, ASKS, EDGE, HEARS, OPERATOR, exchanges, rights_of

SETTINGS = Settings("", "", "")
DELAYS = (*SETTINGS.retry_delays_ms, SETTINGS.waiting_delay_ms)
#: One queue of answers for each account.
ANSWERS = {account: topology.reply_queue(topology.reply_key(account)) for account in ACCOUNTS}
SHARED = (topology.RPC_EXCHANGE, *map(topology.events_exchange, SERVICES))


def queues_of(service):
    """Every queue a service declares, and the exchange that leads to them."""
    return [
        topology.rpc_queue(service),
        topology.events_queue(service),
        topology.dead_queue(service),
        topology.own_exchange(service),
        ANSWERS[service],
        *(topology.retry_queue(service, delay) for delay in DELAYS),
    ]


EVERYTHING = [*SHARED, *(name for service in SERVICES for name in queues_of(service))]
EDGE_QUEUE = ANSWERS[EDGE]
#: What is not asked to rebuild a copy: see ADR 13.
FOR_JOBS = {"postal": {"dossier.find_recipient"}}


def matching(pattern, names):
    return {name for name in names if re.search(pattern, name)}


def test_there_is_an_account_for_every_service_and_the_edge():
    assert set(ACCOUNTS) == {*SERVICES, EDGE}
    assert set(exchanges()) == set(SHARED)


def test_the_edge_reaches_the_exchange_of_requests_and_its_own_answers_alone():
    rights = rights_of(EDGE)
    names = [*EVERYTHING, EDGE_QUEUE, "amq.default", "amq.topic"]
    assert matching(rights.configure, names) == {EDGE_QUEUE}
    assert matching(rights.write, names) == {"nameko-rpc", EDGE_QUEUE}
    assert matching(rights.read, names) == {"nameko-rpc", EDGE_QUEUE}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_what_its_traffic_needs_and_nothing_else(service):
    rights, own = rights_of(service), set(queues_of(service))
    names = [*EVERYTHING, EDGE_QUEUE, "amq.default", "amq.topic"]
    heard = {topology.events_exchange(source_of(kind)) for kind in consumed_types(service)}
    assert matching(rights.configure, names) == own
    assert matching(rights.write, names) == own | {"nameko-rpc", topology.events_exchange(service)}
    assert matching(rights.read, names) == own | {"nameko-rpc"} | heard


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_hears_only_its_own_requests_and_answers(service):
    binds = rights_of(service).binds
    assert matching(binds, ["#", "*", "*.*", *(f"{name}.*" for name in SERVICES)]) == {f"{service}.*"}
    keys = {owner: topology.reply_key(owner) for owner in ACCOUNTS}
    assert matching(binds, keys.values()) == {keys[service]}


def test_the_edge_hears_answers_to_itself_alone():
    keys = {owner: topology.reply_key(owner) for owner in ACCOUNTS}
    heard = matching(
        rights_of(EDGE).binds, ["#", "*", "reply.edge.*", "reply.#", "identity.*", *keys.values()]
    )
    assert heard == {keys[EDGE]}


def test_the_edge_asks_every_operation_and_answers_nobody():
    tables = {name: import_module(f"services.{name}.api").OPERATIONS for name in SERVICES}
    asked = [f"{name}.{operation.rpc}" for name, table in tables.items() for operation in table]
    publishes = rights_of(EDGE).publishes
    assert matching(publishes, asked) == set(asked)
    assert not matching(publishes, [topology.reply_key(owner) for owner in ACCOUNTS])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_where_it_may_and_nowhere_else(service):
    """What the callee's guard lets pass is what its account may publish with: else one request ends its channel."""
    keys = [topology.reply_key(owner) for owner in (*ACCOUNTS, "job")]
    keys += ["2a0e8f5c-0000-4000-8000-000000000000"]
    others = ["dossier.submit_dossier", "reply.edge", f"{keys[0]}.x", f"x{keys[0]}", "#", ""]
    publishes = rights_of(service).publishes
    assert matching(publishes, [*keys, *others]) == set(keys)
    assert {key for key in [*keys, *others] if topology.REPLY_KEY.fullmatch(key)} == set(keys)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_asks_for_its_copies_and_what_its_jobs_need_and_nothing_else(service):
    copied = {f"{part.owner}.{part.rpc}" for copy in copies_of(service).values() for part in parts(copy)}
    assert set(ASKS[service]) == copied | FOR_JOBS.get(service, set())
    tables = {name: import_module(f"services.{name}.api").OPERATIONS for name in SERVICES}
    offered = [f"{name}.{operation.rpc}" for name, table in tables.items() for operation in table]
    assert matching(rights_of(service).publishes, offered) == set(ASKS[service])


@pytest.mark.parametrize("owner", SERVICES)
def test_what_services_may_ask_admits_exactly_those_that_do(owner):
    for operation in import_module(f"services.{owner}.api").OPERATIONS:
        asking = {name for name in SERVICES if f"{owner}.{operation.rpc}" in ASKS[name]}
        admitted = {
            name for name in SERVICES if _admits(operation.allow, Caller(subject=name, kind="service"))
        }
        if not operation.allow.anonymous:
            assert admitted == asking, operation.rpc


def _admits(access, caller):
    try:
        access.check(caller)
    except Forbidden:
        return False
    return True


def test_who_is_heard_is_known():
    assert {heard for sources in HEARS.values() for heard in sources} <= set(SERVICES)


def test_definitions_hold_no_password(tmp_path, monkeypatch, capsys):
    names = [password_name(account) for account in (OPERATOR, *ACCOUNTS)]
    for name in names:
        monkeypatch.setenv(name, f"secret-of-{name}")
    assert main([str(tmp_path / "definitions.json")]) == 0
    written = (tmp_path / "definitions.json").read_text()
    assert "secret-of-" not in written
    monkeypatch.delenv(names[-1])
    assert main([str(tmp_path / "more.json")]) == 2
    assert names[-1] in capsys.readouterr().err
    assert not (tmp_path / "more.json").exists()


def test_only_the_operator_is_an_administrator():
    users = definitions("/", dict.fromkeys((OPERATOR, *ACCOUNTS), "p"))["users"]
    assert [user["name"] for user in users if user["tags"]] == [OPERATOR]
    assert len({user["password_hash"] for user in users}) == len(users), "salted"


def test_the_environment_may_give_each_process_an_account(tmp_path):
    def choosing(**environment):
        return choose(tmp_path, Ports({}), Passwords(tmp_path / "secrets"), environment)

    common = {"DATABASE_URL": "postgresql+psycopg2://db/", "AMQP_URL": "amqp://all@broker/"}
    servers = choosing(**common, AMQP_URL_EDGE="amqp://edge@broker/")
    assert servers.rabbitmq is None
    assert servers.amqp_urls == dict.fromkeys(SERVICES, common["AMQP_URL"]) | {"edge": "amqp://edge@broker/"}
    with pytest.raises(BrokerHalfNamed, match="AMQP_URL_DOSSIER"):
        choosing(DATABASE_URL="postgresql+psycopg2://db/", AMQP_URL_EDGE="amqp://edge@broker/")


def test_secrets_that_an_older_file_lacks_are_added(tmp_path, monkeypatch):
    monkeypatch.setattr(dotenv, "ROOT", tmp_path)
    (tmp_path / ".env").write_text("IDENTITY_SECRET=kept")
    assert dotenv.run([]) == 0
    first = (tmp_path / ".env").read_text()
    known = dict(line.split("=") for line in first.splitlines())
    assert known["IDENTITY_SECRET"] == "kept"
    assert set(known) == {*dotenv.NAMES, "SERVICE_KEYS"} >= set(BROKER_PASSWORDS)
    for service, name in zip(SERVICES, SERVICE_KEYS, strict=True):
        assert ServiceKeys(service, known[name], known["SERVICE_KEYS"].strip("'")).token("postal")
    assert dotenv.run([]) == 0
    assert (tmp_path / ".env").read_text() == first


def test_the_password_of_an_account_leaks_into_no_process():
    assert set(BROKER_PASSWORDS) <= set(SECRET_NAMES)
