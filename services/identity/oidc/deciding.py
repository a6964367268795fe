"""What comes next for an authorization request: the person proves it, agrees, or the client gets its answer."""

from datetime import timedelta
from typing import Any, NoReturn

from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidClientError, OAuth2Error
from authlib.oidc.core.errors import ConsentRequiredError, InteractionRequiredError, LoginRequiredError

from chassis.ids import new_id
from services.identity import audit, metrics
from services.identity.oidc import asking, clients, consents, keyring, responses, scopes, subjects, tokens
from services.identity.oidc.asking import Wishes
from services.identity.oidc.backchannel import expect_logout
from services.identity.oidc.levels import reaches
from services.identity.oidc.server import ProtocolRequest, Server
from services.identity.oidc.tables import AuthorizationRequest, ClientGrant
from services.identity.tables import Account, Session
from services.identity.web import browsing
from services.identity.web.http import Answer, Request, redirect, with_parameters
from services.identity.web.site import Site

CODE_LIVES = timedelta(seconds=60)


class _PageNeeded(Exception):
    """The person has to see this page first."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def decide(
    waiting: AuthorizationRequest, request: Request, site: Site, session: Session | None = None
) -> Answer:
    """Goes on with a checked request as far as it can without the person; with the session, where it is known."""
    parameters = waiting.parameters
    client = clients.find(waiting.client, site.work)
    if client is None or not client.check_redirect_uri(parameters["redirect_uri"]):
        # Registered otherwise since it was asked: its address is not to be trusted any more.
        error = InvalidClientError("There is no such client any more.")
        return responses.error_page(error, request, site, client=waiting.client)
    try:
        protocol = Server(site).get_consent_grant(ProtocolRequest("GET", parameters))
        wishes = asking.read(parameters)
        found = session or browsing.current(request, site)
        session, account = _signed_in(waiting, wishes, protocol, found, site)
        answer = _agreed(waiting, wishes, protocol, session, account, site)
    except _PageNeeded as needed:
        return redirect(with_parameters(needed.path, {"request": waiting.id}))
    except OAuth2Error as error:
        return finish(waiting, error, request, site)
    audit.record(
        site.work,
        "authorize",
        "ok",
        client=waiting.client,
        account=account.id,
        address=request.address,
        vault=site.vault,
    )
    metrics.AUTHORIZATIONS.labels("ok").inc()
    site.work.session.delete(waiting)
    return responses.to_client(parameters, answer, request, site)


def finish(waiting: AuthorizationRequest, error: OAuth2Error, request: Request, site: Site) -> Answer:
    """The request ends with an error, told to its client."""
    site.work.session.delete(waiting)
    return responses.error_to_client(waiting.parameters, error, request, site)


def _signed_in(
    waiting: AuthorizationRequest, wishes: Wishes, grant: Any, session: Session | None, site: Site
) -> tuple[Session, Account]:
    account = site.work.get(Account, session.account) if session else None
    if session is None or account is None or not _is_fresh(session, waiting, wishes, site):
        _need("/account/sign-in", LoginRequiredError(), wishes)
    row = grant.client.row
    if account.kind == "official" and not row.officials:
        raise AccessDeniedError("This client is not for accounts of officials.")
    expected = _expected_subject(waiting, wishes, site)
    if expected is not None and expected != subjects.of(account, row, site.vault):
        if session.authenticated_at > waiting.created_at:
            raise AccessDeniedError("Somebody else than expected has signed in.")
        _need("/account/sign-in", LoginRequiredError(), wishes)
    _require_assurance(session, waiting, wishes)
    return session, account


def _is_fresh(session: Session, waiting: AuthorizationRequest, wishes: Wishes, site: Site) -> bool:
    if session.authenticated_at > waiting.created_at:
        return True
    if wishes.prompts & {"login", "select_account"}:
        return False
    age = (site.work.clock.now() - session.authenticated_at).total_seconds()
    return wishes.max_age is None or (wishes.max_age > 0 and age <= wishes.max_age)


def _expected_subject(waiting: AuthorizationRequest, wishes: Wishes, site: Site) -> str | None:
    hint = waiting.parameters.get("id_token_hint")
    claims = keyring.read(hint, site.work) if hint else None
    return str(claims["sub"]) if claims and "sub" in claims else wishes.subject


def _require_assurance(session: Session, waiting: AuthorizationRequest, wishes: Wishes) -> None:
    if wishes.acr is None or reaches(session.acr, wishes.acr):
        return
    # A wish is put to the person once; what is essential, until it is reached or given up.
    if not wishes.acr_essential and (waiting.stepped_up or wishes.silent):
        return
    if wishes.silent:
        raise InteractionRequiredError
    waiting.stepped_up = True
    raise _PageNeeded("/account/step-up")


def _agreed(
    waiting: AuthorizationRequest, wishes: Wishes, grant: Any, session: Session, account: Account, site: Site
) -> dict[str, str]:
    asked = scopes.known(grant.request.scope)
    claims = single_claims(wishes, grant.client.row.scopes)
    anew = "consent" in wishes.prompts and waiting.consented_by != session.id
    if anew or consents.missing(account.id, waiting.client, asked, claims, site.work):
        _need("/account/consent", ConsentRequiredError(), wishes)
    grant.request.grant = _new_grant(waiting, wishes, asked, session, account, site)
    expect_logout(grant.client.row, session, site.work)
    answer: dict[str, str] = grant.create_authorization_response(grant.redirect_uri, account)
    return answer


def single_claims(wishes: Wishes, registered: list[str]) -> list[str]:
    """The claims asked for one by one that the client may have at all."""
    names = {name for place in wishes.claims.values() for name in place}
    return sorted(name for name in names if scopes.SCOPE_OF[name] in registered)


def _new_grant(
    waiting: AuthorizationRequest,
    wishes: Wishes,
    asked: list[str],
    session: Session,
    account: Account,
    site: Site,
) -> ClientGrant:
    now, offline = site.work.clock.now(), scopes.OFFLINE in asked
    return ClientGrant(
        id=new_id(),
        client=waiting.client,
        account=account.id,
        session=session.id,
        created_at=now,
        code_expires_at=now + CODE_LIVES,
        code_challenge=waiting.parameters["code_challenge"],
        redirect_uri=waiting.parameters["redirect_uri"],
        nonce=waiting.parameters.get("nonce"),
        scopes=asked,
        claims=wishes.claims,
        acr=session.acr,
        amr=session.amr,
        authenticated_at=session.authenticated_at,
        offline=offline,
        ends_at=now + tokens.OFFLINE if offline else session.ends_at,
    )


def _need(path: str, silent_error: OAuth2Error, wishes: Wishes) -> NoReturn:
    if wishes.silent:
        raise silent_error
    raise _PageNeeded(path)
