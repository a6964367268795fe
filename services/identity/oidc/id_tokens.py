"""ID tokens: who signed in, when and how, for one client."""

from datetime import timedelta
from typing import Any

from authlib.oidc.core.util import create_half_hash

from services.identity.oidc import claims, keyring, subjects
from services.identity.oidc.clients import Registered
from services.identity.oidc.tables import ClientGrant
from services.identity.tables import Account
from services.identity.web.site import Site

LIFETIME = timedelta(minutes=10)


def make(
    grant: ClientGrant,
    client: Registered,
    account: Account,
    access_token: str,
    site: Site,
    nonce: str | None = None,
) -> str:
    """Signed with the algorithm the client registered for."""
    now, algorithm = site.work.clock.now(), client.row.id_token_alg
    names = claims.allowed(grant, (), "id_token", client.row.scopes)
    said: dict[str, Any] = claims.about(account, grant.acr, names, site.work) | {
        "iss": site.issuer,
        "sub": subjects.of(account, client.row, site.vault),
        "aud": client.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "auth_time": int(grant.authenticated_at.timestamp()),
        "acr": grant.acr,
        "amr": grant.amr,
        "sid": subjects.session_id(grant.session, client.client_id, site.vault),
        "at_hash": create_half_hash(access_token, algorithm).decode(),
    }
    if nonce:
        said["nonce"] = nonce
    return keyring.sign(said, algorithm, site.work, site.vault)
