"""The nine indicators of TT 01/2018/TT-VPCP, Điều 13-15, and the points of one dossier.

Indicators 1, 2, 3, 4, 6 and 7 are scored per dossier, 5, 6, 8 and 9 per agency, each 0, 1 or 2. Of a
dossier's six, the circular has 1, 3, 4 and 7 collected from the person (form, device, online): the
citizen answers these four, all of them. It has 2 and 6 collected by the system:

- 2, the time taken by each agency taking part: known from the dossier's own clock. One agency handles a
  dossier here, so its time is the dossier's; a dossier without a due date has no known points.
- 6, how the procedure is made public: electronic publication alone is one point and two need the notice
  at the desk as well. What hangs at the desk is not recorded anywhere yet, so it is unknown.

Unknown is None and never 0: an unknown indicator takes no part in a sum or a count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chassis.texts import Text

POINTS = (0, 1, 2)
ASKED = (1, 3, 4, 7)
PER_DOSSIER = (1, 2, 3, 4, 6, 7)
OFFICER = (1, 2, 3, 4, 7)
AGENCY = (1, 2, 3, 4, 5, 6, 7, 8, 9)

NAMES: dict[int, Text] = {
    1: Text(
        "Tổng thời gian giải quyết so với quy định",
        "Total handling time compared with the time limit",
    ),
    2: Text(
        "Thời gian thực hiện của từng cơ quan tham gia, kể cả cơ quan phối hợp",
        "Time taken by each agency taking part, including those consulted",
    ),
    3: Text(
        "Số lần phải liên hệ với nơi tiếp nhận để hoàn thiện hồ sơ",
        "How often the desk had to be contacted to complete the dossier",
    ),
    4: Text(
        "Số cơ quan phải liên hệ để hoàn thiện hồ sơ",
        "How many agencies had to be contacted to complete the dossier",
    ),
    5: Text(
        "Tổ chức tiếp nhận, giải quyết, trả kết quả tại Bộ phận Một cửa",
        "Reception, handling and return organised at the one-stop desk",
    ),
    6: Text("Công khai thủ tục hành chính", "Procedures made public"),
    7: Text("Thái độ của cán bộ, công chức, viên chức", "Attitude of the officers"),
    8: Text(
        "Tiếp thu, giải trình phản ánh, kiến nghị",
        "How petitions are taken up and answered",
    ),
    9: Text(
        "Tiến độ, chất lượng cung cấp dịch vụ công trực tuyến",
        "Progress and quality of online services",
    ),
}

#: How the dossier was finished against its due date -> points of indicator 2.
_TIMELINESS = {"early": 2, "on-time": 1, "late": 0}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the citizen answered to one indicator."""

    indicator: int
    points: int


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that cannot be taken: where it stands (None: it is missing) and which rule it breaks."""

    position: int | None
    code: str
    indicator: int


def faults(answers: Iterable[Answer]) -> list[Fault]:
    """Every answer that is not asked for, given twice, or missing."""
    found: list[Fault] = []
    seen: set[int] = set()
    for position, answer in enumerate(answers):
        if answer.indicator not in ASKED:
            found.append(Fault(position, "indicator-not-asked", answer.indicator))
        elif answer.indicator in seen:
            found.append(Fault(position, "answered-twice", answer.indicator))
        seen.add(answer.indicator)
    missing = [Fault(None, "answer-missing", number) for number in ASKED if number not in seen]
    return found + missing


def points_of_dossier(answers: Iterable[Answer], on_time: str) -> dict[int, int | None]:
    """The six indicators of one dossier: four answered by the citizen, two filled by the system where known."""
    answered = {answer.indicator: answer.points for answer in answers}
    filled: Mapping[int, int | None] = {2: _TIMELINESS.get(on_time), 6: None}
    return {number: answered.get(number, filled.get(number)) for number in PER_DOSSIER}
