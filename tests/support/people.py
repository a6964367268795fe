"""People with access tokens such as the identity service issues."""

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import text

from chassis.caller import ACTIONS, ALL_PROCEDURES, Actor, Caller
from chassis.database import Sessions
from chassis.ids import new_id
from chassis.tokens import ALGORITHM, AUDIENCE, ISSUER


def citizen(name: str = "Nguyễn Thị Hoa", **more: str) -> Caller:
    return Caller(subject=new_id(), kind="citizen", name=name, acr="substantial", **more)


def official(agency: str, *roles: str, name: str = "Trần Văn Minh") -> Caller:
    return Caller(subject=new_id(), kind="official", name=name, agency=agency, roles=frozenset(roles))


def business(name: str = "Công ty Sao Mai") -> Caller:
    """Acted for by its representative: nobody signs in as a business."""
    return acting(Caller(subject=new_id(), kind="business", name=name, acr="substantial"), "representative")


def acting(
    owner: Caller,
    acts_as: str,
    procedures: Iterable[str] = (ALL_PROCEDURES,),
    actions: Iterable[str] = ACTIONS,
    name: str = "Trần Văn Nam",
    agency: str = "",
) -> Caller:
    """The owner, as somebody acts for them."""
    kind = "official" if acts_as == "helper" else "citizen"
    scope = frozenset(procedures), frozenset(actions)
    return replace(owner, actor=Actor(new_id(), kind, name, acts_as, new_id(), agency, *scope))


class Issuer:
    """Signs tokens with a key of its own that a service has been told of."""

    def __init__(self) -> None:
        self._kid = new_id()
        self._key = ECKey.generate_key("P-256", private=True)

    def introduce(self, sessions: Sessions) -> None:
        """As the event about the key would."""
        row = {
            "kid": self._kid,
            "jwk": json.dumps(self._key.as_dict(private=False)),
            "since": datetime.now(UTC) - timedelta(minutes=1),
        }
        with sessions.work() as work:
            work.session.execute(
                text(
                    "INSERT INTO token_keys (kid, public_jwk, not_before, sequence)"
                    " VALUES (:kid, CAST(:jwk AS jsonb), :since, 1)"
                ),
                row,
            )

    def token(self, caller: Caller) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": caller.subject,
            "knd": caller.kind,
            "nam": caller.name,
            "acr": caller.acr,
            "agc": caller.agency,
            "rol": sorted(caller.roles),
            "stp": {role: sorted(steps) for role, steps in caller.steps.items()},
            "sid": new_id(),
            "iat": now,
            "exp": now + 600,
        }
        if caller.actor is not None:
            claims |= _acting_claims(caller.actor)
        return jwt.encode({"alg": ALGORITHM, "kid": self._kid}, claims, self._key)


def _acting_claims(actor: Actor) -> dict[str, Any]:
    act = {
        "sub": actor.subject,
        "knd": actor.kind,
        "nam": actor.name,
        "as": actor.acts_as,
        "mnd": actor.mandate,
        "agc": actor.agency,
    }
    return {"act": act, "scp": {"prc": sorted(actor.procedures), "do": sorted(actor.actions)}}
