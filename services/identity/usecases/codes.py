"""Sending one-time codes and checking them. Both keep what they count, whatever comes after: not with a key."""

from datetime import timedelta

from sqlalchemy import select, text

from chassis.ids import new_id
from chassis.texts import Language
from chassis.work import Work
from services.identity import messages, metrics, one_time_codes
from services.identity.errors import TooManyCodes, WrongCode
from services.identity.messages import Contact
from services.identity.one_time_codes import Code
from services.identity.tables import OneTimeCode
from services.identity.vault import Vault

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:holder, 1))")


def send(
    holder: str, purpose: str, to: Contact | None, work: Work, vault: Vault, language: Language = "vi"
) -> None:
    """Send a fresh code; it replaces the one before. Raises TooManyCodes.

    `to` may be None, so that somebody who does not exist is counted and answered as one who does.
    """
    now = work.clock.now()
    work.session.execute(_ONE_AT_A_TIME, {"holder": holder})
    since = now - one_time_codes.WINDOW
    made = select(OneTimeCode.made_at).where(OneTimeCode.holder == holder, OneTimeCode.made_at > since)
    later = one_time_codes.next_allowed(work.session.scalars(made).all(), now)
    if later is not None:
        metrics.CODES.labels(purpose, "too-many").inc()
        raise TooManyCodes(retry_after=max(1, (later - now) // timedelta(seconds=1)))
    code, key = one_time_codes.new(), new_id()
    digest = _digest(key, purpose, code, vault)
    work.add(OneTimeCode(id=key, holder=holder, purpose=purpose, digest=digest, made_at=now))
    work.session.flush()
    if to is not None:
        messages.queue_code(to, code, work, language)
    metrics.CODES.labels(purpose, "sent").inc()


def check(holder: str, purpose: str, code: str, work: Work, vault: Vault) -> None:
    """Use the code up. Raises WrongCode."""
    now = work.clock.now()
    work.session.execute(_ONE_AT_A_TIME, {"holder": holder})
    newest = select(OneTimeCode).where(OneTimeCode.holder == holder, OneTimeCode.purpose == purpose)
    newest = newest.order_by(OneTimeCode.made_at.desc(), OneTimeCode.id.desc()).limit(1).with_for_update()
    kept = work.session.scalars(newest).one_or_none()
    usable = kept is not None and one_time_codes.may_be_tried(
        Code(kept.made_at, kept.tries, kept.used_at), now
    )
    right = usable and _fits(kept, purpose, code, vault)
    if kept is not None and usable:
        kept.tries += 1
        kept.used_at = now if right else None
    # A wrong try stays counted, and a right one used, whatever becomes of the request.
    work.keep_so_far()
    metrics.CODES.labels(purpose, "right" if right else "wrong").inc()
    if not right:
        raise WrongCode


def _fits(kept: OneTimeCode | None, purpose: str, code: str, vault: Vault) -> bool:
    return kept is not None and vault.same(
        kept.digest, _digest(kept.id, purpose, one_time_codes.typed(code), vault)
    )


def _digest(key: str, purpose: str, code: str, vault: Vault) -> str:
    return vault.digest(f"code {key} {purpose} {code}")
