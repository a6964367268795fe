"""One row of a national export: read whole, or refused with the reason."""

import re
from dataclasses import dataclass
from typing import Any

from services.catalogue.importing import channels, cleaning, columns, fees, legal, papers, results, subjects
from services.catalogue.importing.remarks import Remark, Remarks

#: 1.001193; a province's variant carries the agency's code behind: 2.000815.000.00.00.H55.
_CODE = re.compile(r"\d\.\d{6,7}(?:\.[A-Z0-9]+(?:\.[A-Z0-9]+)*)?")
_LONGEST_CODE = 50
_LONGEST_NAME = 2_000
#: A name that is the title of a decision, or that two lines of a table ran into.
_DECISION_TITLE = re.compile(r"^(?:Công bố|Quyết định công bố|Phê duyệt) danh mục\b", re.IGNORECASE)


class Rejected(Exception):
    """A row that cannot be kept: it has no usable code or no name."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.remark = Remark(code, detail)


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as a procedure version, with everything that is doubtful in it."""

    code: str
    content: dict[str, Any]
    remarks: list[Remark]


def read_code(row: Any) -> str:
    """The procedure code of a raw row, or Rejected."""
    if not isinstance(row, dict):
        raise Rejected("not-an-object", f"the line holds a {type(row).__name__}, not an object")
    given = row.get("ma_thu_tuc")
    code = cleaning.line(given).replace(" ", "") if isinstance(given, str) else ""
    if not code:
        raise Rejected("code-missing", "the row has no procedure code (ma_thu_tuc)")
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
        raise Rejected("code-malformed", f"{code[:80]!r} is no procedure code")
    return code


def read_row(raw: Any) -> Reading:
    """The whole row; raises Rejected when it cannot become a procedure."""
    code = read_code(raw)
    remarks = Remarks()
    row = columns.typed(raw, remarks)
    name = _name(row, remarks)
    offered = channels.read_channels(row, remarks)
    listed, notes = papers.read_papers(row, remarks)
    content: dict[str, Any] = {
        "name": name,
        "decision_number": subjects.read_decision(row) or None,
        "kind": _optional_line(row, "loai_thu_tuc"),
        "field": _optional_line(row, "linh_vuc"),
        "publisher": subjects.read_publisher(row, remarks),
        "level": _service_level(row, offered),
        "government_levels": subjects.read_levels(row, remarks),
        "applicants": subjects.items(row, "doi_tuong_thuc_hien"),
        "competent": subjects.items(row, "co_quan_co_tham_quyen"),
        "implementing": subjects.items(row, "co_quan_thuc_hien"),
        "delegated": subjects.items(row, "co_quan_duoc_uy_quyen"),
        "coordinating": subjects.items(row, "co_quan_phoi_hop"),
        "reception_place": _optional_block(row, "dia_chi_tiep_nhan"),
        "order": _optional_block(row, "trinh_tu_thuc_hien"),
        "requirements": _optional_block(row, "yeu_cau_dieu_kien"),
        "related": _optional_block(row, "thu_tuc_lien_quan"),
        "channels": [_channel(channel) for channel in offered],
        "papers": listed,
        "paper_notes": notes,
        "fees": fees.chargeable(offered, remarks),
        "results": results.read_results(row, remarks),
        "legal_bases": legal.read_legal_bases(row, remarks),
        "source_url": _optional_line(row, "detail_url"),
    }
    return Reading(code, content, list(remarks))


def _name(row: dict[str, Any], remarks: Remarks) -> str:
    given = row["ten_thu_tuc"]
    name = cleaning.line(given)
    if cleaning.absent(given):
        raise Rejected("name-missing", "the row has no name (ten_thu_tuc)")
    lines = [cleaning.line(part) for part in given.split("\n") if part.strip()]
    if len(lines) > 1 and len(set(lines)) == 1:
        name = lines[0]
        remarks.add("name-repeated", f"the name stood {len(lines)} times: {name}")
    if len(name) > _LONGEST_NAME:
        raise Rejected(
            "name-too-long", f"the name (ten_thu_tuc) has {len(name)} characters, more than {_LONGEST_NAME}"
        )
    if _DECISION_TITLE.match(name):
        remarks.add("name-is-decision-title", name)
    return name


def _service_level(row: dict[str, Any], offered: list[channels.Channel]) -> str:
    """Full only when the text says "toàn trình"; an online channel alone may still end at the counter."""
    if not any(channel.channel == "online" for channel in offered):
        return "information"
    said = cleaning.composed(f"{row['ten_thu_tuc']} {row['cach_thuc_thuc_hien']}").lower()
    return "full" if "toàn trình" in said and "một phần" not in said else "partial"


def _channel(channel: channels.Channel) -> dict[str, Any]:
    fee = channel.fee
    return {
        "channel": channel.channel,
        "time_limit": channel.time_limit,
        "time_unit": channel.time_unit,
        "unit_text": channel.unit_text or None,
        "fee": {
            "state": fee.state,
            "amount": fee.amount,
            "currency": fee.currency,
            "remark": fee.remark or None,
        },
        "description": channel.description or None,
    }


def _optional_line(row: dict[str, Any], column: str) -> str | None:
    return None if cleaning.absent(row[column]) else cleaning.line(row[column])


def _optional_block(row: dict[str, Any], column: str) -> str | None:
    return None if cleaning.absent(row[column]) else cleaning.block(row[column])
