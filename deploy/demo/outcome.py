"""What became of each dossier, at the end of the demo: a table where there is room, else one card for each."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.demo.journeys import Journey

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_TITLES = (
    "hồ sơ / dossier",
    "mã / code",
    "thủ tục / procedure",
    "trạng thái / states",
    "tiền / money",
    "bưu gửi / parcel",
    "đánh giá / rating",
)
#: Below this, seven columns would break codes and names into pieces.
_ROOM_FOR_A_TABLE = 140


def shown(journeys: list[Journey], width: int) -> RenderableType:
    """Readable on a screen of this width."""
    rows = [_facts(journey) for journey in journeys]
    if width >= _ROOM_FOR_A_TABLE:
        return _table(rows)
    return Group(*(_card(journey.title, row) for journey, row in zip(journeys, rows, strict=True)))


def _facts(journey: Journey) -> tuple[str, ...]:
    dossier = journey.dossier()
    return (
        journey.reference,
        dossier["code"] or "-",
        f"{dossier['procedure']['code']} {dossier['procedure']['name']}",
        "\n".join(moves(journey.timeline())),
        "\n".join(journey.money) or "-",
        journey.parcel,
        journey.rating,
    )


def _table(rows: list[tuple[str, ...]]) -> Table:
    table = Table(*_TITLES, show_lines=True)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _card(title: str, row: tuple[str, ...]) -> Table:
    card = Table(title=Text(title), title_justify="left", show_header=False, box=box.SIMPLE, pad_edge=False)
    card.add_column(no_wrap=True)
    card.add_column(overflow="fold")
    for name, value in zip(_TITLES, row, strict=True):
        card.add_row(name, Text(value))
    return card


def moves(timeline: list[dict[str, Any]]) -> list[str]:
    """Each change of state with its time of day."""
    lines: list[str] = []
    last = None
    for entry in timeline:
        state = entry["state"]
        if state["code"] == last:
            continue
        last = state["code"]
        at = datetime.fromisoformat(str(entry["at"])).astimezone(VIETNAM)
        lines.append(f"{at:%H:%M:%S} {state['number']} {state['name']}")
    return lines
