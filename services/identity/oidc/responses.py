"""How an answer travels to a client through the person's browser, and what is shown when it must not."""

from authlib.oauth2.rfc6749 import OAuth2Error

from services.identity import audit, metrics
from services.identity.oidc import pending
from services.identity.oidc.server import failed
from services.identity.web.http import Answer, Request, redirect, with_parameters
from services.identity.web.rendering import page
from services.identity.web.site import Site


def to_client(parameters: dict[str, str], answer: dict[str, str], request: Request, site: Site) -> Answer:
    """The answer with `state` and `iss`, in the query or as a form that the browser posts."""
    state = {"state": parameters["state"]} if "state" in parameters else {}
    fields = answer | state | {"iss": site.issuer}
    address = parameters["redirect_uri"]
    if parameters.get("response_mode") != "form_post":
        return redirect(with_parameters(address, fields))
    return page(
        "oidc_form_post.html",
        request.language,
        leads_to=(pending.origin(address),),
        address=address,
        fields=fields,
    )


def error_to_client(parameters: dict[str, str], error: OAuth2Error, request: Request, site: Site) -> Answer:
    _note(error, parameters.get("client_id"), request, site)
    return to_client(parameters, failed(error), request, site)


def error_page(
    error: OAuth2Error, request: Request, site: Site, what: str = "authorize", client: str | None = None
) -> Answer:
    """For the person alone: where it would be sent on to cannot be trusted."""
    _note(error, client, request, site, what)
    said = failed(error)
    return page(
        "oidc_error.html",
        request.language,
        status=400,
        code=said["error"],
        description=said.get("error_description", ""),
    )


def _note(
    error: OAuth2Error, client: str | None, request: Request, site: Site, what: str = "authorize"
) -> None:
    metrics.AUTHORIZATIONS.labels(str(error.error)).inc()
    audit.record(site.work, what, str(error.error), client=client, address=request.address, vault=site.vault)
