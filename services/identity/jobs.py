"""What happens by itself: key rotation and forgetting what is over."""

from datetime import timedelta

from sqlalchemy import delete

from chassis.database import Sessions
from services.identity import lockout, token_lifetimes
from services.identity.tables import RefreshToken, Session, SigningKey, SignInTries
from services.identity.usecases import keys
from services.identity.vault import Vault

#: Ended sessions stay for a while, to answer questions about who was signed in.
KEEP_SESSIONS = timedelta(days=30)


def rotate_keys(database: Sessions, vault: Vault) -> None:
    with database.work() as work:
        keys.make_due_key(work, vault)


def forget_what_is_over(database: Sessions) -> None:
    with database.work() as work:
        now = work.clock.now()
        for statement in (
            delete(RefreshToken).where(RefreshToken.expires_at < now - token_lifetimes.SESSION),
            delete(Session).where(Session.ends_at < now - KEEP_SESSIONS),
            delete(SignInTries).where(SignInTries.last_at < now - lockout.WINDOW),
            delete(SigningKey).where(SigningKey.not_after < now),
        ):
            work.session.execute(statement)
