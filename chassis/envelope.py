"""What is asked and answered, closed on its way: a broker may write down what waits in a queue, for anyone to find.

Every process of a platform has the same key (`BUS_KEY`), the broker has none. Without a key nothing is closed.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from itertools import count

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: JSON never begins like this, nor does a token.
_MARK, _TEXT_MARK = b"\x01", "~"
_NONCE, _PREFIX = 12, 7


class Envelope:
    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        # Never the same twice, without asking for chance each time: this process's, and which one it is.
        self._prefix, self._numbers = os.urandom(_PREFIX), count()

    def close(self, body: bytes) -> bytes:
        nonce = self._prefix + next(self._numbers).to_bytes(_NONCE - _PREFIX, "big")
        return _MARK + nonce + self._cipher.encrypt(nonce, body, None)

    def open(self, closed: bytes) -> bytes:
        """Raises ValueError."""
        start = len(_MARK)
        try:
            return self._cipher.decrypt(closed[start : start + _NONCE], closed[start + _NONCE :], None)
        except InvalidTag:
            raise ValueError("closed with another key") from None


@cache
def envelope() -> Envelope | None:
    """This process's; None where no key is set."""
    key = os.environ.get("BUS_KEY", "")
    return Envelope(urlsafe_b64decode(key + "=" * (-len(key) % 4))) if key else None


# A copy of this process would count on from the same number.
os.register_at_fork(after_in_child=envelope.cache_clear)


def is_closed(body: bytes | memoryview | str) -> bool:
    # The client gives an empty body as an empty text.
    return body[:1] == _MARK


def closed(body: bytes) -> bytes:
    ours = envelope()
    return ours.close(body) if ours else body


def opened(body: bytes) -> bytes:
    """The body itself when it came open. Raises ValueError."""
    if not is_closed(body):
        return body
    ours = envelope()
    if ours is None:
        raise ValueError("closed, and there is no BUS_KEY")
    return ours.open(body)


def closed_text(text: str | None) -> str | None:
    """A header's value."""
    if not text or envelope() is None:
        return text
    return _TEXT_MARK + urlsafe_b64encode(closed(text.encode("utf-8", "surrogatepass"))).decode()


def opened_text(text: str | None) -> str | None:
    """As it is when it came open, or cannot be opened: then it is no good to anybody."""
    if not text or not text.startswith(_TEXT_MARK):
        return text
    try:
        inside = urlsafe_b64decode(text[1:])
        return opened(inside).decode("utf-8", "surrogatepass") if is_closed(inside) else text
    except ValueError:
        return text
