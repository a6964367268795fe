"""From method and path to the handler of a carried request."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.errors import ServiceError
from chassis.schemas import Command
from services.identity.oidc.routes import ROUTES as OIDC
from services.identity.web import (
    account,
    assets,
    authenticators,
    failures,
    federation,
    languages,
    passkeys,
    passwords,
    recovery,
    signing_in,
    signing_up,
    stepping_up,
)
from services.identity.web.http import Answer, Request
from services.identity.web.site import Site

Handler = Callable[[Request, Site], Answer]
#: path -> method -> handler; GET answers HEAD as well.
Routes = Mapping[str, Mapping[str, Handler]]

ROUTES: Routes = {
    **assets.ROUTES,
    **signing_in.ROUTES,
    **signing_up.ROUTES,
    **federation.ROUTES,
    **recovery.ROUTES,
    **stepping_up.ROUTES,
    **account.ROUTES,
    **passwords.ROUTES,
    **authenticators.ROUTES,
    **passkeys.ROUTES,
    **OIDC,
}


def answer(command: Command, site: Site) -> dict[str, Any]:
    """The answer to a carried request, whatever was asked."""
    given = _answered(Request(command, site.work.language), site)
    return {"status": given.status, "headers": given.headers, "body": given.body}


def _answered(request: Request, site: Site) -> Answer:
    request.language = site.work.language = languages.settled(request, site)
    handlers = ROUTES.get(request.path)
    if handlers is None:
        return failures.not_found(request)
    handler = handlers.get("GET" if request.method == "HEAD" else request.method)
    if handler is None:
        return failures.method_not_allowed(request, handlers)
    try:
        return handler(request, site)
    except ServiceError as error:
        return failures.refused(request, error)
