"""What people let other organisations know: given, shown, widened, taken back."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.schemas import Command
from chassis.work import Work
from services.identity import audit
from services.identity.oidc import scopes, tokens
from services.identity.oidc.tables import Client, Consent


def missing(account: str, client: str, asked: Collection[str], claims: Collection[str], work: Work) -> bool:
    """Whether the person has not yet agreed to all of this."""
    consent = work.get(Consent, (account, client))
    if consent is None or consent.withdrawn_at is not None:
        return True
    if not set(asked) <= set(consent.scopes):
        return True
    return not set(claims) <= set(consent.claims) | scopes.claims_of(consent.scopes)


def give(account: str, client: str, asked: Collection[str], claims: Collection[str], work: Work) -> Consent:
    """Record that the person agreed; what was agreed before stays agreed, unless it was taken back."""
    consent = _own_row(account, client, work)
    if consent.withdrawn_at is not None:
        consent.scopes, consent.claims = [], []
    consent.scopes = sorted({*consent.scopes, *asked})
    consent.claims = sorted({*consent.claims, *claims})
    consent.version += 1
    consent.given_at, consent.withdrawn_at = work.clock.now(), None
    audit.record(work, "consent-given", "ok", client=client, account=account)
    return consent


def _own_row(account: str, client: str, work: Work) -> Consent:
    """Held until the commit, and made first where there is none: two pages may agree at the same moment."""
    first = {"scopes": [], "claims": [], "version": 0, "given_at": work.clock.now()}
    new = insert(Consent).values(account=account, client=client, **first)
    work.session.execute(new.on_conflict_do_nothing())
    return work.session.get_one(
        Consent, (account, client), with_for_update={"key_share": True}, populate_existing=True
    )


def of(account: str, work: Work) -> list[dict[str, Any]]:
    """The consents that hold, the newest first."""
    wanted = (
        select(Consent, Client)
        .join(Client, Client.id == Consent.client)
        .where(Consent.account == account, Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at.desc(), Consent.client)
    )
    return [_view(consent, client, work) for consent, client in work.session.execute(wanted)]


def revoke(account: str, client: str, work: Work) -> bool:
    """Take a consent back: every token of it ends at once. False when there was none."""
    consent = work.get(Consent, (account, client), lock=True)
    if consent is None or consent.withdrawn_at is not None:
        return False
    consent.withdrawn_at = work.clock.now()
    tokens.end_all(client, "consent-withdrawn", work, account)
    audit.record(work, "consent-withdrawn", "ok", client=client, account=account)
    return True


def withdraw(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The same for a signed-in caller. Raises NotFound when there was none."""
    caller.authorise(owner=caller.subject)
    known = command.client if command.client.isprintable() else ""
    if not revoke(caller.subject, known, work):
        raise NotFound
    return {}


def _view(consent: Consent, client: Client, work: Work) -> dict[str, Any]:
    return {
        "client": client.id,
        "name": client.name_en if work.language == "en" else client.name,
        "kind": client.kind,
        "scopes": consent.scopes,
        "claims": consent.claims,
        "allows": words(consent.scopes, work),
        "given_at": consent.given_at,
        "version": consent.version,
    }


def words(asked: Collection[str], work: Work) -> list[str]:
    """What scopes mean, in the reader's language."""
    return [scope.says.render(work.language) for name, scope in scopes.SCOPES.items() if name in asked]
