"""The local copy of the identity service's public keys, which every service keeps."""

import orjson
from sqlalchemy import text

from chassis import fields
from chassis.events import Consumed, Event
from chassis.work import Work


class TokenKeyPublished(Consumed):
    type = "vn.motcua.identity.token-key-published.v1"

    kid = fields.Text(required=True, max=80)
    public_jwk = fields.Map(required=True)
    not_before = fields.Moment(required=True)
    not_after = fields.Moment(allow_none=True, load_default=None)


_REMEMBER = text(
    """
    INSERT INTO token_keys (kid, public_jwk, not_before, not_after, sequence)
    VALUES (:kid, CAST(:jwk AS jsonb), :not_before, :not_after, :sequence)
    ON CONFLICT (kid) DO UPDATE
    SET not_after = excluded.not_after, not_before = excluded.not_before, sequence = excluded.sequence
    WHERE token_keys.sequence <= excluded.sequence
    """
)


def remember_key(event: Event, work: Work) -> None:
    work.session.execute(
        _REMEMBER,
        {
            "kid": event.kid,
            "jwk": orjson.dumps(event.public_jwk).decode(),
            "not_before": event.not_before,
            "not_after": event.not_after,
            "sequence": event.meta.sequence,
        },
    )
