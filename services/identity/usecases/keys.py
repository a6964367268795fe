"""The keys tokens are signed with: our own services' access tokens, and ID tokens of other organisations."""

from collections.abc import Sequence

from sqlalchemy import select, text

from chassis.tokens import ALGORITHM
from chassis.work import Work
from services.identity import key_schedule
from services.identity.events import TokenKeyPublished
from services.identity.tables import SigningKey
from services.identity.vault import Vault

_ONE_AT_A_TIME = text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")


#: Every OpenID client can read the first; the second is for those that registered for it.
PROVIDER_ALGORITHMS = ("RS256", "ES256")


def make_due_key(work: Work, vault: Vault) -> str | None:
    """Make and publish the platform's first or next key when it is time; its id, or None."""
    work.session.execute(_ONE_AT_A_TIME)
    key = _make_due(alive("platform", work), ALGORITHM, work, vault)
    if key is None:
        return None
    data = {name: getattr(key, name) for name in ("kid", "public_jwk", "not_before", "not_after")}
    work.emit(TokenKeyPublished, subject=key.kid, data=data)
    return key.kid


def make_due_provider_keys(work: Work, vault: Vault) -> list[str]:
    """The same for the keys of the OpenID Provider, which nobody but its clients needs; their ids."""
    work.session.execute(_ONE_AT_A_TIME)
    made = [
        _make_due(alive("provider", work, algorithm), algorithm, work, vault, purpose="provider")
        for algorithm in PROVIDER_ALGORITHMS
    ]
    return [key.kid for key in made if key is not None]


def alive(purpose: str, work: Work, algorithm: str | None = None) -> Sequence[SigningKey]:
    """The keys whose signatures count, and those that will sign next."""
    wanted = select(SigningKey).where(SigningKey.purpose == purpose, SigningKey.not_after > work.clock.now())
    if algorithm:
        wanted = wanted.where(SigningKey.public_jwk["alg"].astext == algorithm)
    return work.session.scalars(wanted.order_by(SigningKey.not_before)).all()


def _make_due(
    known: Sequence[SigningKey], algorithm: str, work: Work, vault: Vault, purpose: str = "platform"
) -> SigningKey | None:
    validity = key_schedule.next_key(known, work.clock.now())
    if validity is None:
        return None
    kid, public_jwk, sealed_key = vault.new_signing_key(algorithm)
    key = SigningKey(
        kid=kid,
        purpose=purpose,
        public_jwk=public_jwk,
        sealed_key=sealed_key,
        not_before=validity.not_before,
        not_after=validity.not_after,
    )
    work.add(key)
    return key


def require_readable(work: Work, vault: Vault) -> None:
    """Fail now, and not at the first sign-in, when IDENTITY_SECRET is not the one keys were stored with."""
    for key in work.session.scalars(select(SigningKey)):
        vault.require_readable(key.sealed_key)
