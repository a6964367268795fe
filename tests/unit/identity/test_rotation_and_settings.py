from datetime import UTC, datetime, timedelta

import pytest

from chassis.settings import BadSettings
from services.identity.rotation import meaning
from services.identity.settings import IdentitySettings

NOW = datetime(2026, 11, 22, tzinfo=UTC)
GRACE = timedelta(seconds=30)
SECRET = "a secret of the tests, 32 characters or more"


@pytest.mark.parametrize(
    ("generation", "ago", "expected"),
    [
        (3, 0, "current"),
        (3, 3600, "current"),
        (2, 0, "repeated"),
        (2, 29, "repeated"),
        (2, 30, "reused"),
        (1, 0, "reused"),
        (0, 0, "reused"),
    ],
)
def test_what_a_refresh_token_means(generation, ago, expected):
    assert meaning(generation, 3, NOW - timedelta(seconds=ago), NOW, GRACE) == expected


def test_only_the_token_that_was_used_may_be_repeated():
    assert meaning(2, 3, None, NOW, GRACE) == "reused"
    assert meaning(3, 3, None, NOW, GRACE) == "current"


def test_without_grace_a_used_token_is_reused():
    assert meaning(0, 1, NOW, NOW, timedelta(0)) == "reused"


def test_the_grace_is_a_setting():
    assert IdentitySettings.from_environment({"IDENTITY_SECRET": SECRET}).refresh_grace == GRACE
    settings = IdentitySettings.from_environment({"IDENTITY_SECRET": SECRET, "REFRESH_GRACE_SECONDS": "0"})
    assert settings.refresh_grace == timedelta(0)


@pytest.mark.parametrize("seconds", ["-1", "301", "soon"])
def test_a_grace_that_makes_no_sense_is_refused_at_start(seconds):
    with pytest.raises(BadSettings, match="REFRESH_GRACE_SECONDS"):
        IdentitySettings.from_environment({"IDENTITY_SECRET": SECRET, "REFRESH_GRACE_SECONDS": seconds})


@pytest.mark.parametrize("factor", ["0", "-1", "1.5", "x", "100001"])
def test_a_factor_that_makes_no_sense_is_refused_at_start(factor):
    with pytest.raises(BadSettings, match="ADDRESS_LIMIT_FACTOR"):
        IdentitySettings.from_environment({"IDENTITY_SECRET": SECRET, "ADDRESS_LIMIT_FACTOR": factor})


def test_limits_by_address_are_the_usual_ones_unless_said_otherwise():
    assert IdentitySettings.from_environment({"IDENTITY_SECRET": SECRET}).address_factor == 1
    settings = IdentitySettings.from_environment({"IDENTITY_SECRET": SECRET, "ADDRESS_LIMIT_FACTOR": "50"})
    assert settings.address_factor == 50
