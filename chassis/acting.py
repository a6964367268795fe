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
    who = caller.actor
    if who is None:
        return true()
    own: ColumnElement[bool] = mandate == who.mandate
    if "read" not in who.actions:
        return own
    return true() if ALL_PROCEDURES in who.procedures else or_(procedure.in_(who.procedures), own)
