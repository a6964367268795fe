"""What a dossier costs: the procedure's fees on a day, through a channel, for the answers given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.errors import FieldError

ANY_CHANNEL = "any"
BEFORE_RECEPTION, ON_RESULT = "before-reception", "on-result"
MAX_QUANTITY = 1_000


@dataclass(frozen=True, slots=True)
class Charge:
    """One fee a dossier owes, in whole đồng."""

    code: str
    name: str
    name_en: str
    kind: str
    unit_amount: int
    quantity: int
    collect: str

    @property
    def amount(self) -> int:
        return self.unit_amount * self.quantity


class Tariff:
    """The fees of a procedure that apply on a day through a channel."""

    def __init__(self, fees: Sequence[Mapping[str, Any]], day: date, channel: str) -> None:
        self._rows = [fee for fee in _in_force(fees, day, channel) if fee["amount"] > 0]

    def check_answers(self, answers: Mapping[str, Any]) -> list[FieldError]:
        """Every answer that multiplies a fee is there and is a quantity."""
        names = dict.fromkeys(fee["per"] for fee in self._rows if fee.get("per"))
        return [
            FieldError(
                f"/answers/{name}",
                "quantity",
                f"Cần một số nguyên từ 1 đến {MAX_QUANTITY}.",
                f"A whole number from 1 to {MAX_QUANTITY} is needed.",
            )
            for name in names
            if not _is_quantity(answers.get(name))
        ]

    def charges(self, answers: Mapping[str, Any]) -> list[Charge]:
        """What the answers (already checked) come to; free fees are left out."""
        return [_charge(fee, answers) for fee in self._rows]


def _in_force(fees: Sequence[Mapping[str, Any]], day: date, channel: str) -> list[Mapping[str, Any]]:
    """One row per fee code: a row for the very channel wins over "any", then the newest one."""
    chosen: dict[str, Mapping[str, Any]] = {}
    for fee in fees:
        if not _applies(fee, day, channel):
            continue
        rival = chosen.get(fee["code"])
        if rival is None or _weight(fee) > _weight(rival):
            chosen[fee["code"]] = fee
    return list(chosen.values())


def _applies(fee: Mapping[str, Any], day: date, channel: str) -> bool:
    since, until = _day(fee.get("valid_from")), _day(fee.get("valid_to"))
    in_force = (since is None or since <= day) and (until is None or day <= until)
    return in_force and fee.get("channel", ANY_CHANNEL) in (ANY_CHANNEL, channel)


def _weight(fee: Mapping[str, Any]) -> tuple[bool, date]:
    return fee.get("channel", ANY_CHANNEL) != ANY_CHANNEL, _day(fee.get("valid_from")) or date.min


def _charge(fee: Mapping[str, Any], answers: Mapping[str, Any]) -> Charge:
    per = fee.get("per")
    return Charge(
        code=fee["code"],
        name=fee["name"],
        name_en=fee.get("name_en") or fee["name"],
        kind=fee["kind"],
        unit_amount=fee["amount"],
        quantity=answers[per] if per else 1,
        collect=fee.get("collect") or BEFORE_RECEPTION,
    )


def _is_quantity(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_QUANTITY


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
