"""What one request may touch: the reach its caller was given, held against the objects its handler names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from chassis.agencies import merged_into
from chassis.authority import AGENCY, ANY, INSPECTOR, OPEN, OWN, STEP, Access, Reach
from chassis.caller import Caller
from chassis.errors import ValidationFailed
from chassis.work import Work


class Undecided(TypeError):
    """A handler wanted to answer without having said whose the object is."""


def admit(access: Access, caller: Caller) -> Caller:
    """The caller with what this operation grants them; raises when that is nothing."""
    access.check(caller)
    return replace(caller, grant=Grant(access.reaches(caller)))


@dataclass(slots=True)
class Grant:
    """What one request may touch, and what its handler has said of that so far."""

    reaches: Mapping[str, Reach]
    work: Work | None = None
    #: What an official says the reading is for.
    purpose: str | None = None
    stated: bool = False
    #: The roles by which what was asked for was granted.
    by: set[str] = field(default_factory=set)
    #: Whose personal data the answer shows: (owner, dossier, reference).
    shown: set[tuple[str, str | None, str]] = field(default_factory=set)
    _agencies: frozenset[str] | None = None

    def begin(self, work: Work, purpose: str | None) -> None:
        self.work, self.purpose = work, purpose

    def end(self) -> None:
        """Raise when nobody has decided about the object."""
        if not self.stated and not any(ANY in reach for reach in self.reaches.values()):
            raise Undecided("the handler did not say whose the object is")

    def authorise(
        self, caller: Caller, is_open: bool, owner: str | None, agency: str | None, step: str | None
    ) -> bool:
        """Whether the object is within reach."""

        def holds(hat: str, reach: Reach) -> bool:
            inside = bool(reach & (AGENCY | STEP)) and self.covers(caller, agency)
            return (
                ANY in reach
                or (OPEN in reach and is_open)
                or (OWN in reach and owner is not None and owner == caller.subject)
                or (AGENCY in reach and inside)
                or (STEP in reach and inside and caller.does(hat, step))
            )

        granted = {hat for hat, reach in self.reaches.items() if holds(hat, reach)}
        if granted:
            self._note(granted)
        return bool(granted)

    def scope(
        self, caller: Caller, owner: ColumnElement[Any] | None, agency: ColumnElement[Any] | None
    ) -> ColumnElement[bool]:
        """What a list may hold, as SQL."""
        # Who does not say what for reads as a member of the agency, not as an inspector.
        hats = {hat for hat in self.reaches if hat != INSPECTOR or self.purpose}
        self._note(hats or set(self.reaches))
        parts: list[ColumnElement[bool]] = []
        for reach in (self.reaches[hat] for hat in sorted(self.by)):
            if ANY in reach:
                parts.append(true())
            if OWN in reach and owner is not None:
                parts.append(owner == caller.subject)
            if reach & (AGENCY | STEP) and agency is not None:
                parts.append(agency.in_(sorted(self.agencies(caller))))
        return or_(false(), *parts)

    def covers(self, caller: Caller, agency: str | None) -> bool:
        """Whether an agency is the caller's, or was merged into it."""
        if not agency or not caller.agency:
            return False
        return agency == caller.agency or agency in self.agencies(caller)

    def agencies(self, caller: Caller) -> frozenset[str]:
        """The caller's agency and those merged into it."""
        if self._agencies is None:
            if self.work is None:
                raise Undecided("no unit of work to look agencies up in")
            self._agencies = merged_into(caller.agency, self.work) if caller.agency else frozenset()
        return self._agencies

    def _note(self, hats: set[str]) -> None:
        """By which of their roles they may; an inspector, from outside, says what for."""
        inspects = hats - {"anonymous"} == {INSPECTOR} and self.reaches[INSPECTOR] != OWN
        if inspects and self.purpose is None:
            raise ValidationFailed.on(
                "/purpose",
                "required",
                vi="Người kiểm tra phải nêu mục đích xem dữ liệu cá nhân.",
                en="An inspector says what personal data is read for.",
            )
        self.stated = True
        self.by |= hats
