"""What became of each dossier, at the end of the demo: a table where there is room, else one card for each."""

from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.demo.journeys import Journey
from deploy.demo.times import local

_TITLES = (
    "hồ sơ / dossier",
    "mã / code",
    "thủ tục / procedure",
    "trạng thái / states",
    "tiền / money",
    "bưu gửi / parcel",
    "đánh giá / rating",
)
#: So that no code, state or receipt number is broken into pieces; together with the lines between them they need:
_LEAST = (15, 25, 24, 37, 30, 13, 10)
_ROOM_FOR_A_TABLE = sum(_LEAST) + 3 * len(_LEAST) + 1


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
    table = Table(show_lines=True)
    for title, least in zip(_TITLES, _LEAST, strict=True):
        table.add_column(title, min_width=least)
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
        lines.append(f"{local(entry['at']):%H:%M:%S} {state['number']} {state['name']}")
    return lines
