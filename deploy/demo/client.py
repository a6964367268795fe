"""A well-behaved client of the platform: keys on writes, retries with the same key, deadlines kept."""

import atexit
import secrets
import time
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

PASSWORD = "MotCua-2026-sandbox"  # noqa: S105 - the published password of the sandbox accounts
_RETRYABLE = {429, 503, 504}
#: Long enough for a broker to be killed and to come back.
_PATIENCE_SECONDS = 60.0


class Refused(Exception):
    """The platform said no: a problem document (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(
            f"{status} {problem.get('type')}: {problem.get('detail')} {problem.get('errors', '')}"
        )
        self.status, self.problem = status, problem

    @property
    def code(self) -> str:
        return str(self.problem.get("type", "")).rpartition("/")[2]


@cache
def _connections(base_url: str) -> httpx.Client:
    """One pool of connections for everybody: people share the way, not the session."""
    client = httpx.Client(base_url=base_url, timeout=20)
    atexit.register(client.close)
    return client


@dataclass
class Answer:
    status: int
    body: Any
    headers: httpx.Headers

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def etag(self) -> str:
        return str(self.headers["ETag"])


class Client:
    """One person's session with the platform."""

    def __init__(self, base_url: str, token: str | None = None, language: str = "vi") -> None:
        self.base_url = base_url.rstrip("/")
        self.headers = {"Accept-Language": language}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def sign_in(self, identifier: str, password: str = PASSWORD) -> "Client":
        tokens = self.post("/sessions", {"identifier": identifier, "password": password}, key=None)
        self.headers["Authorization"] = f"Bearer {tokens['accessToken']}"
        return self

    def get(self, path: str, **query: Any) -> Answer:
        return self._ask("GET", path, params=query)

    def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        key: str | None = "new",
        etag: str | None = None,
    ) -> Answer:
        """`key`: the Idempotency-Key, a new one by default, None for none; `etag`: of what is to be changed."""
        headers = {} if key is None else {"Idempotency-Key": str(uuid.uuid4()) if key == "new" else key}
        if etag is not None:
            headers["If-Match"] = etag
        return self._ask("POST", path, json=body or {}, headers=headers)

    def patch(self, path: str, body: dict[str, Any], etag: str) -> Answer:
        return self._ask("PATCH", path, json=body, headers={"If-Match": etag})

    def upload(self, name: str, content: bytes, media_type: str = "application/pdf") -> str:
        """Returns the file's id."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = self._ask("POST", "/files", files={"file": (name, content, media_type)}, headers=headers)
        return str(answer["id"])

    def ask_once(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The bare answer, without retries."""
        headers = self.headers | request.pop("headers", {})
        return _connections(self.base_url).request(method, f"/v1{path}", headers=headers, **request)

    def _ask(self, method: str, path: str, **request: Any) -> Answer:
        """Retries what may be retried: the key, when there is one, stays the same."""
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        delay = 0.3
        while True:
            try:
                response = self.ask_once(method, path, **request)
                if response.status_code not in _RETRYABLE or time.monotonic() > give_up_at:
                    return _read(response)
            except httpx.TransportError:
                if time.monotonic() > give_up_at:
                    raise
            time.sleep(delay)
            delay = min(2 * delay, 3.0)


def _read(response: httpx.Response) -> Answer:
    is_json = "json" in response.headers.get("content-type", "")
    body = response.json() if is_json and response.content else response.content
    if response.status_code >= 400:
        raise Refused(response.status_code, body if isinstance(body, dict) else {"detail": str(body)})
    return Answer(response.status_code, body, response.headers)


def eventually(what: str, look: Any, seconds: float = 30.0) -> Any:
    """What `look` returns, as soon as it returns something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.15)
    raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")


def pdf(text: str) -> bytes:
    """A small real PDF, different every time."""
    stream = f"BT /F1 14 Tf 60 760 Td ({text} {secrets.token_hex(4)}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
