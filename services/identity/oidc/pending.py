"""Authorization requests that wait: for their person, or, pushed, for their client to send the person."""

import re
import secrets
from datetime import timedelta
from typing import TypedDict
from urllib.parse import urlsplit

from chassis.texts import Language
from chassis.work import Work
from services.identity.oidc import asking
from services.identity.oidc.tables import AuthorizationRequest, Client

#: Time to sign in, or even to sign up first.
WAITS = timedelta(minutes=30)
PUSHED_WAITS = timedelta(seconds=90)
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
URN = "urn:ietf:params:oauth:request_uri:"


class Summary(TypedDict):
    """What the pages on the way need to know."""

    client_id: str
    client_name: str
    login_hint: str
    ui_locales: str
    #: The assurance that is wanted, if any.
    acr: str | None
    #: Whether who is signed in must prove it again.
    reauthenticate: bool
    #: Where a form's answer may lead in the end, for the page's content security policy.
    leads_to: tuple[str, ...]


def keep(parameters: dict[str, str], work: Work, *, pushed: bool = False) -> AuthorizationRequest:
    now = work.clock.now()
    request = AuthorizationRequest(
        id=secrets.token_urlsafe(32),
        client=parameters["client_id"],
        parameters=parameters,
        pushed=pushed,
        created_at=now,
        expires_at=now + (PUSHED_WAITS if pushed else WAITS),
        stepped_up=False,
    )
    work.add(request)
    work.session.flush()
    return request


def find(request_id: str, work: Work) -> AuthorizationRequest | None:
    """The request that waits for its person, unless it is done or too old."""
    request = _find(request_id, work)
    return None if request is None or request.pushed else request


def take_pushed(request_uri: str, client_id: str | None, work: Work) -> AuthorizationRequest | None:
    """A pushed request, once and only for its own client; from now on it waits for its person."""
    request = _find(request_uri.removeprefix(URN), work)
    if request is None or not request.pushed or request.client != client_id:
        return None
    request.pushed = False
    request.created_at = work.clock.now()
    request.expires_at = request.created_at + WAITS
    return request


def _find(request_id: str, work: Work) -> AuthorizationRequest | None:
    if not _ID.fullmatch(request_id):
        return None
    request = work.get(AuthorizationRequest, request_id, lock=True)
    return None if request is None or request.expires_at <= work.clock.now() else request


def summary(request_id: str, work: Work) -> Summary | None:
    """What a page says and shows for this request; None when there is none any more."""
    request = find(request_id, work)
    client = work.get(Client, request.client) if request else None
    if request is None or client is None or client.disabled_at is not None:
        return None
    wishes = asking.read(request.parameters)
    return Summary(
        client_id=client.id,
        client_name=client.name_en if work.language == "en" else client.name,
        login_hint=request.parameters.get("login_hint", ""),
        ui_locales=request.parameters.get("ui_locales", ""),
        acr=wishes.acr,
        reauthenticate=bool(wishes.prompts & {"login", "select_account"}) or wishes.max_age is not None,
        leads_to=(origin(request.parameters["redirect_uri"]),),
    )


def origin(uri: str) -> str:
    """As a content security policy names where an address lies."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"


def language(request: AuthorizationRequest, otherwise: Language) -> Language:
    """The first language of `ui_locales` that we speak."""
    for locale in request.parameters.get("ui_locales", "").split():
        spoken = locale.partition("-")[0].lower()
        if spoken == "vi":
            return "vi"
        if spoken == "en":
            return "en"
    return otherwise
