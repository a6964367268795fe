"""What it costs to look at a token, and at a password, on this machine."""

import time
from collections.abc import Callable
from statistics import median

from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import text

from chassis.database import Sessions
from chassis.service_keys import ServiceKeys
from chassis.tokens import ALGORITHM, TokenVerifier
from services.identity.vault import Vault
from tests.bench.parts.people import IDENTITY_SECRET, PASSWORD

_ROUNDS = 5
_CACHED_PER_ROUND = 5_000
_HASHES = 10


def token_checks(tokens: list[str], sessions: Sessions, services: ServiceKeys) -> dict[str, float]:
    """As a service checks them, seen before and not; and joserfc alone. In microseconds."""
    tokens = list(dict.fromkeys(tokens))
    with sessions.work(read_only=True) as work:
        known = [row.public_jwk for row in work.session.execute(text("SELECT public_jwk FROM token_keys"))]
    keys = KeySet.import_key_set({"keys": known})
    uncached, cached, stock = [], [], []
    for _ in range(_ROUNDS):
        verifier = TokenVerifier(sessions, services)
        # The first has it read the keys.
        assert verifier.caller(tokens[0], "vi").signed_in
        uncached.append(_micros(lambda token: verifier.caller(token, "vi"), tokens[1:]))
        seen = (tokens * (_CACHED_PER_ROUND // len(tokens) + 1))[:_CACHED_PER_ROUND]
        cached.append(_micros(lambda token: verifier.caller(token, "vi"), seen))
        stock.append(_micros(lambda token: jwt.decode(token, keys, algorithms=[ALGORITHM]), tokens[1:]))
    return {
        "token_check_cached_us": round(median(cached), 1),
        "token_check_uncached_us": round(median(uncached), 1),
        "baseline_joserfc_us": round(median(stock), 1),
    }


def hashes_per_s() -> float:
    """Password checks that one core does in a second, with nothing around them."""
    vault = Vault(IDENTITY_SECRET)
    stored = vault.hashed(PASSWORD)
    return 1e6 / _micros(lambda typed: vault.matches(stored, typed), [PASSWORD] * _HASHES)


def _micros(one: Callable[[str], object], over: list[str]) -> float:
    started = time.perf_counter()
    for item in over:
        one(item)
    return (time.perf_counter() - started) * 1e6 / len(over)
