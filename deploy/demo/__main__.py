"""`./motcua demo`: plays the journeys on the running platform and shows what became of each dossier."""

import argparse
import os
import sys
import traceback
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.table import Table

from deploy.demo.client import Refused
from deploy.demo.journeys import JOURNEYS, Journey
from deploy.demo.people import People

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua demo", description=__doc__)
    parser.add_argument("--url", default=os.environ.get("MOTCUA_URL"), help="the edge's address")
    asked = parser.parse_args(argv)
    if not asked.url:
        parser.error("--url is needed: no platform is running here")
    console = Console(width=None if sys.stdout.isatty() else 160)
    people = People(asked.url)
    played, failed = [], 0
    for play in JOURNEYS:
        console.rule(f"[bold]{(play.__doc__ or '').strip()}")
        try:
            played.append(play(people, lambda words: console.print(f"  • {words}")))
        except (AssertionError, Refused, httpx.HTTPError) as error:
            failed += 1
            console.print(f"[red]  ✗ {error}")
            if os.environ.get("MOTCUA_DEBUG"):
                traceback.print_exc()
    console.print(_table(played))
    console.print(f"{len(played)} of {len(JOURNEYS)} journeys went as they should.")
    return 1 if failed else 0


def _table(journeys: list[Journey]) -> Table:
    table = Table(
        "hồ sơ / dossier", "mã / code", "thủ tục / procedure", "trạng thái / states", show_lines=True
    )
    for title in ("tiền / money", "bưu gửi / parcel", "đánh giá / rating"):
        table.add_column(title)
    for journey in journeys:
        dossier = journey.dossier()
        states = "\n".join(_moves(journey.timeline()))
        money = "\n".join(journey.money) or "-"
        procedure = f"{dossier['procedure']['code']} {dossier['procedure']['name']}"
        table.add_row(
            journey.reference,
            dossier["code"] or "-",
            procedure,
            states,
            money,
            journey.parcel,
            journey.rating,
        )
    return table


def _moves(timeline: list[dict[str, object]]) -> list[str]:
    """Each change of state with its time of day."""
    lines: list[str] = []
    last = None
    for entry in timeline:
        state = entry["state"]
        assert isinstance(state, dict)
        if state["code"] == last:
            continue
        last = state["code"]
        at = datetime.fromisoformat(str(entry["at"])).astimezone(VIETNAM)
        lines.append(f"{at:%H:%M:%S} {state['number']} {state['name']}")
    return lines


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
