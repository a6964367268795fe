"""HTTP to the upstream provider, bounded in time and size."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import orjson
import requests
import urllib3.exceptions

CONNECT_SECONDS = 1.0
MAX_BYTES = 64 * 1024

#: Ends what is inside with an OSError after so many seconds; the timeouts of sockets begin anew with every byte.
Limit = Callable[[float], AbstractContextManager[Any]]


class NoAnswer(Exception):
    """Nothing came in time, or nothing that can be used."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """Raises NoAnswer when it is not a JSON object."""
        try:
            value = orjson.loads(self.body)
        except ValueError:
            raise NoAnswer("not JSON") from None
        if not isinstance(value, dict):
            raise NoAnswer("not an object")
        return value


class Line:
    """One connection's worth of calls, all of which end before a moment."""

    def __init__(self, session: requests.Session, ends_at: float) -> None:
        self._session, self._ends_at = session, ends_at

    def get(self, url: str, token: str | None = None) -> Answer:
        # Given always, since without it requests would look for a password in a .netrc file.
        return self._send("GET", url, auth=_Bearer(token))

    def post(self, url: str, form: dict[str, str], client: tuple[str, str]) -> Answer:
        return self._send("POST", url, data=form, auth=client)

    def _send(self, method: str, url: str, **how: Any) -> Answer:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise NoAnswer("out of time")
        try:
            with self._session.request(
                method,
                url,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                timeout=(min(CONNECT_SECONDS, left), left),
                allow_redirects=False,
                stream=True,
                **how,
            ) as response:
                return Answer(response.status_code, self._read(response.raw))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise NoAnswer(type(error).__name__) from error

    def _read(self, raw: Any) -> bytes:
        body = b""
        while chunk := raw.read1(MAX_BYTES + 1 - len(body)):
            body += chunk
            if len(body) > MAX_BYTES:
                raise NoAnswer("too large")
            if time.monotonic() > self._ends_at:
                raise NoAnswer("out of time")
        return body


class Http:
    def __init__(self, limit: Limit = lambda _seconds: nullcontext()) -> None:
        self._limit = limit

    @contextmanager
    def line(self, seconds: float) -> Iterator[Line]:
        """Raises NoAnswer at the latest after `seconds`."""
        try:
            with requests.Session() as session, self._limit(seconds):
                yield Line(session, time.monotonic() + seconds)
        except OSError as error:
            raise NoAnswer("out of time") from error


class _Bearer(requests.auth.AuthBase):  # type: ignore[misc]
    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: Any) -> Any:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request
