"""`./motcua demo`: plays the journeys on the running platform and shows what became of each dossier."""

import argparse
import os
import sys
import time
import traceback

import httpx
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from deploy.demo.client import Refused
from deploy.demo.journeys import JOURNEYS, Journey
from deploy.demo.outcome import shown
from deploy.demo.people import People

_FILE_WIDTH = 180


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua demo", description=__doc__)
    parser.add_argument("--url", default=os.environ.get("MOTCUA_URL"), help="the edge's address")
    asked = parser.parse_args(argv)
    if not asked.url:
        parser.error("--url is needed: no platform is running here")
    if problem := _unreachable(asked.url):
        print(f"motcua: {problem}", file=sys.stderr)
        return 2
    # A file has room for a table, unless COLUMNS says what it is for.
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return _play(asked.url, Console(width=None if told else _FILE_WIDTH, highlight=False))


def _unreachable(url: str) -> str | None:
    """Why no journey can be played there; a platform that only stumbles is waited for later."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/openapi.json", timeout=10)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"no platform answers at {url}: {error}"
    return None if answer.status_code == httpx.codes.OK else f"what answers at {url} is not Một Cửa"


def _play(url: str, console: Console) -> int:
    people, began = People(url), time.monotonic()
    played: list[Journey] = []
    console.print(f"{len(JOURNEYS)} journeys over HTTP, at {url}", markup=False)
    for play in JOURNEYS:
        console.print(Text(f"\n{(play.__doc__ or '').strip()}", style="bold"))
        try:
            played.append(play(people, lambda words: _point(console, words)))
        except (AssertionError, Refused, httpx.HTTPError) as error:
            _point(console, f"{error or type(error).__name__}", mark="✗", style="red")
            if os.environ.get("MOTCUA_DEBUG"):
                traceback.print_exc()
    console.print()
    if played:
        console.print(shown(played, console.width))
    all_well = len(played) == len(JOURNEYS)
    verdict = (
        f"{len(played)} of {len(JOURNEYS)} journeys went as they should ({time.monotonic() - began:.0f} s)."
    )
    console.print(Text(verdict, style="green" if all_well else "red"))
    return 0 if all_well else 1


def _point(console: Console, words: str, mark: str = "•", style: str = "") -> None:
    console.print(Padding(Text(f"{mark} {words}", style=style), (0, 0, 0, 2), expand=False))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
