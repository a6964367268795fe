"""`python -m services.catalogue.importer FILE [--report FILE] [--json]`: import a national export."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from chassis.database import Sessions, create_service_engine
from chassis.errors import ServiceError
from chassis.settings import BadSettings, Settings
from services.catalogue.importing.file import Damage, Export, Line
from services.catalogue.importing.reading import Unreadable
from services.catalogue.importing.remarks import Remark
from services.catalogue.usecases.importing import Known, Result, import_reading

#: Rows per transaction: few enough for short locks, many enough to spare commits.
BATCH = 100


@dataclass(slots=True)
class Summary:
    """`remarked` rows are among the imported and unchanged ones; the other three add up to `read`."""

    read: int = 0
    imported: int = 0
    unchanged: int = 0
    remarked: int = 0
    rejected: int = 0
    remarks: dict[str, int] = field(default_factory=dict)

    def count(self, result: Result) -> None:
        self.read += 1
        setattr(self, result.outcome, getattr(self, result.outcome) + 1)
        self.remarked += bool(result.remarks) and result.outcome != "rejected"
        for code in {remark.code for remark in result.remarks}:
            self.remarks[code] = self.remarks.get(code, 0) + 1

    @property
    def nothing_kept(self) -> bool:
        return self.imported + self.unchanged == 0

    def counts(self) -> dict[str, int]:
        return {
            name: getattr(self, name) for name in ("read", "imported", "unchanged", "remarked", "rejected")
        }


#: What the database, its driver (a NUL character) or a bound on waiting says to a row.
_REFUSALS = (SQLAlchemyError, ServiceError, ValueError)


def run(lines: Iterable[Line], sessions: Sessions) -> Iterator[tuple[Line, Result]]:
    """Import every line, a batch per transaction; yields each with its outcome once it is committed."""
    source = iter(lines)
    while batch := list(islice(source, BATCH)):
        try:
            done = _import(batch, sessions)
        except _REFUSALS:
            # One row the database refuses must not take the others along.
            done = [outcome for line in batch for outcome in _import_alone(line, sessions)]
        yield from zip(batch, done, strict=True)
    with sessions.work() as work:
        # The first questions after a large import must not be planned for an empty table.
        work.session.execute(text("ANALYZE procedure_versions"))


def _import(batch: list[Line], sessions: Sessions) -> list[Result]:
    with sessions.work() as work:
        known = Known.for_batch([line.reading for line in batch if line.reading], work)
        return [
            import_reading(line.reading, known, work) if line.reading else Result("rejected", line.remarks)
            for line in batch
        ]


def _import_alone(line: Line, sessions: Sessions) -> list[Result]:
    try:
        return _import([line], sessions)
    except _REFUSALS as error:
        refusal = Remark("not-storable", str(getattr(error, "orig", error)).strip())
        return [Result("rejected", [refusal, *line.remarks])]


def main(argv: list[str] | None = None) -> int:
    arguments = _arguments(argv)
    screen = Console(stderr=True)
    try:
        settings = Settings.from_environment()
        export = Export(arguments.file)
        summary = _run(arguments, export, settings, screen)
    except (BadSettings, Unreadable, OSError) as error:
        screen.print(str(error), style="red", markup=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        screen.print("\nStopped; what was imported until now stays.")
        return 130
    _finish(summary, export.damage, arguments.json)
    for problem in _problems(summary, export.damage):
        screen.print(problem, style="red", markup=False, soft_wrap=True)
    return 1 if export.damage or summary.nothing_kept else 0


def _run(arguments: argparse.Namespace, export: Export, settings: Settings, screen: Console) -> Summary:
    engine = create_service_engine(settings, pool_size=1)
    summary = Summary()
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        report = stack.enter_context(_opened_report(arguments)) if arguments.report else None
        progress = stack.enter_context(_progress(screen))
        task = progress.add_task("Importing procedures", total=export.total)
        for line, result in run(export.lines(), Sessions(engine)):
            summary.count(result)
            progress.advance(task)
            if report:
                _write(report, line.number, line.code, result.outcome, result.remarks)
        if report and export.damage:
            _write(report, export.damage.line, None, "damaged", [_as_remark(export.damage)])
    return summary


def _opened_report(arguments: argparse.Namespace) -> IO[bytes]:
    report: Path = arguments.report
    if report.exists() and report.samefile(arguments.file):
        raise Unreadable(f"{report} is the file to import; the report needs another name")
    return report.open("wb")


def _as_remark(damage: Damage) -> Remark:
    return Remark("file-damaged", damage.reason)


def _problems(summary: Summary, damage: Damage | None) -> Iterator[str]:
    if damage:
        where = f" (it shows at row {damage.line})" if damage.line else ""
        what = (
            "Every row before that is accounted for; what follows is missing."
            if damage.trusted
            else "Rows may be altered, so none was imported."
        )
        yield f"The file is damaged{where}: {damage.reason}. {what} Import a sound copy of it."
    if summary.nothing_kept:
        yield "No row could be imported."


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="motcua catalogue import", description="Import a national export.")
    parser.add_argument("file", type=Path, help="JSON lines, plain or gzip")
    parser.add_argument(
        "--report", type=Path, help="write what became of every row to this file, as JSON lines"
    )
    parser.add_argument("--json", action="store_true", help="end with the summary as one line of JSON")
    return parser.parse_args(argv)


def _progress(screen: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=screen, disable=not screen.is_terminal)


def _write(
    report: IO[bytes], line: int | None, code: str | None, outcome: str, remarks: list[Remark]
) -> None:
    entry: dict[str, Any] = {
        "line": line,
        "code": code,
        "outcome": outcome,
        "remarks": [{"code": remark.code, "detail": remark.detail} for remark in remarks],
    }
    report.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))


def _finish(summary: Summary, damage: Damage | None, as_json: bool) -> None:
    if as_json:
        told = {"damage": {"line": damage.line, "reason": damage.reason}} if damage else {}
        sys.stdout.write(orjson.dumps({**summary.counts(), **told}).decode() + "\n")
        return
    counts, doubts = Table("Rows", "", title="Import"), Table("Remark", "Rows")
    for name, number in summary.counts().items():
        counts.add_row(name, str(number))
    for code, number in sorted(summary.remarks.items(), key=lambda item: -item[1]):
        doubts.add_row(code, str(number))
    console = Console()
    console.print(counts)
    if summary.remarks:
        console.print(doubts)


if __name__ == "__main__":
    sys.exit(main())
