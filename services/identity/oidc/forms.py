"""Forms of ours that change something: only our own pages may send them."""

import hmac

from services.identity.tables import Session
from services.identity.web.http import Request
from services.identity.web.site import Site


def token(purpose: str, session: Session, site: Site) -> str:
    """What only a page made for this session and purpose has."""
    return site.vault.digest(f"form {purpose} {session.id}")


def is_ours(request: Request, purpose: str, session: Session, site: Site) -> bool:
    if request.header("sec-fetch-site") not in ("", "same-origin", "none"):
        return False
    return hmac.compare_digest(request.form.get("token", "").encode(), token(purpose, session, site).encode())
