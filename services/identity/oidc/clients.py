"""A registered client as the protocol sees it."""

import hashlib
from typing import Any
from urllib.parse import SplitResult, urlsplit

from authlib.oauth2.rfc6749 import ClientMixin
from sqlalchemy import or_, select

from chassis.work import Work
from services.identity.oidc import scopes
from services.identity.oidc.tables import Client, ClientSecret

PUBLIC = "none"
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt", PUBLIC)
#: Host names by which a native application hears on its own machine; a name could be resolved elsewhere.
_LOOPBACK = ("127.0.0.1", "::1")


class Registered(ClientMixin):  # type: ignore[misc]
    """One client; what it asks is measured against what operators allowed."""

    def __init__(self, row: Client, work: Work) -> None:
        self.row = row
        self._work = work

    @property
    def client_id(self) -> str:
        return self.row.id

    @property
    def confidential(self) -> bool:
        return self.row.auth_method != PUBLIC

    @property
    def client_metadata(self) -> dict[str, Any]:
        return {"post_logout_redirect_uris": self.row.post_logout_redirect_uris}

    def get_client_id(self) -> str:
        return self.row.id

    def get_default_redirect_uri(self) -> None:
        """None: a request names its address."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes that exist, or None when one is not for this client or `openid` is missing."""
        wanted = scopes.known(scope or "")
        if scopes.OPENID not in wanted or not set(wanted) <= set(self.row.scopes):
            return None
        return " ".join(wanted)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        if redirect_uri in self.row.redirect_uris:
            return True
        if not self.row.native or self.confidential:
            return False
        asked = _loopback(redirect_uri)
        return asked is not None and any(asked == _loopback(uri) for uri in self.row.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        wanted = select(ClientSecret).where(
            ClientSecret.digest == digest(client_secret),
            ClientSecret.client == self.row.id,
            or_(ClientSecret.expires_at.is_(None), ClientSecret.expires_at > self._work.clock.now()),
        )
        return self._work.session.scalars(wanted).one_or_none() is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == str(self.row.auth_method)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


def find(client_id: str, work: Work) -> Registered | None:
    """The client, unless there is none or it was disabled."""
    row = work.get(Client, client_id) if client_id.isprintable() else None
    return None if row is None or row.disabled_at is not None else Registered(row, work)


def digest(random: str) -> str:
    # 256 random bits cannot be guessed from a plain digest, unlike a password.
    return hashlib.sha256(random.encode("utf-8", "surrogatepass")).hexdigest()


def _loopback(uri: str) -> SplitResult | None:
    """An address on the machine's own loopback without its port; None for any other."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme != "http" or host not in _LOOPBACK or parts.username is not None or parts.fragment:
        return None
    bare = f"[{host}]" if ":" in host else host
    expected = bare if port is None else f"{bare}:{port}"
    return parts._replace(netloc=bare) if parts.netloc == expected else None
