"""What the owner of an account allowed other organisations to learn."""

from typing import Any

from chassis.work import Work
from services.identity.oidc import consents


def of(account: str, work: Work) -> list[dict[str, Any]]:
    """[{client, name, allows, given_at}] of consents in force; `allows` in the reader's words."""
    return consents.of(account, work)


def revoke(account: str, client: str, work: Work) -> bool:
    """From now on the organisation learns nothing more. False when there was no such consent."""
    return consents.revoke(account, client, work)
