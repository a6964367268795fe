"""What an authorization request asks for beyond RFC 6749: OpenID Connect's own parameters."""

from dataclasses import dataclass
from typing import Any

import orjson
from authlib.oauth2.rfc6749 import InvalidRequestError

from services.identity.oidc import scopes
from services.identity.oidc.levels import weakest

#: All that is kept of a request; anything else is ignored, as the specification wants it.
KNOWN = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "response_mode",
    "display",
    "prompt",
    "max_age",
    "ui_locales",
    "claims_locales",
    "id_token_hint",
    "login_hint",
    "acr_values",
    "claims",
    "code_challenge",
    "code_challenge_method",
)
PROMPTS = ("none", "login", "consent", "select_account")
RESPONSE_MODES = ("query", "form_post")
_MAX_NONCE = 512


@dataclass(frozen=True, slots=True)
class Wishes:
    prompts: frozenset[str]
    max_age: int | None
    #: The level that is enough, and whether nothing less will do.
    acr: str | None
    acr_essential: bool
    #: The subject the client expects, when it named one.
    subject: str | None
    #: Names of single claims, by place.
    claims: dict[str, list[str]]

    @property
    def silent(self) -> bool:
        return "none" in self.prompts


def read(parameters: dict[str, str]) -> Wishes:
    """Raises InvalidRequestError for what cannot be understood."""
    if len(parameters.get("nonce", "")) > _MAX_NONCE:
        raise InvalidRequestError("The nonce is too long.")
    wanted = _claims(parameters.get("claims"))
    acr, essential = _acr(parameters.get("acr_values", ""), wanted["id_token"].get("acr"))
    return Wishes(
        prompts=_prompts(parameters.get("prompt", "")),
        max_age=_max_age(parameters.get("max_age")),
        acr=acr,
        acr_essential=essential,
        subject=_subject(wanted["id_token"].get("sub")),
        claims={place: sorted(set(names) & set(scopes.SCOPE_OF)) for place, names in wanted.items()},
    )


def _prompts(prompt: str) -> frozenset[str]:
    prompts = frozenset(prompt.split())
    if not prompts <= set(PROMPTS):
        raise InvalidRequestError("This prompt is not supported.")
    if "none" in prompts and len(prompts) > 1:
        raise InvalidRequestError("The prompt none stands alone.")
    return prompts


def _max_age(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise InvalidRequestError("max_age is a number of seconds.")
    return int(text)


def _claims(text: str | None) -> dict[str, dict[str, Any]]:
    try:
        read = orjson.loads(text) if text else {}
    except ValueError:
        raise InvalidRequestError("The claims parameter is not JSON.") from None
    if not isinstance(read, dict):
        raise InvalidRequestError("The claims parameter is not a JSON object.")
    places = {place: read.get(place) or {} for place in ("userinfo", "id_token")}
    if not all(isinstance(names, dict) for names in places.values()):
        raise InvalidRequestError("The claims of a place are a JSON object.")
    return places


def _acr(voluntary: str, claim: Any) -> tuple[str | None, bool]:
    """An essential acr claim counts before `acr_values`, which are only a wish."""
    if isinstance(claim, dict):
        values = claim.get("values") if isinstance(claim.get("values"), list) else [claim.get("value")]
        named = [value for value in values or () if isinstance(value, str)]
        if named:
            level, essential = weakest(named), claim.get("essential") is True
            if level is None and essential:
                raise unmet()
            return level, essential
    return weakest(voluntary.split()), False


def unmet() -> InvalidRequestError:
    return InvalidRequestError(
        "The assurance that is asked for cannot be reached.", error="unmet_authentication_requirements"
    )


def _subject(claim: Any) -> str | None:
    value = claim.get("value") if isinstance(claim, dict) else None
    return value if isinstance(value, str) else None
