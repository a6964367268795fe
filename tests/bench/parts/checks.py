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
    rounds = [_round(tokens, TokenVerifier(sessions, services), keys) for _ in range(_ROUNDS)]
    uncached, cached, stock = (median(micros) for micros in zip(*rounds, strict=True))
    return {
        "token_check_cached_us": round(cached, 1),
        "token_check_uncached_us": round(uncached, 1),
        "baseline_joserfc_us": round(stock, 1),
    }


def _round(tokens: list[str], verifier: TokenVerifier, keys: KeySet) -> tuple[float, float, float]:
    first, *others = tokens
    # It reads the keys now.
    assert verifier.caller(first, "vi").signed_in
    uncached = _micros(lambda token: verifier.caller(token, "vi"), others)
    seen = tokens * (_CACHED_PER_ROUND // len(tokens) + 1)
    cached = _micros(lambda token: verifier.caller(token, "vi"), seen)
    stock = _micros(lambda token: jwt.decode(token, keys, algorithms=[ALGORITHM]), others)
    return uncached, cached, stock


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
