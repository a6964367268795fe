"""The session of a browser: a cookie with a random value, of which only the digest is kept."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select

from chassis.ids import new_id
from chassis.work import Work
from services.identity import token_lifetimes
from services.identity.tables import Session
from services.identity.web.http import Answer, Request
from services.identity.web.site import Site

#: How exactly its last use is kept; noting each would make every page a write.
_NOTED = timedelta(seconds=30)


def cookie_name(site: Site) -> str:
    # The prefix has browsers refuse the cookie from anybody but this very host, over TLS.
    return "__Host-motcua" if site.settings.secure else "motcua"


def current(request: Request, site: Site) -> Session | None:
    """The session of this browser, unless there is none or it was left alone too long."""
    value = request.cookies.get(cookie_name(site))
    if not value:
        return None
    now = site.work.clock.now()
    session = site.work.session.scalars(
        select(Session).where(
            Session.cookie_digest == _digest(value),
            Session.ended_at.is_(None),
            Session.ends_at > now,
            Session.last_used_at > now - token_lifetimes.IDLE,
        )
    ).one_or_none()
    if session is not None and now - session.last_used_at > _NOTED:
        session.last_used_at = now
    return session


def start(
    account: str,
    acr: str,
    amr: list[str],
    work: Work,
    device: str | None = None,
    device_id: str | None = None,
) -> tuple[Session, str]:
    """A new session and the value of its cookie."""
    now, value = work.clock.now(), secrets.token_urlsafe(32)
    session = Session(
        id=new_id(),
        account=account,
        acr=acr,
        amr=amr,
        signed_in_at=now,
        authenticated_at=now,
        last_used_at=now,
        ends_at=token_lifetimes.session_ends(now),
        cookie_digest=_digest(value),
        device=device,
        device_id=device_id,
    )
    work.add(session)
    work.session.flush()
    return session, value


def lift(session: Session, acr: str, amr: list[str], work: Work) -> str:
    """The same session, proven anew: the value of its new cookie; the one before counts no longer."""
    now, value = work.clock.now(), secrets.token_urlsafe(32)
    session.acr, session.amr = acr, amr
    session.authenticated_at = session.last_used_at = now
    session.cookie_digest = _digest(value)
    return value


def remember(answer: Answer, value: str, site: Site) -> Answer:
    """The answer with the cookie; without a date it is gone when the browser is closed."""
    return answer.with_header("set-cookie", f"{cookie_name(site)}={value}; {_attributes(site)}")


def forget(answer: Answer, site: Site) -> Answer:
    return answer.with_header("set-cookie", f"{cookie_name(site)}=; Max-Age=0; {_attributes(site)}")


def _attributes(site: Site) -> str:
    return "Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if site.settings.secure else "")


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
