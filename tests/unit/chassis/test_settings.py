import pytest

from chassis.settings import BadSettings, Settings

GOOD = {
    "AMQP_URL": "amqp://guest:guest@localhost:5672/",
    "DATABASE_URL": "postgresql+psycopg2://dossier:secret@localhost:5432/dossier",
    "SERVICE_SECRET": "0123456789abcdef",
    "SERVICE_KEY": "the-private-one",
    "SERVICE_KEYS": "{}",
    "DATA_SECRET": "0123456789abcdef-keys-of-personal-data",
}


def test_good_settings_are_read_with_their_defaults():
    settings = Settings.from_environment(GOOD)
    assert (settings.max_workers, settings.log_level, settings.metrics_host) == (10, "info", "127.0.0.1")
    assert settings.psycopg_dsn.startswith("postgresql://")


def test_every_setting_can_be_set():
    changed = {
        "METRICS_PORT": "9100",
        "MAX_WORKERS": "4",
        "DRAIN_SECONDS": "1.5",
        "RETRY_DELAYS_MS": "10,20,30",
        "KEEP_DAYS": "7",
        "LOG_LEVEL": "debug",
    }
    settings = Settings.from_environment(GOOD | changed)
    assert (settings.metrics_port, settings.max_workers, settings.drain_seconds) == (9100, 4, 1.5)
    assert settings.retry_delays_ms == (10, 20, 30)
    assert (settings.keep_days, settings.log_level) == (7, "debug")


def test_everything_that_is_missing_is_named_at_once():
    with pytest.raises(BadSettings) as caught:
        Settings.from_environment({"METRICS_PORT": "many"})
    for word in (*GOOD, "METRICS_PORT"):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "bad",
    [
        {"AMQP_URL": "http://localhost"},
        {"AMQP_URL": ""},
        {"DATABASE_URL": "postgresql://localhost/dossier"},
        {"DATABASE_URL": "postgresql+psycopg://localhost/dossier"},
        {"SERVICE_SECRET": "short"},
        {"DATA_SECRET": "0123456789abcdef"},
        {"DATA_SECRET_BEFORE": "0123456789abcdef"},
        {"MAX_WORKERS": "0"},
        {"MAX_WORKERS": "201"},
        {"MAX_WORKERS": "ten"},
        {"RETRY_DELAYS_MS": "1s"},
    ],
)
def test_unusable_setting_is_refused(bad):
    with pytest.raises(BadSettings, match=next(iter(bad))):
        Settings.from_environment(GOOD | bad)


def test_secrets_are_not_in_the_error():
    with pytest.raises(BadSettings) as caught:
        Settings.from_environment(GOOD | {"SERVICE_SECRET": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_secrets_are_not_in_the_printed_settings():
    printed = repr(Settings.from_environment(GOOD))
    assert GOOD["SERVICE_SECRET"] not in printed
    assert GOOD["SERVICE_KEY"] not in printed
    assert GOOD["DATA_SECRET"] not in printed
    assert "dossier:secret" not in printed
    assert "guest:guest" not in printed
