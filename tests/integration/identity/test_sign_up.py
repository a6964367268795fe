from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from chassis.caller import Caller
from chassis.errors import ValidationFailed
from chassis.schemas import Nothing
from services.identity import queries, tables
from services.identity.errors import AccountExists


def errors_of(caught):
    return {(error.pointer, error.code) for error in caught.value.errors}


def test_a_citizen_signs_up_and_sees_the_account(identity):
    account = identity.sign_up(phone="0912 345 678", email="Hoa@Example.vn", name="Nguyễn  Thị\u200b Hoa")
    caller = Caller(subject=account["id"], kind="citizen", acr="low")
    assert identity.ask(queries.me, Nothing, {}, caller) == account | {
        "kind": "citizen",
        "identifier": "001190000011",
        "name": "Nguyễn Thị Hoa",
        "phone": "+84912345678",
        "email": "Hoa@example.vn",
        "created_at": identity.clock.now(),
        "acr": "low",
        "birth_date": "1990-05-17",
        "sex": "female",
    }


def test_a_number_has_one_account(identity):
    identity.sign_up()
    with pytest.raises(AccountExists):
        identity.sign_up(name="Ai Đó Khác")


def test_sign_ups_at_the_same_time_make_one_account(identity):
    def attempt(_):
        try:
            return identity.sign_up()["id"]
        except AccountExists:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [account for account in pool.map(attempt, range(4)) if account]
    assert len(made) == 1


def test_what_contradicts_the_number_is_named_at_once(identity):
    with pytest.raises(ValidationFailed) as caught:
        identity.sign_up(birthDate="1991-01-01", sex="male")
    assert errors_of(caught) == {
        ("/birthDate", "contradicts-personal-number"),
        ("/sex", "contradicts-personal-number"),
    }
    with pytest.raises(ValidationFailed) as caught:
        identity.sign_up(personalNumber="001326000011", birthDate="2026-12")
    assert errors_of(caught) == {("/birthDate", "in-the-future")}
    identity.sign_up(birthDate="1990")


@pytest.mark.parametrize(
    "password", ["NguyễnThịHoa1990"[:12] + "   ", "matkhau123456789", "hoa.hoa@example.vn"]
)
def test_a_guessable_password_is_refused(identity, password):
    with pytest.raises(ValidationFailed) as caught:
        identity.sign_up(password=password, name="Nguyễn Thị Hoa", email="hoa.hoa@example.vn")
    assert errors_of(caught) == {("/password", "password-guessable")}


def test_the_password_is_stored_only_as_a_hash(identity):
    identity.sign_up()
    with identity.sessions.work() as work:
        stored = work.session.scalars(select(tables.Password)).one()
    assert stored.hash.startswith("$argon2id$")
