"""Proving once more who it is: what lifts the session to the level somebody asks for, and nothing else."""

from typing import Any

from chassis.errors import ServiceError
from services.identity import assurance, factors, passkeys
from services.identity.errors import WrongFactor
from services.identity.usecases import proving
from services.identity.web import finishing
from services.identity.web.freshness import DESTINATIONS
from services.identity.web.http import Answer
from services.identity.web.signing_in import count_address
from services.identity.web.visit import Visit, own_form, own_page

STEP_UP = "/account/step-up"


def _wanted(visit: Visit) -> str:
    asked = visit.wishes.get("acr") or visit.typed("acr") or visit.request.arguments.get("acr", "")
    return asked if asked in assurance.LEVELS else assurance.LEVELS[0]


def _destination(visit: Visit) -> str:
    """Where to go on, among our own pages."""
    then = visit.typed("then") or visit.request.arguments.get("then", "")
    return then if then in DESTINATIONS else ""


def _anew(visit: Visit) -> bool:
    """Whether everything is to be proven once more, and not only what is missing."""
    return bool(visit.wishes.get("reauthenticate")) or bool(_destination(visit))


def ways(visit: Visit) -> dict[str, bool]:
    """What the page asks for."""
    assert visit.session is not None
    have, wanted = factors.of(visit.account.id, visit.work), _wanted(visit)
    usable = have.passkeys > 0 and passkeys.possible(visit.site.issuer)
    if _anew(visit):
        possible = assurance.meets(_with_all(visit, have), wanted)
        by_password = possible and wanted != "high" and (have.code or not have.second)
        return {
            "password": by_password,
            "code": by_password and have.code,
            "passkey": possible and usable,
        }
    by = assurance.reachable(wanted, proofing=visit.account.proofing, code=have.code, passkey=usable)
    known = "pwd" in visit.session.amr
    return {
        "password": "password" in by or ("code" in by and not known),
        "code": "code" in by,
        "passkey": "passkey" in by,
    }


def _with_all(visit: Visit, have: factors.Factors) -> str:
    """The level of everything the account has."""
    methods = assurance.combined(
        assurance.PASSWORD,
        assurance.CODE if have.code else (),
        assurance.passkey_methods(synced=False) if have.passkeys else (),
    )
    return assurance.level(methods, visit.account.proofing)


def show(visit: Visit) -> Answer:
    assert visit.session is not None
    if not _anew(visit) and assurance.meets(visit.session.acr, _wanted(visit)):
        return visit.onward()
    return _form(visit)


def _form(visit: Visit, **values: Any) -> Answer:
    return visit.show(
        "step_up.html",
        ways=ways(visit),
        wanted=_wanted(visit),
        then=_destination(visit),
        proofing=visit.account.proofing,
        identifier=visit.account.identifier,
        **values,
    )


def step_up(visit: Visit) -> Answer:
    count_address(visit)
    asked = ways(visit)
    if not (asked["password"] or asked["code"]):
        return _form(visit, status=422)
    methods: list[str] = []
    field = "password"
    try:
        if asked["password"]:
            proving.own_password(
                visit.account, visit.typed("password"), visit.device, visit.work, visit.vault
            )
            methods += assurance.PASSWORD
        field = "code"
        if asked["code"]:
            typed = visit.typed("code")
            methods += proving.code(visit.account, typed, visit.work, visit.vault, visit.device)
    except ServiceError as error:
        status = 422 if isinstance(error, WrongFactor) else error.status
        return _form(visit, status=status, errors={field: (error.detail("vi"), error.detail("en"))})
    return finishing.step_up(visit, visit.account, methods, onward(visit))


def onward(visit: Visit) -> Answer:
    destination = _destination(visit)
    return visit.to(destination) if destination else visit.onward()


ROUTES = {STEP_UP: {"GET": own_page(show), "POST": own_form(step_up)}}
