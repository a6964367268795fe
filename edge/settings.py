"""Settings of the edge, from the environment, validated at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from limits import parse

from chassis.settings import BadSettings

_POSITIVE = (
    "url_limit_bytes",
    "header_limit_bytes",
    "header_limit_fields",
    "head_seconds",
    "body_limit_bytes",
    "upload_limit_bytes",
    "body_idle_seconds",
    "upload_rate_bytes",
)


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    # Addresses may hold passwords, which a printed settings object must not show.
    amqp_url: str = field(repr=False)
    edge_host: str = "127.0.0.1"
    edge_port: int = 8000
    edge_workers: int = 1
    #: Each worker takes the first free port from here on; 0 switches metrics and health off.
    metrics_port: int = 0
    metrics_host: str = "127.0.0.1"
    public_url: str = ""
    object_store_url: str = field(default="", repr=False)
    #: What the head of a request may be: its address, its header fields together, and how many of them.
    url_limit_bytes: int = 8 * 1024
    header_limit_bytes: int = 32 * 1024
    header_limit_fields: int = 100
    #: How long a new connection, or a request once begun, may take until its head is complete.
    head_seconds: float = 20.0
    body_limit_bytes: int = 1024 * 1024
    #: A ceiling over the limits that the operations set themselves.
    upload_limit_bytes: int = 100 * 1024 * 1024
    #: How long a client may keep silent while it sends a file; a JSON body must be complete by then.
    body_idle_seconds: float = 30.0
    #: How slowly a file may come in on average, after the seconds above: 8 KiB are a weak mobile signal.
    upload_rate_bytes: int = 8 * 1024
    cors_origins: str = ""
    rate_limit: str = "600/minute"
    rate_limit_storage: str = field(default="memory", repr=False)
    #: Proxies in front of us whose X-Forwarded-For is believed (comma separated addresses).
    trusted_proxies: str = ""
    max_pending: int = 2_000
    heartbeat: int = 30
    drain_seconds: int = 20
    log_level: str = "info"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "EdgeSettings":
        values: dict[str, object] = {}
        problems = [] if environment.get("AMQP_URL") else ["AMQP_URL is not set"]
        for known in fields(cls):
            raw = environment.get(known.name.upper(), "")
            if not raw:
                continue
            try:
                values[known.name] = known.type(raw) if callable(known.type) else raw
            except ValueError:
                problems.append(f"{known.name.upper()} is not a number")
        if problems:
            raise BadSettings("; ".join(problems))
        settings = cls(**values)  # type: ignore[arg-type]
        settings._check()
        return settings

    def _check(self) -> None:
        if not self.amqp_url.startswith(("amqp://", "amqps://")):
            raise BadSettings("AMQP_URL must start with amqp:// or amqps://")
        if not 1 <= self.edge_workers <= 64:
            raise BadSettings("EDGE_WORKERS must be between 1 and 64")
        try:
            parse(self.rate_limit)
        except ValueError:
            raise BadSettings("RATE_LIMIT must be like 600/minute") from None
        positive = [name for name in _POSITIVE if getattr(self, name) <= 0]
        if positive:
            raise BadSettings(f"{', '.join(positive).upper()} must be positive")

    @property
    def allowed_origins(self) -> list[str]:
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]
