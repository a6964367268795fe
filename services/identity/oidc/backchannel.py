"""Telling clients that a session of theirs has ended (OpenID Connect Back-Channel Logout 1.0)."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import requests
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.database import Sessions
from chassis.ids import new_id
from chassis.work import Work
from services.identity import metrics
from services.identity.oidc import keyring, subjects
from services.identity.oidc.tables import Client, LogoutNotice
from services.identity.settings import IdentitySettings
from services.identity.tables import Account, Session
from services.identity.vault import Vault

_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_TOKEN_LIVES = timedelta(minutes=2)
_AT_ONCE = 50
#: Within this time a session that ended early is noticed; others are told at the end of their time.
_LOOKS_BACK = timedelta(minutes=30)
#: After each failure; then nobody is told any more.
_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 60, 240))
_CONNECT_SECONDS, _READ_SECONDS = 3, 5

#: (address, logout token) -> whether the client took it.
Send = Callable[[str, str], bool]


class _Due(NamedTuple):
    session: str
    client: str
    uri: str
    token: str
    attempts: int


def expect_logout(client: Client, session: Session, work: Work) -> None:
    """Note that this client is to be told when the session ends."""
    if client.backchannel_logout_uri is None:
        return
    statement = insert(LogoutNotice).values(
        session=session.id, client=client.id, next_at=session.ends_at, attempts=0
    )
    work.session.execute(statement.on_conflict_do_nothing())


def post(uri: str, logout_token: str) -> bool:
    """One request, bounded in time; what is answered beyond the status is not read."""
    try:
        with requests.post(
            uri,
            data={"logout_token": logout_token},
            timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code in (200, 204)
    except requests.RequestException:
        return False


def tell(database: Sessions, vault: Vault, settings: IdentitySettings, send: Send = post) -> int:
    """Send what is due, outside of any transaction; how many were told."""
    with database.work() as work:
        _wake(work)
    told, failing = 0, set[str]()
    while due := _take(database, vault, settings):
        for notice in due:
            # A client that does not answer must not keep the others waiting.
            took = notice.client not in failing and send(notice.uri, notice.token)
            told += took
            if not took:
                failing.add(notice.client)
            with database.work() as work:
                _note(notice, took, work)
    return told


def _wake(work: Work) -> None:
    """Sessions that ended before their time."""
    now = work.clock.now()
    ended = select(Session.id).where(Session.ended_at > now - _LOOKS_BACK)
    work.session.execute(
        update(LogoutNotice)
        .where(
            LogoutNotice.session.in_(ended),
            LogoutNotice.done_at.is_(None),
            LogoutNotice.attempts == 0,
            LogoutNotice.next_at > now,
        )
        .values(next_at=now)
    )


def _take(database: Sessions, vault: Vault, settings: IdentitySettings) -> list[_Due]:
    with database.work() as work:
        now = work.clock.now()
        rows = work.session.execute(
            select(LogoutNotice, Client, Account)
            .join(Client, Client.id == LogoutNotice.client)
            .join(Session, Session.id == LogoutNotice.session)
            .join(Account, Account.id == Session.account)
            .where(LogoutNotice.done_at.is_(None), LogoutNotice.next_at <= now)
            .order_by(LogoutNotice.next_at)
            .limit(_AT_ONCE)
        ).all()
        due = []
        for notice, client, account in rows:
            if client.backchannel_logout_uri is None or client.disabled_at is not None:
                notice.done_at, notice.outcome = now, "client-gone"
                continue
            token = logout_token(notice, client, account, work, vault, settings)
            uri = client.backchannel_logout_uri
            due.append(_Due(notice.session, notice.client, uri, token, notice.attempts))
    return due


def logout_token(
    notice: LogoutNotice,
    client: Client,
    account: Account,
    work: Work,
    vault: Vault,
    settings: IdentitySettings,
) -> str:
    now = work.clock.now()
    said = {
        "iss": settings.issuer,
        "sub": subjects.of(account, client, vault),
        "aud": client.id,
        "iat": int(now.timestamp()),
        "exp": int((now + _TOKEN_LIVES).timestamp()),
        "jti": new_id(),
        "sid": subjects.session_id(notice.session, client.id, vault),
        "events": {_EVENT: {}},
    }
    return keyring.sign(said, client.id_token_alg, work, vault, typ="logout+jwt")


def _note(told: _Due, took: bool, work: Work) -> None:
    notice = work.get(LogoutNotice, (told.session, told.client), lock=True)
    if notice is None or notice.done_at is not None:
        return
    now = work.clock.now()
    notice.attempts += 1
    if took:
        notice.done_at, notice.outcome = now, "told"
    elif notice.attempts > len(_AGAIN):
        notice.done_at, notice.outcome = now, "gave-up"
    else:
        notice.next_at = now + _AGAIN[notice.attempts - 1]
    metrics.LOGOUT_NOTICES.labels(notice.outcome or "again").inc()
