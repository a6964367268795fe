"""Settings only this service has."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.settings import BadSettings

MIN_SECRET_LENGTH = 32


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    secret: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "IdentitySettings":
        secret = environment.get("IDENTITY_SECRET", "")
        if len(secret) < MIN_SECRET_LENGTH:
            raise BadSettings(f"IDENTITY_SECRET must have at least {MIN_SECRET_LENGTH} characters")
        return cls(secret)
