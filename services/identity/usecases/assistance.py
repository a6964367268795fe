"""Help at the desk and the post office: asked for by an official, allowed by the citizen's one-time code."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from chassis import acting
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.paging import page
from chassis.schemas import Command
from chassis.texts import Text
from chassis.work import Work
from services.identity import accounts, codes, help_codes, mandate_endings
from services.identity.errors import AssistanceOver, MandateNotInForce, WrongHelpCode
from services.identity.tables import Account, Assistance
from services.identity.usecases.acting import of_assistance, token
from services.identity.vault import Vault

_SUBJECT = Text("Mã đồng ý nhờ nộp hồ sơ", "Code to let somebody file for you")
_WORDS = Text(
    "{helper} ({agency}) đề nghị nộp giúp bạn hồ sơ {procedure}. Nếu đồng ý, hãy đọc mã {code} cho họ trong 10 phút."
    " Nếu không, đừng đưa mã này cho ai.",
    "{helper} ({agency}) asks to file {procedure} for you. If you agree, tell them the code {code} within 10 minutes."
    " Otherwise give this code to nobody.",
)
#: How long a helper may work once the citizen has agreed.
LASTS = timedelta(minutes=30)


def ask_to_help(command: Command, caller: Caller, work: Work, vault: Vault) -> dict[str, Any]:
    """Ask a citizen for consent; whether the number has an account makes no difference to be seen."""
    citizen = accounts.find("citizen", command.personal_number, work)
    now = work.clock.now()
    row = Assistance(
        id=new_id(),
        helper=caller.subject,
        agency=caller.agency,
        citizen=citizen.id if citizen else None,
        procedure=command.procedure,
        purpose=command.purpose,
        requested_at=now,
        expires_at=now + help_codes.LIFETIME,
    )
    work.add(row)
    code = help_codes.issue(_asked(row), _purpose(row), work, vault)
    if citizen is not None:
        _tell(citizen, row, code, work)
    return view(row, work)


def _tell(citizen: Account, row: Assistance, code: str, work: Work) -> None:
    """The code by the citizen's own channel; who has none finds it on the own account's page."""
    helper = work.session.get_one(Account, row.helper).name
    values = {"helper": helper, "agency": row.agency, "procedure": row.procedure, "code": code}
    words = Text(_WORDS.vi.format(**values), _WORDS.en.format(**values))
    codes.tell(citizen, _SUBJECT, words, work)


def confirm_help(command: Command, caller: Caller, work: Work, vault: Vault) -> dict[str, Any]:
    """The citizen told the helper the code: a token to file one dossier with."""
    row = work.get(Assistance, command.id, lock=True)
    if row is None or row.helper != caller.subject:
        raise NotFound
    if row.refused_at is not None or row.confirmed_at is not None:
        raise AssistanceOver
    help_codes.check(_asked(row), _purpose(row), command.code, work, vault)
    if row.citizen is None:
        raise WrongHelpCode
    row.confirmed_at = work.clock.now()
    row.ends_at = row.confirmed_at + LASTS
    standing = of_assistance(row, work)
    if standing is None:
        raise MandateNotInForce
    return token(standing, caller, work, vault)


def refuse_help(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The citizen says no, or no longer."""
    acting.require_self(caller)
    row = work.get(Assistance, command.id, lock=True)
    if row is None:
        raise NotFound
    caller.authorise(owner=row.citizen)
    if _state(row, work) in ("expired", "refused", "over"):
        raise AssistanceOver
    row.refused_at = work.clock.now()
    mandate_endings.withdraw_mandate(row.id, work)
    return view(row, work)


def my_assistance(query: Command, caller: Caller, work: Work, vault: Vault) -> dict[str, Any]:
    """Who asked to help the caller, and with what; with the code while it is waited for."""
    acting.require_self(caller)
    mine = select(Assistance).where(caller.scope(owner=Assistance.citizen))
    return page(
        work, mine, key=(Assistance.id.desc(),), query=query, view=lambda row: _mine(row, work, vault)
    )


def _mine(row: Assistance, work: Work, vault: Vault) -> dict[str, Any]:
    shown = view(row, work)
    waiting = shown["state"] == "waiting"
    code = help_codes.current(_asked(row), _purpose(row), work, vault) if waiting else None
    return shown | {"code": code}


def view(row: Assistance, work: Work) -> dict[str, Any]:
    return {
        "id": row.id,
        "helper": work.session.get_one(Account, row.helper).name,
        "agency": row.agency,
        "procedure": row.procedure,
        "purpose": row.purpose,
        "state": _state(row, work),
        "requested_at": row.requested_at,
        "expires_at": row.expires_at,
        "ends_at": row.ends_at,
    }


def _state(row: Assistance, work: Work) -> str:
    now = work.clock.now()
    if row.refused_at is not None:
        return "refused"
    if row.ends_at is not None:
        return "confirmed" if now < row.ends_at else "over"
    return "waiting" if now < row.expires_at else "expired"


def _asked(row: Assistance) -> str:
    """Whose code it is; a request to nobody has one that nobody learns."""
    return row.citizen or row.id


def _purpose(row: Assistance) -> str:
    return f"assistance:{row.id}"
