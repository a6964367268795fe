"""Settings only this service has."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chassis.settings import BadSettings
from services.identity.outside_settings import MessageSettings, UpstreamSettings

MIN_SECRET_LENGTH = 32
MAX_GRACE_SECONDS = 300
MAX_FACTOR = 100_000
DEFAULT_ISSUER = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    secret: str = field(repr=False)
    #: The address people and other organisations know us by; what we issue carries it.
    issuer: str = DEFAULT_ISSUER
    #: How long a used refresh token is answered again, for a client that did not get the first answer.
    refresh_grace: timedelta = timedelta(seconds=30)
    #: None: nobody can sign in through another provider.
    upstream: UpstreamSettings | None = None
    messages: MessageSettings = field(default_factory=MessageSettings)

    #: How many times the usual number of tries an address may make: for load tests, and behind a shared gateway.
    address_factor: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "IdentitySettings":
        secret = environment.get("IDENTITY_SECRET", "")
        if len(secret) < MIN_SECRET_LENGTH:
            raise BadSettings(f"IDENTITY_SECRET must have at least {MIN_SECRET_LENGTH} characters")
        return cls(
            secret,
            issuer=_issuer(environment.get("PUBLIC_URL") or DEFAULT_ISSUER),
            refresh_grace=_grace(environment.get("REFRESH_GRACE_SECONDS") or "30"),
            upstream=UpstreamSettings.from_environment(environment),
            messages=MessageSettings.from_environment(environment),
            address_factor=_factor(environment.get("ADDRESS_LIMIT_FACTOR") or "1"),
        )

    @property
    def secure(self) -> bool:
        """Whether browsers meet us over TLS; without it a cookie marked secure would not come back."""
        return self.issuer.startswith("https://")


def _issuer(url: str) -> str:
    if not url.startswith(("http://", "https://")) or "?" in url or "#" in url:
        raise BadSettings("PUBLIC_URL must be an http:// or https:// address without ? or #")
    return url.rstrip("/")


def _factor(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_FACTOR:
        raise BadSettings(f"ADDRESS_LIMIT_FACTOR must be between 1 and {MAX_FACTOR}")
    return int(text)


def _grace(seconds: str) -> timedelta:
    if not seconds.isdecimal() or int(seconds) > MAX_GRACE_SECONDS:
        raise BadSettings(f"REFRESH_GRACE_SECONDS must be between 0 and {MAX_GRACE_SECONDS}")
    return timedelta(seconds=int(seconds))
