"""What of the provider's tables is over, and when it may go."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from services.identity import audit
from services.identity.oidc.tables import (
    AuthorizationRequest,
    ClientAssertion,
    ClientGrant,
    ClientToken,
)

#: A used code or refresh token is known again for so long after its grant could have ended.
_KEEP_GRANTS = timedelta(days=1)
_SLACK = timedelta(hours=1)


def over(now: datetime) -> tuple[tuple[type[Any], ColumnElement[bool]], ...]:
    """Pairs of a table and what is over in it; ended sessions take their notices of logout along."""
    return (
        (AuthorizationRequest, AuthorizationRequest.expires_at < now),
        (ClientAssertion, ClientAssertion.expires_at < now - _SLACK),
        (ClientToken, (ClientToken.kind == "access") & (ClientToken.expires_at < now - _SLACK)),
        (ClientGrant, ClientGrant.ends_at < now - _KEEP_GRANTS),
        (audit.AuditEntry, audit.AuditEntry.at < now - audit.KEPT - _SLACK),
    )
