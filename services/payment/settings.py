"""Settings only this service has."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.settings import BadSettings


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    gateway_url: str
    gateway_api_url: str
    tmn_code: str
    hash_secret: str = field(repr=False)
    public_url: str
    gateway_timeout: float
    query_seconds: float

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "PaymentSettings":
        needed = ("PAYMENT_GATEWAY_URL", "PAYMENT_TMN_CODE", "PAYMENT_HASH_SECRET", "PUBLIC_URL")
        missing = [name for name in needed if not environment.get(name)]
        if missing:
            raise BadSettings(f"{', '.join(missing)} not set")
        gateway_url = environment["PAYMENT_GATEWAY_URL"].rstrip("/")
        return cls(
            gateway_url=gateway_url,
            # Browsers may meet the gateway at another address than we do.
            gateway_api_url=environment.get("PAYMENT_GATEWAY_API_URL", "").rstrip("/") or gateway_url,
            tmn_code=environment["PAYMENT_TMN_CODE"],
            hash_secret=environment["PAYMENT_HASH_SECRET"],
            public_url=environment["PUBLIC_URL"].rstrip("/"),
            gateway_timeout=_seconds(environment, "PAYMENT_GATEWAY_TIMEOUT", 5),
            query_seconds=_seconds(environment, "PAYMENT_QUERY_SECONDS", 30),
        )


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    try:
        seconds = float(environment.get(name) or default)
    except ValueError:
        raise BadSettings(f"{name} is not a number") from None
    if not 0 < seconds <= 3600:
        raise BadSettings(f"{name} must be between 0 and 3600")
    return seconds
