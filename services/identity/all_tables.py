"""Every table of this service, whatever module declares it."""

from services.identity import audit
from services.identity.oidc import tables as oidc
from services.identity.tables import Base

__all__ = ["Base", "audit", "oidc"]
