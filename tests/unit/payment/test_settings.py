import pytest

from chassis.settings import BadSettings
from services.payment.adapters import from_settings
from services.payment.settings import PaymentSettings

GOOD = {
    "PAYMENT_GATEWAY_URL": "https://gateway.example/",
    "PAYMENT_TMN_CODE": "MOTCUA01",
    "PAYMENT_HASH_SECRET": "a-secret/",
    "PUBLIC_URL": "https://motcua.example/",
}


def test_the_gateway_is_reached_at_the_browsers_address_unless_another_is_named():
    inside = GOOD | {"PAYMENT_GATEWAY_API_URL": "http://gateway.internal/"}

    assert PaymentSettings.from_environment(GOOD).gateway_api_url == "https://gateway.example"
    assert PaymentSettings.from_environment(inside).gateway_api_url == "http://gateway.internal"


def test_the_secret_is_taken_as_it_is_and_never_shown():
    settings = PaymentSettings.from_environment(GOOD)

    assert settings.hash_secret == "a-secret/"
    assert "a-secret" not in repr(settings)
    assert from_settings(settings).merchant.return_url == "https://motcua.example/v1/gateway/vnpay/return"


@pytest.mark.parametrize("name", GOOD)
def test_what_is_missing_is_named(name):
    with pytest.raises(BadSettings, match=name):
        PaymentSettings.from_environment(GOOD | {name: ""})


@pytest.mark.parametrize("value", ["soon", "0", "-1", "1e9", "nan"])
def test_bad_seconds_are_refused(value):
    with pytest.raises(BadSettings, match="PAYMENT_QUERY_SECONDS"):
        PaymentSettings.from_environment(GOOD | {"PAYMENT_QUERY_SECONDS": value})
