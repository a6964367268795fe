"""Counting what is tried from one address; only a keyed digest of it is kept."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.identity import address_limits
from services.identity.address_limits import Limit, Seen
from services.identity.errors import TooManyFromAddress
from services.identity.tables import AddressTries
from services.identity.vault import Vault


def count_one(limit: Limit, address: str, factor: int, work: Work, vault: Vault, about: str = "") -> None:
    """Count a try before it is made, of all or `about` one identifier. Raises TooManyFromAddress."""
    now = work.clock.now()
    digest = vault.digest(f"address:{limit.name}:{address_limits.network(address)}:{about}")
    seen = address_limits.one_more(_locked(digest, work), limit, factor, now)
    work.session.execute(
        update(AddressTries).where(AddressTries.digest == digest).values(count=seen.count, since=seen.since)
    )
    # Kept whatever the try leads to, and nobody else from there waits for it.
    work.keep_so_far()
    pause = address_limits.wait(seen, limit, factor, now)
    if pause is not None:
        raise TooManyFromAddress(retry_after=max(1, pause // timedelta(seconds=1)))


def _locked(digest: str, work: Work) -> Seen:
    new = insert(AddressTries).values(digest=digest, count=0, since=work.clock.now())
    new_or_locked = new.on_conflict_do_update(
        index_elements=[AddressTries.digest], set_={"count": AddressTries.count}
    )
    count, since = work.session.execute(new_or_locked.returning(AddressTries.count, AddressTries.since)).one()
    return Seen(count, since)
