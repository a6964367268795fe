"""How a procedure can be applied for: channels, time limits and what each costs."""

import re
from dataclasses import dataclass
from typing import Any

from services.catalogue.importing import amounts, cleaning
from services.catalogue.importing.remarks import Remarks

CHANNELS = {"trực tuyến": "online", "trực tiếp": "in_person", "dịch vụ bưu chính": "postal"}
UNITS = {
    "ngày làm việc": "working-day",
    "ngày": "day",
    "giờ": "working-hour",
    "giờ làm việc": "working-hour",
    "tháng": "month",
}
_NAMES = frozenset(CHANNELS.values())

_HEAD = "Hình thức nộpThời gianPhí, lệ phíMô tả"
_NOTHING = "Không có thông tin"
_START = re.compile(rf"(Trực tuyến|Trực tiếp|Dịch vụ bưu chính)(?=\d|{_NOTHING})")
_CURRENCY = r"(?:VNĐ|Việt Nam Đồng|USD)"
_COST = re.compile(rf"(?:{_NOTHING}|\d[\d.,]*(?: [^\d(]+?)?)?(?:Miễn phí|{_NOTHING}|\d[\d.,]* {_CURRENCY})")
_GLUED = re.compile(rf"(\d[\d.,]*) {_CURRENCY}")
_SET_BY_PROVINCE = re.compile(r"(?:mức|phí)\b.{0,60}hội đồng nhân dân", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class Fee:
    """What the fee column says, and how far it can be believed.

    state: free, stated, foreign (not đồng), doubtful (to be reviewed by a person), unknown (nothing said).
    """

    state: str
    amount: int | None = None
    currency: str = "VND"
    remark: str = ""


@dataclass(slots=True)
class Channel:
    channel: str
    time_limit: float | int | None
    time_unit: str | None
    unit_text: str
    fee: Fee
    description: str


def read_channels(row: dict[str, Any], remarks: Remarks) -> list[Channel]:
    """The channels of a row; the published text repairs what its parsed columns lost."""
    entries = row["_channels"]
    published = _published_entries(row)
    if not entries:
        remarks.add("no-channel", "the row names no way of applying")
    same = len(published) == len(entries)
    return [
        channel
        for index, entry in enumerate(entries)
        if (channel := _channel(entry, published[index] if same else None, remarks))
    ]


def _channel(entry: dict[str, Any], published: str | None, remarks: Remarks) -> Channel | None:
    name = _channel_name(entry.get("channel"))
    if name is None:
        remarks.add("channel-unknown", f"channel {entry.get('channel')!r} is left out")
        return None
    note = _note(entry, published)
    fee_remark, description = _split_note(note)
    time, unit, unit_text = _time_limit(entry, remarks)
    amount = _whole(entry.get("fee"))
    if published and (glued := _GLUED.match(published)):
        time, amount = _unglued(glued[1], fee_remark, remarks)
    # A list mark ("a)") can end the brackets early, so a free procedure is doubted over the whole note.
    named = amounts.amounts_in(fee_remark if amount else note)
    fee = _fee(amount, str(entry.get("currency") or "VND").upper(), fee_remark, named, remarks)
    return Channel(name, time, unit, unit_text, fee, description)


def _channel_name(text: Any) -> str | None:
    known = str(text or "").strip().lower().replace("-", "_")
    return known if known in _NAMES else CHANNELS.get(cleaning.line(known))


def _time_limit(entry: dict[str, Any], remarks: Remarks) -> tuple[float | int | None, str | None, str]:
    text = cleaning.line(str(entry.get("unit") or ""))
    time = amounts.number(entry.get("time"))
    unit = UNITS.get(text.lower())
    if time is None and entry.get("time") is not None:
        remarks.add("time-unread", f"time {entry['time']!r} is not a number")
    if time is not None and not text:
        remarks.add("unit-missing", f"time limit {time} has no unit")
    if text and unit is None:
        remarks.add("unit-unknown", f"unit {text!r} is kept as it is")
    return time, unit, text


def _unglued(digits: str, remark: str, remarks: Remarks) -> tuple[int | None, int | None]:
    reading = amounts.split_time_and_fee(digits, remark)
    said = "left open" if reading is None else f"read as time {reading[0]}, fee {reading[1]}"
    remarks.add("time-and-fee-glued", f"{digits!r} holds time and fee without a unit between: {said}")
    return reading or (None, None)


def _fee(amount: int | None, currency: str, remark: str, named: list[int], remarks: Remarks) -> Fee:
    if amount is None:
        return Fee("unknown", remark=remark)
    if currency != "VND":
        remarks.add("fee-foreign-currency", f"{amount} {currency} cannot be charged in đồng")
        return Fee("foreign", amount, currency, remark)
    if amount < 0:
        remarks.add("fee-negative", f"{amount} {currency} is less than nothing")
        return Fee("doubtful", None, currency, remark)
    doubt = _doubt(amount, named, remark)
    if doubt:
        remarks.add(*doubt)
        return Fee("doubtful", amount, currency, remark)
    return Fee("stated" if amount else "free", amount, currency, remark)


def _doubt(amount: int, named: list[int], remark: str) -> tuple[str, str] | None:
    said = ", ".join(f"{each:,}" for each in dict.fromkeys(named[:6]))
    if amount == 0 and named:
        return "free-but-remark-names-amount", f"the fee column says free, the remark names {said}"
    if _SET_BY_PROVINCE.search(remark):
        return "fee-set-by-province", f"the fee column says {amount:,}, the province decides: {remark}"
    if 0 < amount < amounts.SMALLEST_FEE:
        return "fee-too-small", f"{amount} đồng" + (f", the remark names {said}" if named else "")
    if named and amount not in named:
        return "fee-and-remark-differ", f"the fee column says {amount:,}, the remark names {said}"
    return None


def _note(entry: dict[str, Any], published: str | None) -> str:
    """The parsed note, or the published one when parsing cut it short."""
    note = cleaning.composed(str(entry.get("note") or "")).strip()
    cost = _COST.match(published) if published else None
    if published and cost:
        full = published[cost.end() :].strip()
        if len(full) > len(note) and full.startswith(note):
            note = full
    return cleaning.block(note)


def _split_note(note: str) -> tuple[str, str]:
    """The remark on the fee stands first, in brackets; the description of the channel follows."""
    if not note.startswith("("):
        return "", note
    depth = 0
    for index, letter in enumerate(note):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return note[1:index].strip(), note[index + 1 :].strip()
    return note[1:].strip(), ""


def _published_entries(row: dict[str, Any]) -> list[str]:
    """The flattened table cut at the channel names, each entry without its channel name."""
    text = cleaning.composed(row["cach_thuc_thuc_hien"]).removeprefix(_HEAD)
    starts = list(_START.finditer(text))
    bounds = [start.start() for start in starts] + [len(text)]
    return [text[start.end() : end] for start, end in zip(starts, bounds[1:], strict=True)]


def _whole(value: Any) -> int | None:
    number = amounts.number(value)
    return None if number is None else int(number)
