"""People who sign in to another organisation: code flow with PKCE, password, consent, tokens.

`python -m tests.bench.parts.visits` reads {"host", "port", "people", "at_once", "seconds"} from standard input: so many
at once take the next person from the list until the time or the list is over. It writes
{"ops", "failed", "seconds", "cpu_seconds", "micros": […], "errors": […], "refresh_tokens": […]}.
"""

import base64
import hashlib
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson

from tests.bench.parts.people import CALLBACK, CLIENT, PASSWORD, SCOPE
from tests.bench.parts.visitor import Page, Visitor

_NETWORK = 127 << 24
_ERRORS_KEPT = 5


@dataclass
class Seen:
    micros: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refresh_tokens: list[str] = field(default_factory=list)
    failed: int = 0


def sign_in(visitor: Visitor, number: str) -> str:
    """All the way from the client's button to its tokens; the refresh token."""
    state, verifier = secrets.token_urlsafe(12), secrets.token_urlsafe(48)
    page = visitor.get("/oauth/authorize?" + urlencode(_request(state, verifier)))
    page = visitor.send(page, page.form("password"), identifier=number, password=PASSWORD)
    page = visitor.send(page, page.form("decision"), decision="allow")
    exchange = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "code": _code(page, state),
        "code_verifier": verifier,
    }
    page = visitor.post("/oauth/token", urlencode(exchange))
    tokens = orjson.loads(page.body)
    if page.status != 200 or not tokens.get("id_token"):
        raise LookupError(f"{page.status} instead of tokens")
    return str(tokens["refresh_token"])


def _request(state: str, verifier: str) -> dict[str, str]:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "scope": SCOPE,
        "state": state,
        "nonce": secrets.token_urlsafe(12),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }


def _code(page: Page, state: str) -> str:
    answer = parse_qs(urlsplit(page.away).query)
    if not page.away.startswith(CALLBACK) or answer["state"] != [state]:
        raise LookupError(f"{page.status} at {urlsplit(page.address).path} instead of a code")
    return answer["code"][0]


def _one_after_another(host: str, port: int, people: Iterator[str], until: float, seen: Seen) -> None:
    for number in people:
        if (started := time.perf_counter()) > until:
            return
        try:
            with Visitor(host, port, _address(number)) as visitor:
                seen.refresh_tokens.append(sign_in(visitor, number))
        except (LookupError, OSError) as error:
            seen.failed += 1
            seen.errors.append(f"{type(error).__name__}: {error}")
        else:
            seen.micros.append(int((time.perf_counter() - started) * 1e6))


def _address(number: str) -> str:
    """A loopback address of one's own: nobody comes from the address of all."""
    own = _NETWORK + 256 + int(number[-6:])
    return ".".join(str(byte) for byte in own.to_bytes(4))


class _Shared:
    """A list that several take from."""

    def __init__(self, people: list[str]) -> None:
        self._people, self._lock = iter(people), threading.Lock()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        with self._lock:
            return next(self._people)


def run(host: str, port: int, people: list[str], at_once: int, seconds: float) -> dict[str, Any]:
    seen, left = Seen(), _Shared(people)
    started, spent = time.perf_counter(), time.process_time()
    arguments = (host, port, left, started + seconds, seen)
    threads = [threading.Thread(target=_one_after_another, args=arguments) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "ops": len(seen.micros),
        "failed": seen.failed,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - spent,
        "micros": seen.micros,
        "errors": seen.errors[:_ERRORS_KEPT],
        "refresh_tokens": seen.refresh_tokens,
    }


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(run(**orjson.loads(sys.stdin.buffer.read()))))
