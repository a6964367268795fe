"""What happens by itself: key rotation and forgetting what is over."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, select, tuple_

from chassis.database import Sessions
from services.identity import lockout, one_time_codes, token_lifetimes
from services.identity.oidc import forgetting
from services.identity.tables import (
    AddressTries,
    Ceremony,
    Device,
    HelpCode,
    OneTimeCode,
    RefreshToken,
    Session,
    SigningKey,
    SignInTries,
)
from services.identity.usecases import keys
from services.identity.vault import Vault

#: Ended sessions stay for a while, to answer questions about who was signed in.
KEEP_SESSIONS = timedelta(days=30)
#: Far longer than they are good for.
KEEP_CODES = timedelta(days=1)
#: A browser not used for this long is no longer taken for its owner's.
KEEP_DEVICES = timedelta(days=365)
BATCH = 1_000


def rotate_keys(database: Sessions, vault: Vault) -> None:
    with database.work() as work:
        keys.make_due_key(work, vault)
        keys.make_due_provider_keys(work, vault)


def forget_what_is_over(database: Sessions) -> None:
    """In small batches, each its own transaction: however much there is, no statement takes long."""
    now = database.clock.now()
    everything: tuple[tuple[type[Any], ColumnElement[bool]], ...] = (
        (RefreshToken, RefreshToken.expires_at < now - token_lifetimes.SESSION),
        (Session, Session.ends_at < now - KEEP_SESSIONS),
        (SignInTries, SignInTries.last_at < now - lockout.WINDOW),
        (AddressTries, AddressTries.since < now - lockout.WINDOW),
        (Ceremony, Ceremony.expires_at < now),
        (Device, Device.last_seen_at < now - KEEP_DEVICES),
        (SigningKey, SigningKey.not_after < now),
        (HelpCode, HelpCode.issued_at < now - KEEP_CODES),
        (OneTimeCode, OneTimeCode.made_at < now - one_time_codes.WINDOW),
        *forgetting.over(now),
    )
    for table, is_over in everything:
        while _forget_batch(database, table, is_over) == BATCH:
            pass


def _forget_batch(database: Sessions, table: type[Any], is_over: ColumnElement[bool]) -> int:
    key = inspect(table).primary_key
    some = select(*key).where(is_over).limit(BATCH)
    with database.work() as work:
        forgotten = work.session.execute(delete(table).where(tuple_(*key).in_(some)))
    return int(getattr(forgotten, "rowcount", 0))
