"""How often one caller may ask."""

import base64
import hashlib
import time
from functools import lru_cache
from math import ceil
from typing import Any

import orjson
from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.errors import StorageError
from limits.storage import storage_from_string

from chassis.api import Operation
from chassis.errors import TooManyRequests
from chassis.logs import get_logger
from edge.asked import Asked

log = get_logger(__name__)


class Windows(Storage):
    """Counters of this process. The library's own spawns a task over all keys at every hit."""

    STORAGE_SCHEME = ["async+windows"]  # noqa: RUF012 - the library's own declaration
    _SWEEP_SECONDS = 60.0

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._windows: dict[str, list[float]] = {}
        self._sweep_at = time.time() + self._SWEEP_SECONDS

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def _window(self, key: str) -> list[float] | None:
        window = self._windows.get(key)
        return window if window and window[1] > time.time() else None

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        window = self._window(key)
        if window is None:
            self._sweep()
            window = self._windows[key] = [0, time.time() + expiry]
        window[0] += amount
        return int(window[0])

    async def get(self, key: str) -> int:
        window = self._window(key)
        return int(window[0]) if window else 0

    async def get_expiry(self, key: str) -> float:
        window = self._window(key)
        return window[1] if window else time.time()

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        count = len(self._windows)
        self._windows.clear()
        return count

    async def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    def _sweep(self) -> None:
        now = time.time()
        if now >= self._sweep_at:
            self._sweep_at = now + self._SWEEP_SECONDS
            self._windows = {key: window for key, window in self._windows.items() if window[1] > now}


#: How many people's quotas one address may use up: an office, a school, a mobile network's gateway.
_PEOPLE_PER_ADDRESS = 50


class Limiter:
    """Counts requests per caller in fixed windows and says so in headers."""

    def __init__(self, default: str, storage: str) -> None:
        uri = "async+windows://" if storage == "memory" else f"async+{storage}"
        found = storage_from_string(uri, wrap_exceptions=True)
        assert isinstance(found, Storage)
        self._storage = found
        self._default = parse(default)

    def rule(self, operation: Operation) -> "Rule":
        """How one operation is limited."""
        item = parse(operation.rate) if operation.rate else self._default
        name = operation.rpc if operation.rate else "default"
        return Rule(self._storage, item, name, by_address=operation.allow.anonymous)


class Rule:
    def __init__(self, storage: Storage, item: RateLimitItem, name: str, *, by_address: bool) -> None:
        self._storage, self._name, self._by_address = storage, name, by_address
        self._amount, self._window = item.amount, item.get_expiry()
        self._policy = f'"{name}";q={self._amount};w={self._window}'.encode()

    async def admit(self, asked: Asked, token: str | None, address: str) -> None:
        """Count this request and say so in its answer's headers; raises TooManyRequests when it is one too many.

        Without its storage the limit is off: it protects the service, it is no reason to refuse it.
        """
        # A token is not verified here, so where it gains nothing it must not buy a bucket of its own,
        # and made-up ones may not buy buckets without end.
        caller = address if self._by_address or token is None else f"{address} {_subject(token)}"
        key = f"motcua/{self._name}/{caller}"
        try:
            count = await self._storage.incr(key, self._window)
            wait = max(1, ceil(await self._storage.get_expiry(key) - time.time()))
            if caller is not address:
                everybody = await self._storage.incr(f"motcua/{self._name}/all {address}", self._window)
                count = max(count, everybody - (_PEOPLE_PER_ADDRESS - 1) * self._amount)
        except StorageError as error:
            log.warning("rate limit storage unreachable", error=type(error.storage_error).__name__)
            return
        left = f'"{self._name}";r={max(0, self._amount - count)};t={wait}'.encode()
        asked.answer_headers += ((b"ratelimit-policy", self._policy), (b"ratelimit", left))
        if count > self._amount:
            raise TooManyRequests(retry_after=wait)


@lru_cache(maxsize=4_096)
def _subject(token: str) -> str:
    """Who a token says it belongs to, unverified: good enough to share out quotas."""
    try:
        claims = token.split(".")[1]
        return str(orjson.loads(base64.urlsafe_b64decode(claims + "=="))["sub"])[:64]
    except (IndexError, ValueError, KeyError, TypeError):
        return hashlib.sha256(token.encode()).hexdigest()
