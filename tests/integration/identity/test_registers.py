"""The national registers over HTTP: right, absent, wrong, slow and down; against the simulator as a process of its own."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import requests

from chassis.client import BlockingClient, RemoteFailure
from services.identity import registers, sandbox, starter
from services.identity.registers import HttpRegisters, Person, RegisterUnavailable
from tests.support.processes import Running, free_port

KEY = "the key of the registers"
SECRET = "a secret of the tests, 32 characters or more"
HOA = Person("001190000011", "Nguyễn Thị Hoa")
BUSINESS, CHILD, WARD = "0100109106", "001318000101", "079214000102"


@dataclass
class Simulator:
    url: str
    process: Running

    def set(self, **settings: Any) -> None:
        answer = requests.put(f"{self.url}/admin", json={"reset": True} | settings, timeout=5)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    port, directory = free_port(), tmp_path_factory.mktemp("registers")
    environment = {"SANDBOX_PORT": str(port), "SANDBOX_DIR": str(directory), "REGISTERS_KEY": KEY}
    shop = {
        "CARRIER_CUSTOMER": "c",
        "CARRIER_SECRET": "s",
        "PAYMENT_TMN_CODE": "S",
        "PAYMENT_HASH_SECRET": "h",
    }
    process = Running(["-m", "deploy.sandbox"], environment | shop, directory / "sandbox.log", port)
    yield Simulator(f"http://127.0.0.1:{port}/registers", process.start())
    process.kill()


@pytest.fixture
def simulator(running):
    running.set()
    return running


@pytest.fixture
def asked(simulator):
    return HttpRegisters(simulator.url, KEY)


def test_a_business_and_its_representatives(asked):
    found = asked.business(BUSINESS)
    assert (found.name, found.active) == ("Công ty TNHH Thử nghiệm Sao Mai", True)
    assert found.representatives == (HOA,)
    assert not asked.business("0302481483").active
    assert asked.business("0100109106-001") is None


def test_the_sandbox_account_is_as_the_register_has_it(asked):
    found = asked.business(sandbox.BUSINESS)
    assert (found.name, found.active, found.representatives) == (
        sandbox.REGISTERED.name,
        sandbox.REGISTERED.active,
        sandbox.REGISTERED.representatives,
    )


def test_a_child_its_parents_and_guardians(asked):
    child, ward = asked.child(CHILD), asked.child(WARD)
    assert (child.person.name, child.birth_date, child.parents) == ("Phạm Minh An", "2018-03-09", (HOA,))
    assert (ward.birth_date, ward.parents) == ("2014", ())
    (decision,) = ward.guardians
    assert (decision.person.number, decision.since, decision.until) == (
        "079085000022",
        date(2024, 5, 2),
        None,
    )
    assert asked.child("001190000011") is None


@pytest.mark.parametrize(
    "fault", [{"down": True}, {"errors": 1}, {"wrong": "nonsense"}, {"wrong": "huge"}, {"wrong": "another"}]
)
def test_without_a_usable_answer_nothing_is_proven(asked, simulator, fault):
    simulator.set(**fault)
    with pytest.raises(RegisterUnavailable) as caught:
        asked.business(BUSINESS)
    problem = caught.value.as_problem("en")
    assert (problem["status"], problem["retryable"], problem["extra"]) == (503, True, {"retryAfter": 30})


def test_an_entry_that_cannot_be_true_proves_nothing(asked, simulator):
    entry = {"TEN_DN": "Công ty Thử", "TRANG_THAI": "DANG_HOAT_DONG", "NGUOI_DAI_DIEN": [{"SO_DINH_DANH": 1}]}
    simulator.set(businesses={"0101248141": entry})
    with pytest.raises(RegisterUnavailable):
        asked.business("0101248141")


def test_a_wrong_key_and_a_register_that_is_not_there(simulator):
    for url, key in ((simulator.url, "another"), (f"http://127.0.0.1:{free_port()}", KEY)):
        with pytest.raises(RegisterUnavailable):
            HttpRegisters(url, key).business(BUSINESS)


def test_only_so_many_ask_at_a_time(asked, simulator):
    simulator.set(slowSeconds=1.5)

    def outcome(_):
        try:
            return asked.business(BUSINESS).name
        except RegisterUnavailable:
            return None

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(outcome, range(8)))
    assert outcomes.count(None) == 8 - registers.AT_A_TIME


class TestThroughTheService:
    @pytest.fixture
    def client(self, service, start, amqp_url, simulator, monkeypatch):
        monkeypatch.setenv("IDENTITY_SECRET", SECRET)
        environment = {"IDENTITY_SECRET": SECRET, "REGISTERS_URL": simulator.url, "REGISTERS_KEY": KEY}
        _, database = service("identity", **environment)
        starter.load(database.sessions(), sandbox=True)
        start(["-m", "chassis", "relay", "identity"], DATABASE_URL=database.url)
        made = BlockingClient(amqp_url)
        yield made
        made.close()

    @pytest.fixture
    def token(self, client):
        signed_in = {"identifier": HOA.number, "password": sandbox.PASSWORD}
        token = client.call("identity", "sign_in", signed_in)["accessToken"]
        give_up_at = time.monotonic() + 20
        while time.monotonic() < give_up_at:
            try:
                client.call("identity", "me", token=token)
                return token
            except RemoteFailure:
                time.sleep(0.2)
        raise AssertionError("the key did not arrive")

    def test_a_slow_register_costs_only_who_asks_and_no_longer_than_it_may(
        self, client, token, simulator, amqp_url
    ):
        ask = {"payload": {"taxCode": BUSINESS}, "token": token}
        name = client.call("identity", "sign_up_business", **ask, command_id="k-1")["name"]
        assert name == sandbox.REGISTERED.name
        simulator.set(slowSeconds=6)
        other = BlockingClient(amqp_url)

        def slow():
            started = time.monotonic()
            with pytest.raises(RemoteFailure) as caught:
                other.call("identity", "sign_up_business", **ask, command_id="k-2")
            return caught.value.problem["code"], time.monotonic() - started

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(slow)
            time.sleep(0.3)
            client.call("identity", "me", token=token)
            assert not waiting.done()
            code, spent = waiting.result()
        other.close()
        assert code == "register-unavailable"
        assert spent < registers.TOTAL_SECONDS + 1.5
        simulator.set()
        assert client.call("identity", "sign_up_business", **ask, command_id="k-2")["name"] == name
