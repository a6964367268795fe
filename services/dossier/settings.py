"""Settings only this service has."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chassis.settings import BadSettings

MAX_UNUSED_HOURS = 24 * 365


@dataclass(frozen=True, slots=True)
class DossierSettings:
    #: Where the edge keeps files; nothing is swept without it.
    object_store_url: str = field(default="", repr=False)
    #: How long a file may lie unused before it is removed.
    unused_kept: timedelta = timedelta(hours=24)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "DossierSettings":
        hours = environment.get("UNUSED_FILES_HOURS") or "24"
        if not hours.isdecimal() or not 1 <= int(hours) <= MAX_UNUSED_HOURS:
            raise BadSettings(f"UNUSED_FILES_HOURS must be a whole number between 1 and {MAX_UNUSED_HOURS}")
        return cls(environment.get("OBJECT_STORE_URL", ""), timedelta(hours=int(hours)))
