"""Pages from templates, in the reader's language."""

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chassis.clock import VIETNAM
from chassis.texts import Language
from services.identity.web.http import Answer

#: Everything from us, nothing inline; `{}` takes the origins a form's answer may lead on to.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'{}; frame-ancestors 'none'"
)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("services.identity.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _local(moment: datetime) -> str:
    """The moment as clocks in Việt Nam show it; both languages read it alike."""
    return moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def page(
    template: str, language: Language, *, status: int = 200, leads_to: tuple[str, ...] = (), **values: Any
) -> Answer:
    """A template as an answer; texts are chosen in it with `t(vi, en)`."""

    def t(vi: str, en: str) -> str:
        return vi if language == "vi" else en

    body = _environment().get_template(template).render(language=language, t=t, local=_local, **values)
    return Answer(
        status,
        body,
        [
            ("content-type", "text/html; charset=utf-8"),
            ("content-language", language),
            ("cache-control", "no-store"),
            ("content-security-policy", _POLICY.format("".join(f" {origin}" for origin in leads_to))),
        ],
    )
