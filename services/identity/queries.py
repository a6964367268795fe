"""The read side."""

from typing import Any

from sqlalchemy import select

from chassis import acting
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, appointment_queries
from services.identity.tables import Account, Base, Business, Citizen, SigningKey
from services.identity.usecases import keys

_withdrawn = Base.metadata.tables["withdrawn_access"].c


def me(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    acting.require(caller, "read")
    account = work.get(Account, caller.subject)
    if account is None:
        raise NotFound
    return accounts.view(account) | {"acr": caller.acr} | _particulars(account, caller, work)


def _particulars(account: Account, caller: Caller, work: Work) -> dict[str, Any]:
    if account.kind == "citizen":
        citizen = work.session.get_one(Citizen, account.id)
        return {"birth_date": citizen.birth_date, "sex": citizen.sex}
    if account.kind == "business":
        business = work.session.get_one(Business, account.id)
        return {
            "representative_name": business.representative_name,
            "representative_number": business.representative_number,
        }
    return appointment_queries.own_offices(account, caller, work)


def key_set(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Every key a token in circulation can have been signed with, and the next one."""
    return {"keys": [key.public_jwk for key in keys.alive("platform", work)]}


def token_keys_page(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    alive = select(SigningKey).where(
        SigningKey.purpose == "platform", SigningKey.not_after > work.clock.now()
    )
    return page(work, alive, key=(SigningKey.kid.asc(),), query=query, view=_snapshot)


def _snapshot(key: SigningKey) -> dict[str, Any]:
    # A key is published once, so its event is the first of its subject.
    return {
        "subject": key.kid,
        "sequence": 1,
        "time": key.created_at,
        "data": {
            "kid": key.kid,
            "public_jwk": key.public_jwk,
            "not_before": key.not_before,
            "not_after": key.not_after,
        },
    }


def withdrawn_access_page(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    wanted = select(_withdrawn.holder, _withdrawn.before)
    return page(work, wanted, key=(_withdrawn.holder.asc(),), query=query, view=_withdrawal)


def _withdrawal(row: Any) -> dict[str, Any]:
    # The moment itself says which is newer.
    data = {"holder": row.holder, "before": row.before}
    return {"subject": row.holder, "sequence": 1, "time": row.before, "data": data}
