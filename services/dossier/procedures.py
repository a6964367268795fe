"""A published version of a procedure, as the dossier service reads it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.dossier.deadlines import TimeLimit, Unit
from services.dossier.fees import Tariff
from services.dossier.workflow import Steps

#: Assurance levels of accounts, weakest first.
ASSURANCE = ("low", "substantial", "high")


class Procedure:
    """The rules a version sets for its dossiers."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    @property
    def name(self) -> str:
        return str(self._content["name"])

    @property
    def name_en(self) -> str:
        return str(self._content.get("name_en") or self.name)

    @property
    def papers(self) -> Sequence[Mapping[str, Any]]:
        return self._content.get("papers") or ()

    @property
    def results(self) -> Sequence[Mapping[str, Any]]:
        return self._content.get("results") or ()

    @property
    def steps(self) -> Steps:
        return Steps(self._content.get("steps") or ())

    @property
    def assurance(self) -> str:
        return self._content.get("acr") or ASSURANCE[0]

    def offers(self, channel: str) -> bool:
        return self._channel(channel) is not None

    def receives(self, agency: str) -> bool:
        """Without a list, any agency may receive."""
        receiving = self._content.get("receiving")
        return not receiving or agency in receiving

    def time_limit(self, channel: str) -> TimeLimit | None:
        """None: this procedure gives no appointment date (or its source named no usable unit)."""
        row = self._channel(channel) or {}
        amount, unit = row.get("time_limit"), row.get("time_unit")
        if unit == Unit.SAME_DAY:
            return TimeLimit(0, Unit.SAME_DAY)
        if amount is None or unit not in set(Unit):
            return None
        return TimeLimit(amount, Unit(unit))

    def tariff(self, day: date, channel: str) -> Tariff:
        return Tariff(self._content.get("fees") or (), day, channel)

    def _channel(self, channel: str) -> Mapping[str, Any] | None:
        rows = self._content.get("channels") or ()
        return next((row for row in rows if row["channel"] == channel), None)


def assured(acr: str, needed: str) -> bool:
    """Whether an account's assurance level is enough; an unknown level never is, unless none is needed."""
    if needed not in ASSURANCE:
        return False
    return needed == ASSURANCE[0] or (acr in ASSURANCE and ASSURANCE.index(acr) >= ASSURANCE.index(needed))
