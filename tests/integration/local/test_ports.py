"""Ports: remembered, free, and never claimed twice on one machine."""

import socket

import pytest

from deploy.local.ports import Ports, PortTaken, free_port, is_free


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def owner():
    """`owner()` -> the ports of another state directory."""
    owners = []

    def another(remembered=()):
        owners.append(Ports(dict(remembered)))
        return owners[-1]

    yield another
    for ports in owners:
        ports.close()


def test_a_port_somebody_listens_on_is_not_free(listener):
    assert not is_free(listener)


def test_two_owners_never_claim_the_same_port(owner):
    port = free_port()
    assert owner().claim("edge", [port, port + 1]) == port
    assert owner().claim("edge", [port, port + 1]) == port + 1


def test_a_name_gets_its_remembered_port_again(owner):
    port = free_port()
    assert owner({"edge": port}).claim("edge", [port + 1]) == port


def test_a_remembered_port_that_is_taken_by_now_is_replaced(listener, owner):
    ports = owner({"edge": listener})
    assert ports.claim("edge") != listener
    assert ports.taken["edge"] != listener


def test_a_port_asked_for_by_number_is_given_or_refused(listener, owner):
    ports, port = owner(), free_port()
    assert ports.claim_exactly("edge", port) == port
    with pytest.raises(PortTaken, match=str(listener)):
        ports.claim_exactly("edge", listener)


def test_a_released_port_can_be_claimed_by_another(owner):
    port = free_port()
    first, second = owner(), owner()
    first.claim("dossier-2", [port])
    with pytest.raises(PortTaken):
        second.claim("payment-2", [port])
    first.release("dossier-2")
    assert second.claim("payment-2", [port]) == port
