"""What somebody who acts for another may do: the scope that travels in the token, asked by every service."""

from typing import Any

from sqlalchemy import ColumnElement, or_, true

from chassis.caller import ALL_PROCEDURES, Action, Caller
from chassis.errors import Forbidden


class OutsideMandate(Forbidden):
    """Who acts for somebody may not do this for them."""

    vi = "Việc này nằm ngoài phạm vi được ủy quyền của bạn."
    en = "What you were authorised to do for somebody else does not reach this far."


def require(caller: Caller, action: Action, procedure: str = ALL_PROCEDURES) -> None:
    """Raise OutsideMandate unless the caller asks for themselves, or was given this action in this procedure."""
    if not may(caller, action, procedure):
        raise OutsideMandate


def may(caller: Caller, action: Action, procedure: str = ALL_PROCEDURES) -> bool:
    """Without a procedure it is about everything, or about what belongs to no procedure."""
    who = caller.actor
    return who is None or (
        action in who.actions and not who.procedures.isdisjoint((ALL_PROCEDURES, procedure))
    )


def require_self(caller: Caller) -> None:
    """Raise OutsideMandate when somebody acts for the caller: there are things nobody does for another."""
    if caller.actor is not None:
        raise OutsideMandate


def sees(caller: Caller, procedure: str, mandate: str | None) -> bool:
    """Whether an own thing of the subject is shown: who may not read sees what came about under their own mandate."""
    who = caller.actor
    return who is None or may(caller, "read", procedure) or mandate == who.mandate


def shown_to(caller: Caller, procedure: Any, mandate: Any) -> ColumnElement[bool]:
    """The rule of `sees`, as SQL."""
    if caller.actor is None:
        return true()
    own: ColumnElement[bool] = mandate == caller.actor.mandate
    return or_(reached(caller, procedure), own) if may_some(caller, "read") else own


def reached(caller: Caller, procedure: Any) -> ColumnElement[bool]:
    """The procedures within the scope, as SQL."""
    who = caller.actor
    if who is None or ALL_PROCEDURES in who.procedures:
        return true()
    within: ColumnElement[bool] = procedure.in_(who.procedures)
    return within


def may_some(caller: Caller, *actions: Action) -> bool:
    """Whether one of these actions is allowed in some procedure."""
    return caller.actor is None or not caller.actor.actions.isdisjoint(actions)


def require_some(caller: Caller, *actions: Action) -> None:
    """Raise OutsideMandate unless one of these actions is allowed in some procedure."""
    if not may_some(caller, *actions):
        raise OutsideMandate


def record(caller: Caller) -> dict[str, str | None]:
    """Who acted, in the columns every service keeps of it; empty when nobody did."""
    who = caller.actor
    if who is None:
        return {"actor": None, "acts_as": None, "actor_agency": None, "mandate": None}
    return {"actor": who.subject, "acts_as": who.acts_as, "actor_agency": who.agency, "mandate": who.mandate}


def view(row: Any) -> dict[str, Any] | None:
    """Those columns as they are shown; None when the subject acted alone."""
    if row.actor is None:
        return None
    return {"id": row.actor, "acts_as": row.acts_as, "agency": row.actor_agency or None}
