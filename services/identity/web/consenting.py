"""What the owner of an account allowed other organisations to learn."""

from typing import Any

from chassis.work import Work


def of(account: str, work: Work) -> list[dict[str, Any]]:
    """[{client, client_name, scopes, given_at}] of consents in force."""
    return []


def revoke(account: str, client: str, work: Work) -> None:
    """From now on the organisation learns nothing more."""
