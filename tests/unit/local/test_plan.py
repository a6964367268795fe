"""What each process is told: what it needs, and nothing more."""

import itertools
from pathlib import Path

import pytest

from chassis.service_keys import ServiceKeys
from deploy.local.operate import belongs
from deploy.local.passwords import SERVICE_KEYS, SERVICE_SECRETS, SERVICES, SHARED_SECRETS, Passwords
from deploy.local.plan import Platform
from deploy.rabbitmq.permissions import ACCOUNTS


@pytest.fixture
def platform(tmp_path):
    return Platform(
        directory=tmp_path,
        amqp_urls={account: f"amqp://{account}:{account}-broker@broker/" for account in ACCOUNTS},
        database_urls={service: f"postgresql+psycopg2://{service}@db/{service}" for service in SERVICES},
        object_store_url="file:///objects",
        edge_port=8080,
        sandbox_port=8090,
        sandbox_smtp_port=8025,
        passwords=Passwords(tmp_path / "secrets"),
    )


def processes(platform):
    ports = itertools.count(20_000)
    for service in SERVICES:
        yield platform.service(service, service, next(ports))
        yield platform.relay(service, f"{service}-relay", next(ports))
    yield platform.edge(next(ports))
    yield platform.sandbox()


KNOWS = {
    "identity": {"IDENTITY_SECRET", "REGISTERS_KEY", "VNEID_CLIENT_SECRET", "SMS_KEY"},
    "payment": {"PAYMENT_HASH_SECRET"},
    "postal": {"CARRIER_SECRET"},
    "sandbox": {
        *("PAYMENT_HASH_SECRET", "CARRIER_SECRET"),
        *("REGISTERS_KEY", "VNEID_CLIENT_SECRET", "SMS_KEY"),
    },
}


def test_a_secret_goes_only_where_it_is_needed(platform):
    for process in processes(platform):
        secrets = set(process.environment) & set(SHARED_SECRETS)
        assert secrets == KNOWS.get(process.name.removesuffix("-relay"), set()), process.name


def test_the_key_and_the_secret_of_a_service_are_in_its_own_processes_alone(platform):
    for process in processes(platform):
        told = set(process.environment.values())
        owner = process.name.removesuffix("-relay").upper()
        own = {f"{owner}_SERVICE_KEY", f"{owner}_SERVICE_SECRET"} if owner.lower() in SERVICES else set()
        names = (*SERVICE_KEYS, *SERVICE_SECRETS)
        assert {name for name in names if platform.passwords[name] in told} == own


def test_every_service_is_recognised_by_the_others(platform):
    told = {service: platform.environment_of(service) for service in SERVICES}
    keys = {name: ServiceKeys(name, env["SERVICE_KEY"], env["SERVICE_KEYS"]) for name, env in told.items()}
    for caller, callee in itertools.permutations(SERVICES, 2):
        assert keys[callee].claims(keys[caller].token(callee), caller)["sub"] == caller


def test_each_service_has_a_data_secret_of_its_own(platform):
    told = {process.name: process.environment.get("DATA_SECRET") for process in processes(platform)}
    assert len({told[service] for service in SERVICES}) == len(SERVICES)
    assert all(len(told[service]) >= 32 and told[service] == told[f"{service}-relay"] for service in SERVICES)
    assert told["edge"] is told["sandbox"] is None


def test_a_data_secret_that_is_being_replaced_is_told_too(platform, monkeypatch):
    monkeypatch.setenv("DOSSIER_DATA_SECRET_BEFORE", "the one until today")
    assert platform.environment_of("dossier")["DATA_SECRET_BEFORE"] == "the one until today"
    assert "DATA_SECRET_BEFORE" not in platform.environment_of("payment")


def test_only_a_service_knows_its_database(platform):
    for process in processes(platform):
        url = process.environment.get("DATABASE_URL")
        service = process.name.removesuffix("-relay")
        assert url == (platform.database_urls[service] if service in SERVICES else None)


def test_no_secret_of_another_database_is_in_any_environment(platform):
    for process in processes(platform):
        foreign = set(SERVICES) - {process.name.removesuffix("-relay")}
        told = " ".join(process.environment.values())
        assert not [service for service in foreign if platform.database_urls[service] in told]


def test_each_process_has_the_broker_account_of_its_service_alone(platform):
    for process in processes(platform):
        account = process.name.removesuffix("-relay")
        told = " ".join(process.environment.values())
        assert [name for name in ACCOUNTS if f"{name}-broker" in told] == [
            name for name in ACCOUNTS if name == account
        ]


def test_gateway_and_carrier_are_the_sandbox_on_both_sides(platform):
    payment, sandbox = platform.environment_of("payment"), platform.sandbox().environment
    assert payment["PAYMENT_GATEWAY_URL"] == f"{platform.sandbox_url}/vnpay"
    assert payment["PAYMENT_HASH_SECRET"] == sandbox["PAYMENT_HASH_SECRET"]
    postal = platform.environment_of("postal")
    assert postal["CARRIER_URL"] == f"{platform.sandbox_url}/vnpost"
    assert (postal["CARRIER_SECRET"], postal["CARRIER_CUSTOMER"]) == (
        sandbox["CARRIER_SECRET"],
        sandbox["CARRIER_CUSTOMER"],
    )


def test_the_registers_are_the_sandbox_on_both_sides(platform):
    identity, sandbox = platform.environment_of("identity"), platform.sandbox().environment
    assert identity["REGISTERS_URL"] == f"{platform.sandbox_url}/registers"
    assert identity["REGISTERS_KEY"] == sandbox["REGISTERS_KEY"]


def test_the_identity_provider_and_the_messages_are_the_sandbox_on_both_sides(platform):
    identity, sandbox = platform.environment_of("identity"), platform.sandbox().environment
    for name in ("VNEID_ISSUER", "VNEID_CLIENT_ID", "VNEID_CLIENT_SECRET", "SMS_KEY", "PUBLIC_URL"):
        assert identity[name] == sandbox[name]
    assert identity["VNEID_ISSUER"] == f"{platform.sandbox_url}/vneid"
    assert identity["SMS_URL"] == f"{platform.sandbox_url}/messages/sms"
    assert identity["SMTP_URL"].endswith(f":{sandbox['SANDBOX_SMTP_PORT']}")


def test_a_secret_of_the_environment_comes_before_a_generated_one(tmp_path, monkeypatch):
    monkeypatch.setenv("CARRIER_SECRET", "agreed-with-the-carrier")
    assert Passwords(tmp_path / "secrets")["CARRIER_SECRET"] == "agreed-with-the-carrier"


def test_generated_secrets_stay_and_only_their_owner_reads_them(tmp_path):
    path = tmp_path / "secrets"
    first = Passwords(path)["DOSSIER_SERVICE_SECRET"]
    assert Passwords(path)["DOSSIER_SERVICE_SECRET"] == first
    assert len(first) >= 32
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("child", "name", "belonging"),
    [
        ("dossier", "dossier", True),
        ("dossier-2", "dossier", True),
        ("dossier-12", "dossier", True),
        ("dossier-relay", "dossier", False),
        ("dossier-relay", "dossier-relay", True),
        ("dossier-2", "dossier-2", True),
        ("dossier", "dossier-2", False),
        ("rabbitmq", "dossier", False),
    ],
)
def test_replicas_belong_to_their_service(child, name, belonging):
    assert belongs(child, name) is belonging


def test_addresses_are_on_this_machine(platform):
    assert platform.edge_url == "http://127.0.0.1:8080"
    assert Path(platform.sandbox().environment["SANDBOX_DIR"]) == platform.directory / "sandbox"
