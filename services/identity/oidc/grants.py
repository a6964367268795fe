"""The two ways to tokens: an authorization code once, and a refresh token in exchange for the next."""

import secrets
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants.code import OpenIDCode

from services.identity import audit
from services.identity.oidc import id_tokens, scopes, tokens
from services.identity.oidc.clients import AUTH_METHODS, Registered, digest
from services.identity.oidc.tables import ClientGrant, ClientToken
from services.identity.tables import Account
from services.identity.web.site import Site

__all__ = ["CodeGrant", "IdToken", "Pkce", "RefreshGrant"]


class Pkce(CodeChallenge):  # type: ignore[misc]
    """S256, from every client."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge with the method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
        return "S256"


class IdToken(OpenIDCode):  # type: ignore[misc]
    """Adds the ID token to the answer."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def __call__(self, grant: Any) -> None:
        # Prompts are for `deciding`, which knows the session; a nonce is the client's to check.
        grant.register_hook("after_create_token_response", self.process_token)

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        # One that comes of a refresh answers no authorization request, so it repeats nothing of one.
        nonce = request.grant.nonce if request.authorization_code else None
        access_token = token["access_token"]
        return id_tokens.make(request.grant, request.client, request.user, access_token, self._site, nonce)


class _Giving:
    """Giving tokens out of a grant."""

    request: Any
    server: Any
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def generate_token(self, user: Any = None, scope: str = "", **_: Any) -> dict[str, Any]:
        grant, work = self.request.grant, self.server.site.work
        narrowed = scopes.known(scope)
        return {
            "access_token": tokens.make("access", grant, narrowed, work),
            "token_type": "Bearer",
            "expires_in": int(tokens.ACCESS.total_seconds()),
            "scope": " ".join(narrowed),
            "refresh_token": tokens.make("refresh", grant, grant.scopes, work),
        }

    def _user(self) -> Account | None:
        """Whose it is, as long as the grant counts."""
        grant, work = self.request.grant, self.server.site.work
        return work.get(Account, grant.account) if tokens.grant_counts(grant, work) else None


class _Code:
    """A code as Authlib asks it."""

    def __init__(self, grant: ClientGrant) -> None:
        self.grant, self.code_challenge = grant, grant.code_challenge

    def get_redirect_uri(self) -> str:
        return self.grant.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.grant.scopes)


class CodeGrant(_Giving, AuthorizationCodeGrant):  # type: ignore[misc]
    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep the grant that `deciding` has put together under its code."""
        request.grant.code_digest = digest(code)
        self.server.site.work.add(request.grant)

    def generate_authorization_code(self) -> str:
        return secrets.token_urlsafe(32)

    def create_authorization_response(self, redirect_uri: str, grant_user: Any) -> Any:
        """The code; how it travels depends on the response mode."""
        code = self.generate_authorization_code()
        self.save_authorization_code(code, self.request)
        return {"code": code}

    def query_authorization_code(self, code: str, client: Registered) -> _Code | None:
        site = self.server.site
        grant = tokens.grant_of_code(code, site.work)
        if grant is None or grant.client != client.client_id:
            return None
        now = site.work.clock.now()
        if grant.code_used_at is not None:
            # Somebody else has it too: what the first one got ends as well.
            tokens.end(grant, "code-reused", site.work)
            audit.record(site.work, "code-reused", "ended", client=grant.client, account=grant.account)
            return None
        grant.code_used_at = now
        if grant.code_expires_at <= now:
            return None
        self.request.grant = grant
        return _Code(grant)

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        """It stays, to know it again when somebody shows it once more."""

    def authenticate_user(self, authorization_code: _Code) -> Account | None:
        user = self._user()
        if user is None:
            raise InvalidGrantError("The session of this code has ended.")
        return user


class _RefreshToken:
    """A refresh token as Authlib asks it."""

    def __init__(self, token: ClientToken, grant: ClientGrant) -> None:
        self.token, self.grant = token, grant

    def check_client(self, client: Registered) -> bool:
        return bool(self.grant.client == client.client_id)

    def get_scope(self) -> str:
        return " ".join(self.grant.scopes)


class RefreshGrant(_Giving, RefreshTokenGrant):  # type: ignore[misc]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> _RefreshToken | None:
        site = self.server.site
        found = tokens.find(refresh_token, site.work, lock=True)
        if found is None or found[0].kind != "refresh" or found[1].client != self.request.client.client_id:
            return None
        token, grant = found
        if token.used_at is not None:
            # Two hold it: one of them stole it, and nobody can tell which.
            tokens.end(grant, "refresh-token-reused", site.work)
            audit.record(
                site.work, "refresh-token-reused", "ended", client=grant.client, account=grant.account
            )
            return None
        if not tokens.counts(token, grant, site.work):
            return None
        self.request.grant = grant
        return _RefreshToken(token, grant)

    def _validate_token_scope(self, token: _RefreshToken) -> None:
        super()._validate_token_scope(token)
        # Used up only now that nothing is left to refuse.
        token.token.used_at = self.server.site.work.clock.now()

    def authenticate_user(self, refresh_token: _RefreshToken) -> Account:
        # That it counts was seen when it was found, and its grant is locked since.
        user: Account = self.server.site.work.session.get_one(Account, refresh_token.grant.account)
        return user

    def revoke_old_credential(self, refresh_token: _RefreshToken) -> None:
        """Used up already."""
