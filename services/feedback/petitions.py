"""Petitions (phản ánh, kiến nghị) by NĐ 20/2008/NĐ-CP: their states, deadlines, and who learns what.

    registered ─▶ transferred ─▶ answered
        │  └──── answered by the agency itself, when its own acts are not the subject
        └▶ rejected (with ground and reason; also after the transfer)

The receiving body registers, classifies and hands on within five working days (Điều 9). A petition about
the behaviour of officials reaches the agency concerned only through that hand-over, without the
petitioner's identity, and no consent opens it: what the public may read, the agency may read.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from chassis.texts import Text

BEHAVIOUR, REGULATION, PROPOSAL = "behaviour", "regulation", "proposal"
SUBJECTS: dict[str, Text] = {
    BEHAVIOUR: Text("Hành vi của cán bộ, cơ quan", "Behaviour of officials or agencies"),
    REGULATION: Text("Nội dung quy định hành chính", "Content of administrative rules"),
    PROPOSAL: Text("Kiến nghị, sáng kiến", "Proposal"),
}

REGISTERED, TRANSFERRED, ANSWERED, REJECTED = (
    "registered",
    "transferred",
    "answered",
    "rejected",
)
STATES: dict[str, Text] = {
    REGISTERED: Text("Đã tiếp nhận", "Registered"),
    TRANSFERRED: Text("Đã chuyển cơ quan xử lý", "Handed to the agency concerned"),
    ANSWERED: Text("Đã trả lời", "Answered"),
    REJECTED: Text("Không tiếp nhận xử lý", "Rejected"),
}

TRANSFER, ANSWER, REJECT = "transfer", "answer", "reject"
_MOVES: dict[str, dict[str, str]] = {
    REGISTERED: {TRANSFER: TRANSFERRED, ANSWER: ANSWERED, REJECT: REJECTED},
    TRANSFERRED: {ANSWER: ANSWERED, REJECT: REJECTED},
    ANSWERED: {},
    REJECTED: {},
}

#: Why a petition is not taken up (Điều 7 and the acts on complaints and on denunciations).
GROUNDS: dict[str, Text] = {
    "complaint-or-denunciation": Text(
        "Thuộc phạm vi khiếu nại, tố cáo",
        "It is a complaint or denunciation, which has its own law",
    ),
    "unclear": Text("Nội dung không rõ ràng", "Its content is not clear"),
    "no-identity": Text(
        "Thiếu hoặc sai tên, địa chỉ, số điện thoại",
        "Name, address or phone number is missing or wrong",
    ),
    "not-administrative": Text("Không thuộc quy định hành chính", "It is not about administrative matters"),
    "repeated": Text("Đã được trả lời trước đó", "It was answered before"),
}

TRANSFER_WORKING_DAYS = 5


def moves(state: str, subject: str) -> dict[str, str]:
    """What may be done with a petition and where it leads."""
    legal = dict(_MOVES[state])
    if state == REGISTERED and subject == BEHAVIOUR:
        del legal[ANSWER]
    return legal


def transfer_due(registered: date) -> date:
    """The last day for handing a petition on.

    Counts Mondays to Fridays. Public holidays are not left out, so the date is never later than the law's.
    """
    day, left = registered, TRANSFER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who looks at a petition: what he is to it, not who he is."""

    owner: bool = False
    receiving_body: bool = False
    agency_concerned: bool = False


def may_read(reader: Reader, state: str, subject: str, *, published: bool) -> bool:
    """Whether the petition exists for this reader."""
    if reader.owner or (reader.receiving_body and not _concerned_by_behaviour(reader, subject)):
        return True
    if reader.agency_concerned:
        return subject != BEHAVIOUR or state in {TRANSFERRED, ANSWERED}
    return published


def sees_identity(reader: Reader, subject: str) -> bool:
    """Whether the petitioner's name, address and phone are shown to this reader."""
    if reader.owner:
        return True
    if _concerned_by_behaviour(reader, subject):
        return False
    return reader.receiving_body or reader.agency_concerned


def sees_name(reader: Reader, subject: str, *, opened: bool) -> bool:
    """Whether at least the petitioner's name is shown; `opened`: published, with the petitioner's consent."""
    return sees_identity(reader, subject) or (opened and subject != BEHAVIOUR)


def _concerned_by_behaviour(reader: Reader, subject: str) -> bool:
    return reader.agency_concerned and subject == BEHAVIOUR
