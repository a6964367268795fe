"""Whose account a person from upstream gets, on a real database."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.identity import linking, starter
from services.identity.errors import LinkedToAnother, SessionEnded, UpstreamLevelTooLow, WrongCredentials
from services.identity.tables import Account, Citizen, Password, UpstreamLink
from services.identity.upstream import Person

ISSUER = "https://id.example"
HOA = Person(ISSUER, "sub-1", "T1", "001190000011", "Nguyễn Thị Hoa", "1990-05-17", "substantial")
LOW = replace(HOA, level="low")


def account_of(identity, person, **how):
    with identity.sessions.work() as work:
        return linking.account_of(person, work, identity.vault, **how)


def rows(identity, table):
    with identity.sessions.work() as work:
        return work.session.scalars(select(table)).all()


@pytest.mark.parametrize("person", [HOA, LOW, replace(HOA, birth_date="1990")])
def test_somebody_new_gets_an_account_and_the_same_one_again(identity, person):
    first = account_of(identity, person)
    identity.clock.move(timedelta(days=1))
    assert account_of(identity, person).id == first.id
    assert (first.kind, first.identifier, first.name) == ("citizen", HOA.personal_number, HOA.name)
    (citizen,), (link,) = rows(identity, Citizen), rows(identity, UpstreamLink)
    assert (citizen.account, citizen.birth_date, citizen.sex) == (first.id, person.birth_date, "female")
    assert link.last_used_at - link.linked_at == timedelta(days=1)
    assert not rows(identity, Password)
    with pytest.raises(WrongCredentials):
        identity.sign_in()


def test_the_techid_and_not_the_number_tells_who_somebody_is(identity):
    first = account_of(identity, HOA)
    assert (
        account_of(identity, replace(HOA, personal_number="001190000099", name="Nguyễn Hoa")).id == first.id
    )
    other = account_of(identity, replace(HOA, techid="T2", personal_number="001190000099"))
    assert other.id != first.id


def test_the_techid_itself_is_not_kept(identity):
    account_of(identity, replace(HOA, techid="T-canary-1"))
    (link,) = rows(identity, UpstreamLink)
    assert "canary" not in repr(vars(link))


def test_a_proven_number_takes_over_its_account_and_closes_what_others_may_hold(identity):
    made = identity.sign_up(phone="0912345678", name="Kẻ Mạo Danh")
    tokens = identity.sign_in()
    account = account_of(identity, HOA)
    assert account.id == made["id"]
    assert (account.name, account.phone, account.email) == (HOA.name, None, None)
    with pytest.raises(WrongCredentials):
        identity.sign_in()
    with pytest.raises(SessionEnded):
        identity.refresh(tokens["refresh_token"])


def test_whoever_is_signed_in_to_the_account_keeps_everything(identity):
    made = identity.sign_up(phone="0912345678")
    account = account_of(identity, HOA, signed_in_as=made["id"])
    assert (account.id, account.phone) == (made["id"], "+84912345678")
    assert identity.sign_in()["access_token"]
    assert account_of(identity, HOA).phone == "+84912345678"
    assert identity.sign_in()["access_token"]


def test_being_signed_in_to_another_account_proves_nothing(identity):
    made = identity.sign_up(phone="0912345678")
    assert account_of(identity, HOA, signed_in_as="somebody-else").phone is None
    assert made["phone"]


def test_an_unproven_number_opens_nobodys_account(identity):
    identity.sign_up()
    with pytest.raises(UpstreamLevelTooLow):
        account_of(identity, LOW)
    assert not rows(identity, UpstreamLink)
    assert identity.sign_in()["access_token"]


@pytest.mark.parametrize("level", ["low", "substantial"])
def test_a_linked_number_is_refused_to_another_person_and_that_is_noted(identity, level):
    owner = account_of(identity, HOA)
    for _ in range(2):
        with pytest.raises(LinkedToAnother):
            account_of(identity, replace(HOA, techid="T2", level=level))
    (link,) = rows(identity, UpstreamLink)
    assert (link.account, link.conflicts, link.last_conflict_at) == (owner.id, 2, identity.clock.now())
    assert account_of(identity, HOA).id == owner.id


def test_an_account_may_be_linked_to_several_providers(identity):
    first = account_of(identity, HOA)
    assert account_of(identity, replace(HOA, issuer="https://other.example", sub="x")).id == first.id
    assert len(rows(identity, UpstreamLink)) == 2


def test_two_at_once_make_one_account(identity):
    got = []
    threads = [threading.Thread(target=lambda: got.append(account_of(identity, HOA).id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4 and len(set(got)) == 1
    assert len(rows(identity, Account)) == 1


def test_the_sandbox_citizens_are_linked_from_the_start_and_keep_their_passwords(identity, monkeypatch):
    monkeypatch.setenv("IDENTITY_SECRET", "a secret of the tests, 32 characters or more")
    monkeypatch.setenv("VNEID_ISSUER", ISSUER)
    monkeypatch.setenv("VNEID_CLIENT_ID", "motcua")
    monkeypatch.setenv("VNEID_CLIENT_SECRET", "secret")
    monkeypatch.setenv("PUBLIC_URL", "https://motcua.example")
    for _ in range(2):
        starter.load(identity.sessions, sandbox=True)
    account = account_of(identity, replace(HOA, techid="T0000000011"))
    assert account.phone == "+84912345601"
    with identity.sessions.work() as work:
        assert work.session.scalar(select(func.count()).select_from(UpstreamLink)) == 2
        assert work.get(Password, account.id) is not None
