"""The relying party: sends a browser to the provider and verifies who comes back."""

import hmac
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped, unused-ignore]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped, unused-ignore]

from chassis.clock import Clock, SystemClock
from chassis.errors import ServiceError
from services.identity import metrics
from services.identity.errors import (
    UpstreamNotBelieved,
    UpstreamSignInOver,
    UpstreamSignInRefused,
    UpstreamUnavailable,
)
from services.identity.outside_settings import UpstreamSettings
from services.identity.upstream import id_tokens, persons
from services.identity.upstream.guard import Guard
from services.identity.upstream.http import Answer, Http, Limit, Line, NoAnswer
from services.identity.upstream.persons import Person
from services.identity.upstream.published import Metadata, Published

#: All calls of one step together: a call's deadline is 5 s, and some of it is the edge's and the database's.
SECONDS = 3.5
#: How long a browser may stay with the provider, and how far the clocks of two replicas may differ.
GOOD_FOR, SKEW = timedelta(minutes=10), timedelta(seconds=30)
_LATER = ("server_error", "temporarily_unavailable")
_OK = 200


class Upstream:
    """Holds no connection and no transaction; call it outside of units of work."""

    def __init__(
        self,
        settings: UpstreamSettings,
        http: Http | None = None,
        guard: Guard | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings
        self._http, self._guard, self._clock = http or Http(), guard or Guard(), clock or SystemClock()
        self._published = Published(settings.issuer, settings.discovery_url)

    @property
    def issuer(self) -> str:
        return self._settings.issuer

    def begin(self, return_to: str, language: str = "vi") -> tuple[str, dict[str, str]]:
        """The address the browser goes to, and what `complete` must be given back for the same browser.

        Raises UpstreamUnavailable or UpstreamBusy.
        """
        metadata = self._published.kept_metadata()
        if metadata is None:
            with self._call("begin") as line:
                metadata = self._published.metadata(line)
        kept = {
            "state": secrets.token_urlsafe(32),
            "nonce": secrets.token_urlsafe(32),
            "verifier": secrets.token_urlsafe(48),
            "return_to": return_to,
            "begun_at": self._clock.now().isoformat(),
        }
        return self._address(metadata, kept, language), kept

    def _address(self, metadata: Metadata, kept: Mapping[str, str], language: str) -> str:
        return str(
            prepare_grant_uri(
                metadata.authorization_endpoint,
                self._settings.client_id,
                "code",
                redirect_uri=self._settings.redirect_uri,
                scope="openid",
                state=kept["state"],
                nonce=kept["nonce"],
                code_challenge=create_s256_code_challenge(kept["verifier"]),
                code_challenge_method="S256",
                ui_locales=language,
            )
        )

    def complete(self, parameters: Mapping[str, Any], kept: Mapping[str, str] | None) -> Person:
        """The person the provider sent back with these parameters. `kept` is good once: forget it before calling.

        Raises UpstreamSignInOver, UpstreamSignInRefused, UpstreamNotBelieved, UpstreamUnavailable or UpstreamBusy.
        """
        kept = self._require_begun(parameters, kept)
        code = self._code(parameters)
        with self._call("complete") as line:
            metadata = self._published.metadata(line)
            if metadata.names_issuer and "iss" not in parameters:
                raise UpstreamNotBelieved(reason="iss")
            tokens = self._tokens(code, kept, metadata, line)
            claims = self._id_claims(tokens, kept, line)
            told = self._userinfo(tokens["access_token"], metadata, line)
        if told.get("sub") != claims["sub"]:
            raise UpstreamNotBelieved(reason="sub")
        try:
            return persons.from_claims(self.issuer, claims | told)
        except persons.BadClaims as problem:
            raise UpstreamNotBelieved(reason=str(problem)) from None

    def _require_begun(self, parameters: Mapping[str, Any], kept: Mapping[str, str] | None) -> dict[str, str]:
        state = parameters.get("state")
        if kept is None or not isinstance(state, str) or not _same(state, kept["state"]):
            raise UpstreamSignInOver
        age = self._clock.now() - datetime.fromisoformat(kept["begun_at"])
        if not -SKEW <= age <= GOOD_FOR:
            raise UpstreamSignInOver
        if parameters.get("iss", self.issuer) != self.issuer:
            raise UpstreamNotBelieved(reason="iss")
        return dict(kept)

    def _code(self, parameters: Mapping[str, Any]) -> str:
        error = parameters.get("error")
        if error in _LATER:
            raise UpstreamUnavailable
        if error is not None:
            raise UpstreamSignInRefused
        code = parameters.get("code")
        if not isinstance(code, str) or not code:
            raise UpstreamNotBelieved(reason="code")
        return code

    def _tokens(self, code: str, kept: Mapping[str, str], metadata: Metadata, line: Line) -> dict[str, str]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_uri,
            "code_verifier": kept["verifier"],
        }
        # RFC 6749, section 2.3.1: both are encoded as in a form first.
        client = (quote_plus(self._settings.client_id), quote_plus(self._settings.client_secret))
        answer = line.post(metadata.token_endpoint, form, client)
        if answer.status == 400 and answer.json().get("error") == "invalid_grant":
            raise UpstreamSignInOver
        told = _content(answer)
        tokens = {name: told.get(name) for name in ("access_token", "id_token", "token_type")}
        for name, value in tokens.items():
            if not isinstance(value, str) or not value.isascii():
                raise UpstreamNotBelieved(reason=name)
        if str(tokens["token_type"]).lower() != "bearer":
            raise UpstreamNotBelieved(reason="token_type")
        return {name: str(value) for name, value in tokens.items()}

    def _id_claims(self, tokens: Mapping[str, str], kept: Mapping[str, str], line: Line) -> dict[str, Any]:
        expected = id_tokens.Expected(
            self.issuer, self._settings.client_id, kept["nonce"], tokens["access_token"]
        )
        now = self._clock.now()
        return id_tokens.verified(
            tokens["id_token"], expected, lambda kid: self._published.key(kid, line), now
        )

    def _userinfo(self, access_token: str, metadata: Metadata, line: Line) -> dict[str, Any]:
        return _content(line.get(metadata.userinfo_endpoint, access_token))

    @contextmanager
    def _call(self, step: str) -> Iterator[Line]:
        started, outcome = time.perf_counter(), "ok"
        try:
            with self._guard.entered(), _unavailable_without_answer(), self._http.line(SECONDS) as line:
                yield line
        except ServiceError as error:
            outcome = error.code
            raise
        finally:
            metrics.UPSTREAM_SECONDS.labels(step, outcome).observe(time.perf_counter() - started)


@contextmanager
def _unavailable_without_answer() -> Iterator[None]:
    try:
        yield
    except NoAnswer as error:
        raise UpstreamUnavailable from error


def _content(answer: Answer) -> dict[str, Any]:
    if answer.status != _OK:
        raise NoAnswer(f"HTTP {answer.status}")
    return answer.json()


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def from_settings(settings: UpstreamSettings | None, limit: Limit | None = None) -> Upstream | None:
    """The provider the settings name; None when it is not offered."""
    if settings is None:
        return None
    return Upstream(settings, Http(limit) if limit else Http())
