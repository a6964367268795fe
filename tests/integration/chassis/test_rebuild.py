"""A local copy is rebuilt from its owner by paging, as often as one likes."""

from types import SimpleNamespace

import pytest
from sqlalchemy import text

from chassis.rebuild import rebuild
from services.catalogue import starter as catalogue_starter
from tests.support.databases import DATA_SECRET, SECRET


@pytest.fixture
def owner_and_keeper(service, make_database, monkeypatch, amqp_url):
    _, catalogue = service("catalogue")
    catalogue_starter.load(catalogue.sessions(), sandbox=True)
    dossier = make_database("dossier")
    secrets = {"SERVICE_SECRET": SECRET, "DATA_SECRET": DATA_SECRET}
    for name, value in ({"AMQP_URL": amqp_url, "DATABASE_URL": dossier.url} | secrets).items():
        monkeypatch.setenv(name, value)
    # Logs go where the process sends them: here that is the test's own business.
    monkeypatch.setattr("chassis.rebuild.configure", lambda *_: None)
    return SimpleNamespace(catalogue=catalogue, dossier=dossier)


def rows(database, statement: str) -> list:
    with database.sessions().work(read_only=True) as work:
        return list(work.session.execute(text(statement)))


def test_copy_is_rebuilt_whole_and_again_without_a_change(owner_and_keeper, capsys):
    published = rows(
        owner_and_keeper.catalogue, "SELECT DISTINCT subject FROM outbox WHERE type LIKE '%agency%'"
    )
    assert published
    assert rebuild("dossier", "agencies") == 0
    assert f"{len(published)} items read from catalogue" in capsys.readouterr().out
    once = rows(owner_and_keeper.dossier, "SELECT * FROM agencies ORDER BY code")
    assert len(once) >= len(published)
    assert rebuild("dossier", "agencies") == 0
    assert rows(owner_and_keeper.dossier, "SELECT * FROM agencies ORDER BY code") == once


def test_copies_a_service_keeps_are_named_when_another_is_asked_for(owner_and_keeper, capsys):
    assert rebuild("dossier", "dreams") == 2
    assert "agencies, obligations, procedures, token-keys" in capsys.readouterr().err
