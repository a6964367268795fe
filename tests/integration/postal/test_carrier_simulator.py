"""The simulator itself, over HTTP: what it promises, the tests of the service build on."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from services.postal.adapters import BEGINNING
from tests.integration.postal.support import Simulator

RECEIVER = {"Name": "Trần Văn Nam", "Tel": "0987654321", "Address": "12 Lê Lợi, Quận 1"}


def call(simulator: Simulator, name: str, body: Any, token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{simulator.url}/{name}", json=body, headers=headers, timeout=5)


@pytest.fixture
def token(simulator: Simulator) -> str:
    return call(simulator, "getToken", {"customerKey": "customer", "secretKey": "secret"}).json()["token"]


def order(number: str, **more: Any) -> dict[str, Any]:
    return {"customerCode": "customer", "orderNumber": number, "codAmount": 0, "receiver": RECEIVER} | more


def codes(simulator: Simulator, token: str) -> list[str]:
    rows = call(simulator, "getOrderTracking", {"lastId": BEGINNING, "pageSize": 100}, token).json()["data"]
    return [row["statusCode"] for row in rows]


def test_wrong_secrets_and_missing_tokens_are_refused(simulator: Simulator) -> None:
    assert call(simulator, "getToken", {"customerKey": "customer", "secretKey": "x"}).status_code == 401
    assert call(simulator, "postOrder", order("A1")).status_code == 401
    assert call(simulator, "postOrder", order("A1"), "forged").status_code == 401
    assert simulator.orders() == []


def test_one_parcel_per_order_number(simulator: Simulator, token: str) -> None:
    first, again = (call(simulator, "postOrder", order("A1"), token).json() for _ in range(2))
    other = call(simulator, "postOrder", order("A2"), token).json()
    assert first == again
    assert other["itemCode"] != first["itemCode"]
    assert [one["orderNumber"] for one in simulator.orders()] == ["A1", "A2"]


def test_an_order_without_an_address_is_refused(simulator: Simulator, token: str) -> None:
    assert call(simulator, "postOrder", order("A1", receiver={"Name": "X"}), token).status_code == 400


def test_a_parcel_moves_as_time_passes(simulator: Simulator, token: str) -> None:
    simulator.admin(stepSeconds=0.3)
    call(simulator, "postOrder", order("A1"), token)
    assert codes(simulator, token) == ["70"]
    time.sleep(1.1)
    assert codes(simulator, token) == ["70", "80", "90", "100"]


def test_the_cursor_gives_each_row_once(simulator: Simulator, token: str) -> None:
    call(simulator, "postOrder", order("A1"), token)
    last, seen = BEGINNING, []
    while rows := call(simulator, "getOrderTracking", {"lastId": last, "pageSize": 3}, token).json()["data"]:
        seen += [row["statusCode"] for row in rows]
        last = rows[-1]["id"]
    assert seen == ["70", "80", "90", "100"]
    assert last > BEGINNING


def test_a_bad_cursor_is_refused(simulator: Simulator, token: str) -> None:
    for body in (
        {"lastId": "1", "pageSize": 5},
        {"lastId": BEGINNING, "pageSize": 0},
        {"lastId": "x" * 24, "pageSize": 1},
    ):
        assert call(simulator, "getOrderTracking", body, token).status_code == 400


def test_rows_can_be_repeated_and_told_backwards(simulator: Simulator, token: str) -> None:
    simulator.admin(duplicateRows=True, shuffleRows=True)
    call(simulator, "postOrder", order("A1"), token)
    assert codes(simulator, token) == ["100", "100", "90", "90", "80", "80", "70", "70"]


def test_faults_are_counted_down(simulator: Simulator, token: str) -> None:
    simulator.admin(errors=2)
    answers = [call(simulator, "postOrder", order("A1"), token).status_code for _ in range(3)]
    assert answers == [500, 500, 200]


def test_unknown_settings_are_refused(simulator: Simulator) -> None:
    assert requests.put(f"{simulator.url}/admin", json={"speed": 2}, timeout=5).status_code == 422
    assert requests.put(f"{simulator.url}/admin", json={"outcome": "eaten"}, timeout=5).status_code == 422


def test_a_restart_forgets_nothing(start_simulator: Callable[[], Simulator]) -> None:
    first = start_simulator()
    token = call(first, "getToken", {"customerKey": "customer", "secretKey": "secret"}).json()["token"]
    item = call(first, "postOrder", order("A1"), token).json()["itemCode"]
    first.process.kill()
    second = start_simulator()
    assert call(second, "postOrder", order("A1"), token).json()["itemCode"] == item
    assert codes(second, token) == ["70", "80", "90", "100"]
