"""The keys of services in tests, and what every process of theirs is told."""

from base64 import urlsafe_b64encode

from chassis.service_keys import ServiceKeys, public_keys
from deploy.local.passwords import SERVICES

NAMES = (*SERVICES, "echo", "parrot", "sample")
SECRET = "a-secret-for-tests-only"
#: One key for all of them, so that the processes of a test can share an environment.
KEY = urlsafe_b64encode(b"0123456789abcdef" * 2).rstrip(b"=").decode()
KEYS = public_keys(dict.fromkeys(NAMES, KEY))
SERVICE_ENVIRONMENT = {
    "SERVICE_SECRET": SECRET,
    "SERVICE_KEY": KEY,
    "SERVICE_KEYS": KEYS,
    "DATA_SECRET": "keys-of-personal-data-in-tests-only",
}


def keys_of(service: str) -> ServiceKeys:
    """As the process of this service has them."""
    return ServiceKeys(service, KEY, KEYS)


def token_of(service: str, callee: str) -> str:
    """What a service shows when it asks another."""
    return keys_of(service).token(callee)
