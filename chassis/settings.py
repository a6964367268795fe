"""Settings of one process, from the environment, validated at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

_NEEDED = ("amqp_url", "database_url", "service_secret", "service_key", "service_keys", "data_secret")
MIN_DATA_SECRET = 32


class BadSettings(Exception):
    """The environment lacks something or holds something unusable."""


@dataclass(frozen=True, slots=True)
class Settings:
    amqp_url: str = field(repr=False)
    database_url: str = field(repr=False)
    service_secret: str = field(repr=False)
    #: This service's private key, and the public ones of all: who asks (`chassis/service_keys.py`).
    service_key: str = field(default="", repr=False)
    service_keys: str = ""
    #: What the keys of personal data are wrapped with, and what they were wrapped with before.
    data_secret: str = field(default="", repr=False)
    data_secret_before: str = field(default="", repr=False)
    metrics_port: int = 0
    metrics_host: str = "127.0.0.1"
    max_workers: int = 10
    log_level: str = "info"
    heartbeat: int = 30
    statement_timeout_ms: int = 4_000
    lock_timeout_ms: int = 3_000
    drain_seconds: float = 20.0
    start_seconds: float = 60.0
    #: Delays before an event is tried again; when they are used up it is parked.
    retry_delays_ms: tuple[int, ...] = (1_000, 5_000, 30_000, 120_000)
    #: Delay for an event that waits for an earlier one, or for the database to come back.
    waiting_delay_ms: int = 5_000
    keep_days: int = 30
    #: For how long personal data is sealed with the keys last read; a rotation waits for that.
    data_keys_seconds: float = 30.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        values: dict[str, object] = {}
        problems: list[str] = []
        for known in fields(cls):
            raw = environment.get(known.name.upper())
            if raw is None or raw == "":
                if known.name in _NEEDED:
                    problems.append(f"{known.name.upper()} is not set")
                continue
            try:
                values[known.name] = _parsed(known.type, raw)
            except ValueError:
                problems.append(f"{known.name.upper()} is not a valid {known.type}")
        if problems:
            raise BadSettings("; ".join(problems))
        settings = cls(**values)  # type: ignore[arg-type]
        settings._check()
        return settings

    def _check(self) -> None:
        if not self.amqp_url.startswith(("amqp://", "amqps://")):
            raise BadSettings("AMQP_URL must start with amqp:// or amqps://")
        if not self.database_url.startswith("postgresql+psycopg2://"):
            # A bare postgresql:// means psycopg 3 in SQLAlchemy 2.1, which blocks the hub.
            raise BadSettings("DATABASE_URL must start with postgresql+psycopg2://")
        if len(self.service_secret) < 16:
            raise BadSettings("SERVICE_SECRET must have at least 16 characters")
        for name in ("data_secret", "data_secret_before"):
            if 0 < len(getattr(self, name)) < MIN_DATA_SECRET:
                raise BadSettings(f"{name.upper()} must have at least {MIN_DATA_SECRET} characters")
        if not 1 <= self.max_workers <= 200:
            raise BadSettings("MAX_WORKERS must be between 1 and 200")

    @property
    def delays_ms(self) -> list[int]:
        """Every delay a waiting room is needed for."""
        return sorted({*self.retry_delays_ms, self.waiting_delay_ms})

    @property
    def psycopg_dsn(self) -> str:
        return self.database_url.replace("postgresql+psycopg2://", "postgresql://", 1)


def _parsed(kind: object, raw: str) -> object:
    if kind in (int, "int"):
        return int(raw)
    if kind in (float, "float"):
        return float(raw)
    if kind not in (str, "str"):
        return tuple(int(part) for part in raw.split(",") if part)
    return raw
