"""Clients to try signing in with; loaded only where `--sandbox` is asked for. Their secrets are public on purpose."""

import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from chassis.work import Work
from services.identity.oidc import registering
from services.identity.oidc.registering import Registration
from services.identity.oidc.scopes import SCOPES
from services.identity.oidc.tables import Client

SECRET = "motcua-sandbox-secret"  # noqa: S105 - public on purpose
#: A private key everybody can work out; the relying party of the sandbox does.
PRIVATE_NUMBER = int.from_bytes(b"motcua sandbox relying party key")
DEFAULT_URL = "http://127.0.0.1:8090"
PATH = "/rp"


def load(work: Work) -> None:
    base = os.environ.get("SANDBOX_URL") or DEFAULT_URL
    heard_at = os.environ.get("SANDBOX_LOGOUT_URL") or base
    for wish in _registrations(base):
        if work.get(Client, wish.id) is None:
            registering.add(wish, work)
        client = work.session.get_one(Client, wish.id)
        # The sandbox may have got another port.
        client.redirect_uris = list(wish.redirect_uris)
        client.post_logout_redirect_uris = list(wish.post_logout_redirect_uris)
        client.backchannel_logout_uri = f"{heard_at}{PATH}/backchannel-logout"


def _registrations(base: str) -> list[Registration]:
    public_key = ec.derive_private_key(PRIVATE_NUMBER, ec.SECP256R1()).public_key()
    jwks = {"keys": [dict(ECKey.import_key(public_key).as_dict(private=False))]}
    common: dict[str, Any] = {
        "redirect_uris": [f"{base}{PATH}/callback"],
        "post_logout_redirect_uris": [f"{base}{PATH}"],
        "scopes": tuple(SCOPES),
    }
    return [
        Registration(
            "sandbox-public",
            "Ứng dụng thử nghiệm",
            "Trial application",
            "corporation",
            "none",
            native=True,
            **common,
        ),
        Registration(
            "sandbox-basic",
            "Ngân hàng thử nghiệm",
            "Trial bank",
            "bank",
            "client_secret_basic",
            secret=SECRET,
            pairwise=True,
            **common,
        ),
        Registration(
            "sandbox-jwt",
            "Bộ thử nghiệm",
            "Trial ministry",
            "ministry",
            "private_key_jwt",
            jwks=jwks,
            par_only=True,
            id_token_alg="ES256",  # noqa: S106 - an algorithm
            **common,
        ),
    ]
