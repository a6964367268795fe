"""People with access tokens such as the identity service issues."""

import json
import time
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import text

from chassis.caller import Caller
from chassis.database import Sessions
from chassis.ids import new_id
from chassis.tokens import ALGORITHM, AUDIENCE, ISSUER


def citizen(name: str = "Nguyễn Thị Hoa", **more: str) -> Caller:
    return Caller(subject=new_id(), kind="citizen", name=name, acr="substantial", **more)


def official(agency: str, *roles: str, name: str = "Trần Văn Minh") -> Caller:
    return Caller(subject=new_id(), kind="official", name=name, agency=agency, roles=frozenset(roles))


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
        claims = {
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
        return jwt.encode({"alg": ALGORITHM, "kid": self._kid}, claims, self._key)
