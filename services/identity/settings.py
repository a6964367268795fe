"""Settings only this service has."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chassis.settings import BadSettings
from services.identity.outside_settings import MessageSettings, UpstreamSettings

MIN_SECRET_LENGTH = 32
MAX_GRACE_SECONDS = 300
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
        )

    @property
    def secure(self) -> bool:
        """Whether browsers meet us over TLS; without it a cookie marked secure would not come back."""
        return self.issuer.startswith("https://")


def _issuer(url: str) -> str:
    if not url.startswith(("http://", "https://")) or "?" in url or "#" in url:
        raise BadSettings("PUBLIC_URL must be an http:// or https:// address without ? or #")
    return url.rstrip("/")


def _grace(seconds: str) -> timedelta:
    if not seconds.isdecimal() or int(seconds) > MAX_GRACE_SECONDS:
        raise BadSettings(f"REFRESH_GRACE_SECONDS must be between 0 and {MAX_GRACE_SECONDS}")
    return timedelta(seconds=int(seconds))
