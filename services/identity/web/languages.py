"""In which language a page speaks: the one just chosen, the client's wish, the one remembered, the browser's."""

from chassis.texts import LANGUAGES, Language
from services.identity.web import cookies
from services.identity.web.http import Request
from services.identity.web.site import Site

COOKIE = "language"


def chosen(request: Request) -> Language | None:
    """What the person clicked on."""
    return _known(request.arguments.get("language", ""))


def settled(request: Request, site: Site, wishes: str = "") -> Language:
    """`wishes`: the client's `ui_locales`, best first."""
    remembered = _known(cookies.read(COOKIE, request, site))
    wished = next((known for wish in wishes.split() if (known := _known(wish))), None)
    return chosen(request) or wished or remembered or request.language


def _known(tag: str) -> Language | None:
    primary = tag.lower().partition("-")[0]
    return next((language for language in LANGUAGES if language == primary), None)
