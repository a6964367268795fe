"""Passkeys: adding, naming and removing them, and proving oneself with one."""

from typing import Any

from chassis.errors import NotFound
from services.identity import assurance, passkeys
from services.identity.errors import BadPasskey
from services.identity.usecases import factors as changing
from services.identity.usecases import passkeys as keeping
from services.identity.web import ceremonies, finishing
from services.identity.web.account import own_id
from services.identity.web.authenticators import codes_page
from services.identity.web.freshness import PASSKEYS, fresh_form, fresh_page
from services.identity.web.http import Answer, json
from services.identity.web.signing_in import PASSWORD_PROVEN, count_address
from services.identity.web.stepping_up import onward
from services.identity.web.visit import Visit, open_form

#: Challenges given out.
_REGISTERING, _PROVING = "passkey-made", "passkey-used"


def show(visit: Visit, **values: Any) -> Answer:
    possible = passkeys.possible(visit.site.issuer)
    known = keeping.of(visit.account.id, visit.work)
    return visit.show("passkeys.html", passkeys=known, possible=possible, **values)


def registration(visit: Visit) -> Answer:
    account = visit.account
    known = [one.credential_id for one in keeping.of(account.id, visit.work)]
    options = passkeys.registration(visit.site.issuer, account.id, account.name, known)
    ceremonies.begin(visit, _REGISTERING, account.id, challenge=options["challenge"])
    return visit.kept(json(options))


def add(visit: Visit) -> Answer:
    ceremony = ceremonies.taken(visit, _REGISTERING)
    name = visit.typed("name").strip()
    try:
        if ceremony is None or ceremony.account != visit.account.id:
            raise BadPasskey
        challenge = ceremony.kept["challenge"]
        credential = visit.typed("credential")
        keeping.add(visit.account.id, visit.site.issuer, credential, challenge, name, visit.work)
    except BadPasskey as error:
        errors = {"name": (error.detail("vi"), error.detail("en"))}
        return show(visit, status=422, errors=errors, typed={"name": name})
    return codes_page(visit)


def rename(visit: Visit) -> Answer:
    if not keeping.rename(own_id(visit), visit.account.id, visit.typed("name"), visit.work):
        raise NotFound
    return visit.to(PASSKEYS)


def remove(visit: Visit) -> Answer:
    changing.remove_passkey(own_id(visit), visit.account.id, visit.work)
    return visit.to(PASSKEYS)


def authentication(visit: Visit) -> Answer:
    """A challenge: for whoever comes, or for the one whose password or session is known already."""
    count_address(visit)
    account = _known_account(visit)
    known = [one.credential_id for one in keeping.of(account, visit.work)] if account else []
    options = passkeys.authentication(visit.site.issuer, known)
    ceremonies.begin(visit, _PROVING, challenge=options["challenge"])
    return visit.kept(json(options))


def _known_account(visit: Visit) -> str | None:
    proven = ceremonies.current(visit, PASSWORD_PROVEN)
    if proven is not None:
        return proven.account
    return visit.session.account if visit.session is not None and visit.typed("step_up") else None


def prove(visit: Visit) -> Answer:
    """Signed in with a passkey alone, or a password or a session completed by one."""
    count_address(visit)
    ceremony = ceremonies.taken(visit, _PROVING)
    if ceremony is None:
        raise BadPasskey
    expected = _known_account(visit)
    credential, challenge = visit.typed("credential"), ceremony.kept["challenge"]
    account, methods = keeping.prove(visit.site.issuer, credential, challenge, visit.work)
    if expected not in {None, account.id}:
        raise BadPasskey
    methods_so_far = ("pwd",) if ceremonies.taken(visit, PASSWORD_PROVEN) else ()
    together = assurance.combined(methods_so_far, methods)
    return finishing.finish(visit, account, together, onward(visit) if visit.typed("step_up") else None)


ROUTES = {
    PASSKEYS: {"GET": fresh_page(show), "POST": fresh_form(add)},
    f"{PASSKEYS}/options": {"POST": fresh_form(registration)},
    f"{PASSKEYS}/name": {"POST": fresh_form(rename)},
    f"{PASSKEYS}/remove": {"POST": fresh_form(remove)},
    "/account/passkey/options": {"POST": open_form(authentication)},
    "/account/passkey": {"POST": open_form(prove)},
}
