import pytest

from chassis.settings import BadSettings
from edge.settings import EdgeSettings

GOOD = {"AMQP_URL": "amqp://guest:guest@localhost/"}


def test_defaults():
    settings = EdgeSettings.from_environment(GOOD)
    assert (settings.edge_workers, settings.rate_limit, settings.body_limit_bytes) == (
        1,
        "600/minute",
        1024 * 1024,
    )
    assert settings.allowed_origins == []


def test_values_from_the_environment():
    settings = EdgeSettings.from_environment(
        GOOD
        | {
            "EDGE_PORT": "81",
            "BODY_IDLE_SECONDS": "0.5",
            "CORS_ORIGINS": "https://a.vn, https://b.vn",
            "RATE_LIMIT": "",
        }
    )
    assert settings.edge_port == 81
    assert settings.body_idle_seconds == 0.5
    assert settings.allowed_origins == ["https://a.vn", "https://b.vn"]
    assert settings.rate_limit == "600/minute"


@pytest.mark.parametrize(
    "wrong",
    [
        {"AMQP_URL": ""},
        {"AMQP_URL": "http://x"},
        {"EDGE_PORT": "x"},
        {"EDGE_WORKERS": "0"},
        {"UPLOAD_LIMIT_BYTES": "-1"},
        {"URL_LIMIT_BYTES": "0"},
        {"HEADER_LIMIT_FIELDS": "0"},
        {"HEAD_SECONDS": "0"},
        {"UPLOAD_RATE_BYTES": "0"},
        {"RATE_LIMIT": "often"},
    ],
)
def test_what_cannot_work_is_refused_at_start(wrong):
    with pytest.raises(BadSettings):
        EdgeSettings.from_environment(GOOD | wrong)
