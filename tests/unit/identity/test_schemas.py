import pytest

from chassis.errors import ValidationFailed
from services.identity import acting_api, api, schemas

CITIZEN = {
    "personalNumber": "001190000011",
    "name": "Nguyễn Thị Hoa",
    "birthDate": "1990-05-17",
    "password": "ba con mèo trên mái nhà",
}
BUSINESS = {
    "taxCode": "0100109106",
    "name": "Công ty Sao Mai",
    "representativeName": "Phạm Quang Vinh",
    "representativeNumber": "001078000033",
}
OFFICIAL = {
    "username": "desk.hoa",
    "name": "Lê Thị Hoa",
    "agency": "000.00.06.H26",
    "roles": ["desk"],
    "validFrom": "2026-01-01",
    "password": "ba con mèo trên mái nhà",
}


def refused(schema, payload):
    with pytest.raises(ValidationFailed) as caught:
        schema.read(payload)
    return {(error.pointer, error.code) for error in caught.value.errors}


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        (schemas.SignUpCitizen, CITIZEN),
        (schemas.SignUpBusiness, BUSINESS),
        (schemas.CreateOfficial, OFFICIAL),
    ],
)
def test_good_input_is_read(schema, payload):
    assert schema.read(payload).get("password") == payload.get("password")


def test_of_a_business_only_the_tax_code_is_needed():
    assert schemas.SignUpBusiness.read({"taxCode": "0100109106"})["tax_code"] == "0100109106"


@pytest.mark.parametrize(
    ("schema", "good", "bad", "error"),
    [
        (
            schemas.SignUpCitizen,
            CITIZEN,
            {"personalNumber": "097190000011"},
            ("/personalNumber", "personal-number"),
        ),
        (schemas.SignUpCitizen, CITIZEN, {"personalNumber": 1190000011}, ("/personalNumber", "not-a-text")),
        (schemas.SignUpCitizen, CITIZEN, {"birthDate": "17/05/1990"}, ("/birthDate", "birth-date")),
        (schemas.SignUpCitizen, CITIZEN, {"name": "R2D2"}, ("/name", "person-name")),
        (schemas.SignUpCitizen, CITIZEN, {"phone": "123"}, ("/phone", "phone")),
        (schemas.SignUpCitizen, CITIZEN, {"email": "hoa"}, ("/email", "email")),
        (schemas.SignUpCitizen, CITIZEN, {"sex": "unknown"}, ("/sex", "not-a-choice")),
        (schemas.SignUpCitizen, CITIZEN, {"password": "ngắn quá 14 kt"}, ("/password", "password-too-short")),
        (schemas.SignUpCitizen, CITIZEN, {"password": "dài" * 43}, ("/password", "password-too-long")),
        (schemas.SignUpCitizen, CITIZEN, {"roles": ["operator"]}, ("/roles", "unknown-field")),
        (schemas.SignUpBusiness, BUSINESS, {"taxCode": "0100109107"}, ("/taxCode", "tax-code")),
        (schemas.SignUpBusiness, BUSINESS, {"name": "---"}, ("/name", "business-name")),
        (schemas.CreateOfficial, OFFICIAL, {"username": "001190000011"}, ("/username", "user-name")),
        (schemas.CreateOfficial, OFFICIAL, {"agency": "h26"}, ("/agency", "bad-format")),
        (schemas.CreateOfficial, OFFICIAL, {"roles": []}, ("/roles", "too-few")),
        (schemas.CreateOfficial, OFFICIAL, {"roles": ["king"]}, ("/roles/0", "not-a-choice")),
        (schemas.CreateOfficial, OFFICIAL, {"validFrom": "2026-02-30"}, ("/validFrom", "not-a-day")),
    ],
)
def test_bad_input_is_named(schema, good, bad, error):
    assert refused(schema, good | bad) == {error}


def test_every_problem_is_named_at_once():
    assert refused(schemas.SignUpCitizen, {"personalNumber": "1", "password": "short", "extra": 1}) == {
        ("/personalNumber", "personal-number"),
        ("/name", "required"),
        ("/birthDate", "required"),
        ("/password", "password-too-short"),
        ("/extra", "unknown-field"),
    }


def test_agencies_are_written_in_both_shapes():
    for agency in ("000.00.06.H26", "H26.06", "G12", "H15.50.05.13"):
        assert schemas.CreateOfficial.read(OFFICIAL | {"agency": agency})["agency"] == agency


@pytest.mark.parametrize("operation", api.OPERATIONS, ids=lambda operation: operation.rpc)
def test_no_answer_can_hold_a_password(operation):
    assert not {"password", "hash", "sealed_key"} & set(operation.gives().dump_fields)


def test_answers_with_tokens_are_never_kept_under_a_key():
    for operation in (api.SIGN_IN, api.REFRESH, acting_api.ACT_FOR, acting_api.CONFIRM_HELP):
        assert operation.key is False
