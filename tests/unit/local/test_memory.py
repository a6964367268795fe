"""What is remembered between two runs, and what makes it due again."""

import pytest

from deploy.local import prepare
from deploy.local.passwords import SERVICES
from deploy.local.prepare import Preparation, fingerprint
from deploy.local.state import AlreadyRunning, State

SERVERS = ("postgres-1", "rabbitmq-1")
DATABASES = {service: f"{service}:1" for service in SERVICES}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    for service in SERVICES:
        (tmp_path / "services" / service).mkdir(parents=True)
        (tmp_path / "services" / service / "tables.py").write_text("before")
    (tmp_path / "chassis").mkdir()
    (tmp_path / "requirements").mkdir()
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    return tmp_path


def prepared(checkout):
    state = State(checkout / "var")
    Preparation(state, SERVERS, DATABASES).remember(SERVERS)
    return State(checkout / "var")


def test_everything_is_due_at_first_and_nothing_after_it_was_done(checkout):
    assert Preparation(State(checkout / "var"), SERVERS, DATABASES).due == list(SERVICES)
    assert Preparation(prepared(checkout), SERVERS, DATABASES).due == []


def test_changed_code_makes_its_service_due(checkout):
    state = prepared(checkout)
    (checkout / "services" / "postal" / "tables.py").write_text("after")
    assert Preparation(state, SERVERS, DATABASES).due == ["postal"]


def test_a_new_file_makes_its_service_due(checkout):
    state = prepared(checkout)
    (checkout / "services" / "identity" / "starter.py").write_text("")
    assert Preparation(state, SERVERS, DATABASES).due == ["identity"]


def test_a_changed_chassis_makes_everything_due(checkout):
    state = prepared(checkout)
    (checkout / "chassis" / "tables.py").write_text("after")
    assert Preparation(state, SERVERS, DATABASES).due == list(SERVICES)


def test_a_database_made_anew_makes_its_service_due(checkout):
    assert Preparation(prepared(checkout), SERVERS, DATABASES | {"payment": "payment:2"}).due == ["payment"]


@pytest.mark.parametrize("servers", [("postgres-2", "rabbitmq-1"), ("postgres-1", "rabbitmq-2"), None])
def test_other_servers_or_unknown_ones_make_everything_due(checkout, servers):
    assert Preparation(prepared(checkout), servers, DATABASES).due == list(SERVICES)


def test_compiled_files_do_not_count(checkout):
    before = fingerprint("postal", *SERVERS)
    cache = checkout / "services" / "postal" / "__pycache__"
    cache.mkdir()
    (cache / "tables.pyc").write_bytes(b"compiled")
    assert fingerprint("postal", *SERVERS) == before


def test_a_state_directory_keeps_its_id_and_ports(tmp_path):
    state = State(tmp_path)
    instance = state.instance
    state.ports = {"edge": 8080}
    state.save()
    assert State(tmp_path).instance == instance
    assert State(tmp_path).ports == {"edge": 8080}
    assert State(tmp_path / "other").instance != instance


def test_the_lock_has_one_holder_and_can_be_taken_again(tmp_path):
    state = State(tmp_path)
    with state.locked(), pytest.raises(AlreadyRunning), State(tmp_path).locked():
        pass
    with State(tmp_path).locked():
        pass
