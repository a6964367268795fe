"""The few files pages load, all our own."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from services.identity.web.http import Answer, Request, text
from services.identity.web.site import Site

_CACHE = "public, max-age=3600"
_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@cache
def _content(name: str) -> str:
    return files(__package__).joinpath("static", name).read_text("utf-8")


def _asset(name: str) -> Callable[[Request, Site], Answer]:
    kind = _KINDS[name.rpartition(".")[2]]

    def answer(_: Request, __: Site) -> Answer:
        return text(_content(name), kind, _CACHE)

    return answer


ROUTES = {
    f"/account/assets/{name}": {"GET": _asset(name)}
    for name in ("account.css", "passkeys.js", "post-form.js")
}
