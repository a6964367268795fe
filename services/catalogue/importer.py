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
from services.catalogue.importing.file import Line, Unreadable, count_rows, read_lines
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
        total = count_rows(arguments.file)
        if arguments.report:
            arguments.report.touch()
    except (BadSettings, Unreadable, OSError) as error:
        screen.print(str(error), style="red", markup=False)
        return 2
    engine = create_service_engine(settings, pool_size=1)
    summary = Summary()
    with ExitStack() as stack:
        report = stack.enter_context(arguments.report.open("wb")) if arguments.report else None
        progress = stack.enter_context(_progress(screen))
        task = progress.add_task("Importing procedures", total=total)
        for line, result in run(read_lines(arguments.file), Sessions(engine)):
            summary.count(result)
            progress.advance(task)
            if report:
                _write(report, line, result)
    engine.dispose()
    _finish(summary, arguments.json)
    return 0


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


def _write(report: IO[bytes], line: Line, result: Result) -> None:
    entry: dict[str, Any] = {
        "line": line.number,
        "code": line.code,
        "outcome": result.outcome,
        "remarks": [{"code": remark.code, "detail": remark.detail} for remark in result.remarks],
    }
    report.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))


def _finish(summary: Summary, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(summary.counts()).decode() + "\n")
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
