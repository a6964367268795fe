"""The cookies of pages, besides the session's: none holds anything but random values and a choice of language."""

import secrets

from services.identity.web.http import Answer, Request
from services.identity.web.site import Site

_YEAR_SECONDS = 365 * 24 * 3600


def _named(name: str, site: Site) -> str:
    return f"__Host-motcua-{name}" if site.settings.secure else f"motcua-{name}"


def read(name: str, request: Request, site: Site) -> str:
    return request.cookies.get(_named(name, site), "")


def write(answer: Answer, name: str, value: str, site: Site, *, lasting: bool = False) -> None:
    parts = [f"{_named(name, site)}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if lasting:
        parts.append(f"Max-Age={_YEAR_SECONDS}")
    if site.settings.secure:
        parts.append("Secure")
    answer.with_header("set-cookie", "; ".join(parts))


def new_value() -> str:
    return secrets.token_urlsafe(32)
