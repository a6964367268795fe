"""Personal data at rest: AES-256-GCM per value, bound to the place it stands in; look-ups by keyed digest."""

import hmac
import os
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.settings import BadSettings

#: A sealed value is: format, key id, nonce, ciphertext with its tag.
FORMAT = 1
KID_BYTES, NONCE_BYTES, TAG_BYTES = 8, 12, 16
_HEAD = 1 + KID_BYTES
_BODY = _HEAD + NONCE_BYTES

#: The row of `data_keys` that seals nothing: digests for look-ups come from it, and it is never replaced.
LOOKUPS = "lookups"
#: An unknown key may have been made just now.
_RETRY_SECONDS = 1.0


class CannotOpen(Exception):
    """This was not sealed here, or it was changed, or its key is not known."""


class StoredKey(NamedTuple):
    """A row of `data_keys`, in the order in which they take over."""

    kid: str
    sealed: str
    seals_in_seconds: float


@dataclass(frozen=True, slots=True)
class _Key:
    head: bytes
    cipher: AESGCM
    seals_at: float


def place(service: str, table: str, column: str, row: str) -> str:
    """What a value is bound to: moved to another row, column or table it does not open."""
    return f"{service}/{table}/{column}/{row}"


class Keyring:
    """Seals and opens with the keys that `read` gives; what it has once read it never forgets."""

    def __init__(
        self,
        secrets: tuple[str, ...],
        read: Callable[[], Iterable[StoredKey]],
        good_for_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secrets, self._read, self._clock = secrets, read, clock
        #: It seals only with what it has read so lately: a new key takes over later than that after it was made.
        self._good_for = good_for_seconds
        self._keys: dict[bytes, _Key] = {}
        self._digest_keys: dict[str, bytes] = {}
        self._lookups: bytes | None = None
        self._read_at = float("-inf")
        self._reading = threading.Lock()

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        key, nonce = self._sealing_key(), os.urandom(NONCE_BYTES)
        return key.head + nonce + key.cipher.encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """What was sealed for this place; CannotOpen for anything else."""
        if len(sealed) < _BODY + TAG_BYTES or sealed[0] != FORMAT:
            raise CannotOpen("not a sealed value")
        key = self._key(sealed[:_HEAD])
        try:
            return key.cipher.decrypt(sealed[_HEAD:_BODY], sealed[_BODY:], bound_to.encode())
        except InvalidTag:
            raise CannotOpen(f"sealed for another place than {bound_to}, or changed") from None

    def digest(self, text: str, column: str) -> bytes:
        """The same for the same text in the same column, and nothing without the key."""
        key = self._digest_keys.get(column)
        if key is None:
            if self._lookups is None:
                self.learn(self._read())
            if self._lookups is None:
                raise CannotOpen("there is no key for look-ups: run the migrate step")
            key = self._digest_keys[column] = hmac.digest(self._lookups, column.encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256")

    def learn(self, rows: Iterable[StoredKey]) -> None:
        now, known = self._clock(), dict(self._keys)
        for row in rows:
            if row.kid == LOOKUPS:
                self._lookups = unwrapped(self._secrets, row.kid, row.sealed)
                continue
            head = head_of(row.kid)
            # Again at the end: the order is theirs.
            before = known.pop(head, None)
            cipher = before.cipher if before else AESGCM(unwrapped(self._secrets, row.kid, row.sealed))
            known[head] = _Key(head, cipher, now + row.seals_in_seconds)
        self._keys, self._read_at = known, now

    def _sealing_key(self) -> _Key:
        now = self._clock()
        if now - self._read_at >= self._good_for:
            self._read_again(self._good_for)
        for key in reversed(self._keys.values()):
            if key.seals_at <= now:
                return key
        raise CannotOpen("there is no key to seal with: run the migrate step")

    def _key(self, head: bytes) -> _Key:
        if head not in self._keys:
            self._read_again(_RETRY_SECONDS)
        try:
            return self._keys[head]
        except KeyError:
            raise CannotOpen(f"the key {head[1:].hex()} is not known") from None

    def _read_again(self, older_than: float) -> None:
        """One reads for all; who knows some keys goes on with those meanwhile."""
        if not self._reading.acquire(blocking=not self._keys):
            return
        try:
            if self._clock() - self._read_at >= older_than:
                self.learn(self._read())
        finally:
            self._reading.release()


def head_of(kid: str) -> bytes:
    """What every value sealed with this key begins with."""
    return bytes([FORMAT]) + bytes.fromhex(kid)


def new_kid() -> str:
    return os.urandom(KID_BYTES).hex()


def new_key() -> bytes:
    return AESGCM.generate_key(256)


def wrapped(secret: str, kid: str, key: bytes) -> str:
    """A data key as it is stored: sealed with what DATA_SECRET gives."""
    nonce = os.urandom(NONCE_BYTES)
    return b64encode(nonce + _wrapping(secret).encrypt(nonce, key, kid.encode())).decode()


def unwrapped(secrets: tuple[str, ...], kid: str, sealed: str) -> bytes:
    """BadSettings when none of the secrets is the one it was wrapped with."""
    raw = b64decode(sealed)
    for secret in secrets:
        try:
            return _wrapping(secret).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], kid.encode())
        except InvalidTag:
            continue
    raise BadSettings("DATA_SECRET is not the one the keys of personal data were stored with")


def _wrapping(secret: str) -> AESGCM:
    return AESGCM(hmac.digest(secret.encode(), b"motcua data keys: wrapping", "sha256"))
