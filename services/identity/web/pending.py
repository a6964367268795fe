"""The request of another organisation that a sign-in is for."""

from chassis.work import Work
from services.identity.oidc import pending
from services.identity.oidc.pending import Summary


def summary(request_id: str, work: Work) -> Summary | None:
    """What a page says and shows for this request; None when there is none any more."""
    return pending.summary(request_id, work)
