"""Signing in with the state's electronic identity (VNeID), where it is set up."""

from collections.abc import Callable

from services.identity.web.http import Answer, Request
from services.identity.web.site import Site


def configured(site: Site) -> bool:
    """Whether the button is shown."""
    return False


ROUTES: dict[str, dict[str, Callable[[Request, Site], Answer]]] = {}
