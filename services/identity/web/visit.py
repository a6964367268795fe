"""One request of a browser to a page: who is there, what was typed, and how the answer is made."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from chassis.work import Work
from services.identity.errors import FormExpired
from services.identity.tables import Account, Session
from services.identity.vault import Vault
from services.identity.web import browsing, cookies, languages, offered, pending
from services.identity.web.http import Answer, Request, redirect, with_parameters
from services.identity.web.rendering import page
from services.identity.web.site import Site

Handler = Callable[["Visit"], Answer]
SIGN_IN, HOME, CONTINUE = "/account/sign-in", "/account", "/oauth/continue"
#: The cookie of who is not signed in (yet): forms and what is under way are bound to it.
VISITOR = "visitor"
_LONGEST_REQUEST_ID = 200
#: What of an address says which page it is.
_KEPT = ("acr", "then", "again")


class Visit:
    def __init__(self, request: Request, site: Site) -> None:
        self.request, self.site = request, site
        wished = self.wishes.get("ui_locales") or ""
        request.language = site.work.language = languages.settled(request, site, wished)
        self._new_visitor: str | None = None

    @property
    def work(self) -> Work:
        return self.site.work

    @property
    def vault(self) -> Vault:
        return self.site.vault

    @cached_property
    def session(self) -> Session | None:
        return browsing.current(self.request, self.site)

    @cached_property
    def account(self) -> Account:
        """Whose session this is; only where there is one."""
        assert self.session is not None
        return self.work.session.get_one(Account, self.session.account)

    @property
    def request_id(self) -> str:
        """The waiting request of another organisation, if the sign-in is for one."""
        typed = self.request.form.get("request") or self.request.arguments.get("request", "")
        return typed[:_LONGEST_REQUEST_ID]

    @cached_property
    def wishes(self) -> Mapping[str, Any]:
        found = pending.summary(self.request_id, self.work) if self.request_id else None
        return found or {}

    def typed(self, name: str) -> str:
        return self.request.form.get(name, "")

    @property
    def device(self) -> str:
        return cookies.read("device", self.request, self.site)

    @cached_property
    def binding(self) -> str:
        """The cookie this browser is told apart by: its session's, or a visitor's."""
        if self.session is not None:
            return self.request.cookies[browsing.cookie_name(self.site)]
        known = cookies.read(VISITOR, self.request, self.site)
        if not known:
            known = self._new_visitor = cookies.new_value()
        return known

    @property
    def token(self) -> str:
        return self.vault.digest(f"form:{self.binding}")

    def require_own_form(self) -> None:
        """Raises FormExpired for a form that another site sent, or that was shown to another visitor."""
        site = self.request.header("sec-fetch-site")
        origin = self.request.header("origin")
        parts = urlsplit(self.site.issuer)
        # Browsers without the first header say `null` here, as our pages send no referrer.
        ours = site == "same-origin" if site else origin in {"", "null", f"{parts.scheme}://{parts.netloc}"}
        if not ours or self.typed("token") != self.token:
            raise FormExpired

    def show(self, template: str, *, status: int = 200, **values: Any) -> Answer:
        leads_to = (*(self.wishes.get("leads_to") or ()), *offered.origins(self.site))
        shown: dict[str, Any] = {
            "errors": {},
            "typed": {},
            "notice": "",
            "token": self.token,
            "request_id": self.request_id,
            "client": self.wishes.get("client_name"),
            "signed_in": self.session is not None,
            "here": self._here(),
            "vneid": offered.vneid(self.site),
        }
        answer = page(template, self.request.language, status=status, leads_to=leads_to, **(shown | values))
        return self.kept(answer)

    def _here(self) -> str:
        """This page in another language: the address without what was only said once."""
        kept = {name: text for name, text in self.request.arguments.items() if name in _KEPT}
        return with_parameters(
            self.request.path, kept | ({"request": self.request_id} if self.request_id else {})
        )

    def to(self, path: str, **parameters: str) -> Answer:
        """On to another page of ours, for the same waiting request."""
        if self.request_id:
            parameters["request"] = self.request_id
        return self.kept(redirect(with_parameters(path, parameters)))

    def onward(self) -> Answer:
        """To where the person was going before being asked who it is."""
        return self.to(CONTINUE if self.request_id else HOME)

    def kept(self, answer: Answer) -> Answer:
        if self._new_visitor is not None:
            cookies.write(answer, VISITOR, self._new_visitor, self.site)
        chosen = languages.chosen(self.request)
        if chosen is not None:
            cookies.write(answer, languages.COOKIE, chosen, self.site, lasting=True)
        return answer


def open_page(handler: Handler) -> Callable[[Request, Site], Answer]:
    """A page for anybody."""
    return lambda request, site: handler(Visit(request, site))


def open_form(handler: Handler) -> Callable[[Request, Site], Answer]:
    """What a form of ours sends, from anybody."""

    def answer(request: Request, site: Site) -> Answer:
        visit = Visit(request, site)
        visit.require_own_form()
        return handler(visit)

    return answer


def own_page(handler: Handler) -> Callable[[Request, Site], Answer]:
    """A page for who is signed in; others sign in first."""

    def answer(request: Request, site: Site) -> Answer:
        visit = Visit(request, site)
        return visit.to(SIGN_IN) if visit.session is None else handler(visit)

    return answer


def own_form(handler: Handler) -> Callable[[Request, Site], Answer]:
    """What a form of ours sends, from who is signed in."""

    def answer(request: Request, site: Site) -> Answer:
        visit = Visit(request, site)
        if visit.session is None:
            return visit.to(SIGN_IN)
        visit.require_own_form()
        return handler(visit)

    return answer
