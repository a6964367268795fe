"""The page on which a person lets a client know something, or does not."""

from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError

from services.identity.oidc import asking, clients, consents, forms, pending, responses, scopes
from services.identity.oidc.deciding import decide, finish, single_claims
from services.identity.oidc.tables import AuthorizationRequest
from services.identity.tables import Account, Session
from services.identity.web import browsing
from services.identity.web.http import Answer, Request, redirect, with_parameters
from services.identity.web.rendering import page
from services.identity.web.site import Site

_OVER = "The request is over or too old."


def show(request: Request, site: Site) -> Answer:
    waiting = pending.find(request.arguments.get("request", ""), site.work)
    client = clients.find(waiting.client, site.work) if waiting else None
    if waiting is None or client is None:
        return responses.error_page(InvalidRequestError(_OVER), request, site, "consent")
    session = browsing.current(request, site)
    if session is None:
        return redirect(with_parameters("/account/sign-in", {"request": waiting.id}))
    language = pending.language(waiting, request.language)
    site.work.language = language
    asked, claims = _asked(waiting, client)
    return page(
        "oidc_consent.html",
        language,
        leads_to=(pending.origin(waiting.parameters["redirect_uri"]),),
        client=client.row.name_en if language == "en" else client.row.name,
        account=site.work.session.get_one(Account, session.account).name,
        allows=consents.words(asked, site.work),
        claims=[name for name in claims if name not in scopes.claims_of(asked)],
        request=waiting.id,
        token=forms.token(f"consent {waiting.id}", session, site),
    )


def answer(request: Request, site: Site) -> Answer:
    waiting = pending.find(request.form.get("request", ""), site.work)
    client = clients.find(waiting.client, site.work) if waiting else None
    if waiting is None or client is None:
        return responses.error_page(InvalidRequestError(_OVER), request, site, "consent")
    session = browsing.current(request, site)
    if session is None:
        return redirect(with_parameters("/account/sign-in", {"request": waiting.id}))
    if not forms.is_ours(request, f"consent {waiting.id}", session, site):
        error = InvalidRequestError("This form was not sent from our page.")
        return responses.error_page(error, request, site, "consent", waiting.client)
    if request.form.get("decision") != "allow":
        return finish(waiting, AccessDeniedError(), request, site)
    return _allowed(waiting, client, session, request, site)


def _allowed(
    waiting: AuthorizationRequest,
    client: clients.Registered,
    session: Session,
    request: Request,
    site: Site,
) -> Answer:
    asked, claims = _asked(waiting, client)
    # Held here, or it would be read from the database again.
    _given = consents.give(session.account, waiting.client, asked, claims, site.work)
    waiting.consented_by = session.id
    return decide(waiting, request, site, session)


def _asked(waiting: AuthorizationRequest, client: clients.Registered) -> tuple[list[str], list[str]]:
    allowed = client.get_allowed_scope(waiting.parameters.get("scope")) or ""
    return scopes.known(allowed), single_claims(asking.read(waiting.parameters), client.row.scopes)
