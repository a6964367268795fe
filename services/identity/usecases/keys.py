"""The keys access tokens are signed with."""

from sqlalchemy import select, text

from chassis.work import Work
from services.identity import key_schedule
from services.identity.events import TokenKeyPublished
from services.identity.tables import SigningKey
from services.identity.vault import Vault

_ONE_AT_A_TIME = text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")


def make_due_key(work: Work, vault: Vault) -> str | None:
    """Make and publish the first or the next key when it is time; its id, or None."""
    work.session.execute(_ONE_AT_A_TIME)
    known = work.session.scalars(select(SigningKey)).all()
    validity = key_schedule.next_key(known, work.clock.now())
    if validity is None:
        return None
    kid, public_jwk, sealed_key = vault.new_signing_key()
    key = SigningKey(
        kid=kid,
        public_jwk=public_jwk,
        sealed_key=sealed_key,
        not_before=validity.not_before,
        not_after=validity.not_after,
    )
    work.add(key)
    work.emit(
        TokenKeyPublished,
        subject=kid,
        data={
            "kid": kid,
            "public_jwk": public_jwk,
            "not_before": validity.not_before,
            "not_after": validity.not_after,
        },
    )
    return kid


def require_readable(work: Work, vault: Vault) -> None:
    """Fail now, and not at the first sign-in, when IDENTITY_SECRET is not the one keys were stored with."""
    for key in work.session.scalars(select(SigningKey)):
        vault.require_readable(key.sealed_key)
