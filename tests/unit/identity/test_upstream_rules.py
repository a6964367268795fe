"""The relying party's rules without a network: claims, limits, settings."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.settings import BadSettings
from deploy.sandbox.vneid import provider as simulator
from deploy.sandbox.vneid.persons import PERSONS
from services.identity import birth_dates, outside_settings, personal_numbers, sandbox
from services.identity.errors import UpstreamBusy, UpstreamNotBelieved, UpstreamUnavailable
from services.identity.outside_settings import MessageSettings, UpstreamSettings
from services.identity.upstream.guard import Circuit, Guard
from services.identity.upstream.persons import BadClaims, birth_date, from_claims, level

HOA = PERSONS["T0000000011"].claims()
SETTINGS = {
    "VNEID_ISSUER": "https://id.example/",
    "VNEID_CLIENT_ID": "motcua",
    "VNEID_CLIENT_SECRET": "secret",
    "PUBLIC_URL": "https://motcua.example/",
}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("17/05/1990", "1990-05-17"),
        ("7/5/1990", "1990-05-07"),
        ("05/1990", "1990-05"),
        ("00/05/1990", "1990-05"),
        ("00/00/1990", "1990"),
        ("1990", "1990"),
        ("1990-05", "1990-05"),
        ("1990-05-17", "1990-05-17"),
    ],
)
def test_birth_dates_are_read_as_far_as_they_go(written, read):
    assert birth_date(written) == read


@pytest.mark.parametrize("written", ["31/02/1990", "17/00/1990x", "1890", "hôm qua", "17-05-1990", "13/1990"])
def test_no_date_is_made_up(written):
    with pytest.raises(BadClaims):
        birth_date(written)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_is_read_from_its_local_form(day):
    assert birth_date(f"{day.day:02}/{day.month:02}/{day.year:04}") == day.isoformat()


@given(st.text(max_size=12))
def test_a_birth_date_is_read_as_one_or_refused(text):
    try:
        read = birth_date(text)
    except BadClaims:
        return
    assert birth_dates.is_birth_date(read)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"loAs": "1", "IAL": "1"}, "low"),
        ({"loAs": "2", "IAL": "1"}, "low"),
        ({"loAs": "1", "IAL": "2"}, "low"),
        ({"loAs": "2", "IAL": "2"}, "substantial"),
        ({"loAs": 3}, "substantial"),
    ],
)
def test_the_lower_assurance_counts(claims, expected):
    assert level(claims) == expected


@pytest.mark.parametrize(
    "claims", [{}, {"loAs": "0"}, {"loAs": True}, {"loAs": "²"}, {"loAs": "2", "IAL": None}]
)
def test_an_unknown_assurance_is_none(claims):
    with pytest.raises(BadClaims):
        level(claims)


@pytest.mark.parametrize("name", ["sub", "TechID", "SoDinhDanh", "HoVaTen", "NgayThangNamSinh", "loAs"])
@pytest.mark.parametrize("value", [None, "", " ", 7, ["x"], "x" * 1000])
def test_a_claim_that_is_missing_or_odd_is_named(name, value):
    if (name, value) != ("loAs", 7):
        with pytest.raises(BadClaims, match=name):
            from_claims("issuer", HOA | {name: value})


def test_a_business_is_no_citizen():
    with pytest.raises(BadClaims, match="LoaiTaiKhoan"):
        from_claims("issuer", HOA | {"LoaiTaiKhoan": "2"})


@given(
    st.dictionaries(st.sampled_from(sorted(HOA)), st.none() | st.text() | st.integers() | st.lists(st.text()))
)
def test_whatever_is_claimed_becomes_a_person_or_is_refused(changes):
    try:
        person = from_claims("issuer", HOA | changes)
    except BadClaims as problem:
        assert str(problem) in HOA
        return
    assert personal_numbers.is_personal_number(person.personal_number)
    assert person.level in ("low", "substantial") and person.techid and person.name


def test_every_person_of_the_simulator_is_one_and_two_have_accounts_here():
    for person in PERSONS.values():
        birth = birth_dates.parse(from_claims("issuer", person.claims()).birth_date)
        assert personal_numbers.agrees_with_birth(person.number, birth)
    for citizen in sandbox.CITIZENS:
        person = from_claims("issuer", PERSONS[citizen["techid"]].claims())
        assert (person.personal_number, person.name, person.birth_date) == (
            citizen["personal_number"],
            citizen["name"],
            citizen["birth_date"],
        )


def test_both_sides_mean_the_same_way_back():
    assert simulator.CALLBACK_PATH == outside_settings.CALLBACK_PATH


class Story:
    """A guard whose clock a test moves."""

    def __init__(self, **how):
        self.now = 0.0
        self.guard = Guard(circuit=Circuit(failures=2, pause=10), clock=lambda: self.now, **how)

    def go(self, outcome=None):
        with self.guard.entered():
            if outcome is not None:
                raise outcome


def test_after_failures_in_a_row_nobody_waits_until_one_has_tried_again():
    story = Story()
    for outcome in (UpstreamUnavailable(), UpstreamNotBelieved(reason="x"), UpstreamUnavailable()):
        with pytest.raises(type(outcome)):
            story.go(outcome)
    story.go()
    for _ in range(2):
        with pytest.raises(UpstreamUnavailable):
            story.go(UpstreamUnavailable())
    with pytest.raises(UpstreamUnavailable) as told:
        story.go()
    assert told.value.values == {"retry_after": 10}
    story.now = 10.0
    with story.guard.entered(), pytest.raises(UpstreamUnavailable):
        story.go()
    story.go()


def test_places_are_given_back_however_it_ends():
    story = Story(at_once=1)
    for outcome in (None, UpstreamNotBelieved(reason="x"), KeyError("bug")):
        try:
            story.go(outcome)
        except Exception as error:
            assert error is outcome
    with story.guard.entered(), pytest.raises(UpstreamBusy):
        story.go()
    story.go()


def test_without_an_issuer_nothing_is_offered():
    assert UpstreamSettings.from_environment({}) is None
    assert MessageSettings.from_environment({}) == MessageSettings()


def test_addresses_follow_from_issuer_and_platform():
    settings = UpstreamSettings.from_environment(SETTINGS)
    assert settings.issuer == "https://id.example"
    assert settings.discovery_url == "https://id.example/.well-known/openid-configuration"
    assert settings.redirect_uri == "https://motcua.example/account/vneid/return"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("read", "environment", "says"),
    [
        (UpstreamSettings, SETTINGS | {"VNEID_CLIENT_SECRET": ""}, "VNEID_CLIENT_SECRET"),
        (UpstreamSettings, SETTINGS | {"VNEID_ISSUER": "http://id.example"}, "https"),
        (MessageSettings, {"SMTP_URL": "smtp://mail"}, "MAIL_FROM"),
        (MessageSettings, {"SMTP_URL": "http://mail", "MAIL_FROM": "a@b.example"}, "smtp"),
        (MessageSettings, {"SMS_URL": "https://sms.example"}, "SMS_KEY"),
    ],
)
def test_half_a_setting_is_refused_at_start(read, environment, says):
    with pytest.raises(BadSettings, match=says):
        read.from_environment(environment)
