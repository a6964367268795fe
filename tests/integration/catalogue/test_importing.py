"""The real national export into a real catalogue."""

import gzip
import io
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chassis.database import Sessions
from services.catalogue import importer
from services.catalogue.importing.file import Export
from services.catalogue.usecases.importing import Result
from tests.integration.catalogue.conftest import Catalogue
from tests.support.databases import DATA_SECRET, SECRET, FreshDatabase
from tests.unit.catalogue.data import EXPORT, needs_export, rows

NEW = "2026-11-22"


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def run(path: Path, sessions: Sessions) -> list[Result]:
    return [result for _, result in importer.run(Export(path).lines(), sessions)]


def row(code: str = "1.000001", **changed: Any) -> dict[str, Any]:
    return {
        "ma_thu_tuc": code,
        "ten_thu_tuc": "Cấp giấy phép thử",
        "so_quyet_dinh": "1/QĐ-BGTVT",
        "linh_vuc": "Đường bộ",
        "_channels": [{"channel": "online", "time": 3.0, "unit": "Ngày", "fee": 50_000, "currency": "VND"}],
    } | changed


def test_every_row_of_the_export_is_in_the_catalogue(imported: Catalogue) -> None:
    listed = {item["code"] for item in imported.all("find_procedures", limit=100)}
    assert set(rows()) <= listed
    assert len(set(rows())) == 1_401


def test_importing_again_changes_nothing(imported: Catalogue) -> None:
    outcomes = Counter(result.outcome for result in run(EXPORT, imported.sessions))
    assert outcomes == {"unchanged": 1_401}


def test_the_demo_procedures_still_work_after_the_import(imported: Catalogue) -> None:
    extract = imported.ask("get_procedure", code="2.000635")
    [fee] = extract["fees"]
    assert (extract["validFrom"], extract["source"], extract["versionNo"]) == (NEW, "import", 2)
    assert (fee["amount"], fee["per"]) == (8_000, "copies")
    assert [paper["code"] for paper in extract["papers"] if paper["required"]] == ["declaration"]
    assert {channel["timeUnit"] for channel in extract["channels"]} == {"same-day"}
    licence = imported.ask("get_procedure", code="3.000347")
    assert [(fee["amount"], fee["channel"]) for fee in licence["fees"]] == [
        (135_000, "any"),
        (115_000, "online"),
    ]
    assert "kept-local-fees" in [remark["code"] for remark in licence["remarks"]]
    assert licence["order"].startswith("a) Nộp hồ sơ TTHC")
    before = imported.ask("get_procedure", code="3.000347", on="2026-11-21")
    assert (before["source"], before["validTo"]) == ("starter", "2026-11-21")


def test_others_are_told_of_what_was_imported(imported: Catalogue) -> None:
    told = [
        (data["versionNo"], data["validFrom"], data["validTo"]) for _, data in imported.events("2.000635")
    ]
    assert told == [(1, "2025-07-01", None), (1, "2025-07-01", "2026-11-21"), (2, NEW, None)]
    data = imported.events("1.000178")[0][1]
    assert data["agency"] == "000.00.00.G01"
    assert all(result["code"] and result["name"] for result in data["results"])


def test_an_agency_that_is_gone_hands_its_procedures_on(imported: Catalogue) -> None:
    """65 rows carry decisions of the ministry of transport; construction answers for them today."""
    publishers = Counter(item["agency"] for item in imported.all("find_procedures", limit=100))
    assert publishers["000.00.00.G04"] == 0
    assert publishers["000.00.00.G17"] == 526


@pytest.mark.parametrize(
    ("q", "code", "among"),
    [
        ("dang ky khai sinh", "1.001193", 3),
        ("Đăng ký KHAI SINH", "1.001193", 3),
        ("doi giay phep lai xe", "3.000347", 1),
        ("cap ban sao trich luc ho tich", "2.000635", 1),
        ("trich luc ho tich", "2.000635", 1),
        ("dang ky thuong tru", "1.004222", 1),
        ("thanh lap ho kinh doanh", "1.001612", 1),
        ("2.000635", "2.000635", 1),
        ("bhyt", "1.002759", 3),
        ("bằng lái xe", "3.000347", 1),
    ],
)
def test_search(imported: Catalogue, q: str, code: str, among: int) -> None:
    assert code in imported.found(q)[:among]


WRONG_LETTERS = [
    (q[:at] + "w" + q[at + 1 :], code, among)
    for q, code, among in (
        ("dang ky khai sinh", "1.001193", 3),
        ("doi giay phep lai xe", "3.000347", 1),
        ("cap ban sao trich luc ho tich", "2.000635", 1),
    )
    for at in range(0, len(q), 2)
]


@pytest.mark.parametrize(("q", "code", "among"), WRONG_LETTERS)
def test_search_forgives_one_wrong_letter_anywhere(
    imported: Catalogue, q: str, code: str, among: int
) -> None:
    assert code in imported.found(q)[:among]


def test_search_pages_without_repeating(imported: Catalogue) -> None:
    codes = [item["code"] for item in imported.all("find_procedures", q="cap giay phep", limit=50)]
    assert len(codes) == len(set(codes)) > 100


def test_search_goes_with_filters_and_the_day(imported: Catalogue) -> None:
    assert imported.found("dang ky", agency="G15", field="hộ tịch")[0].startswith(("1.", "2."))
    assert imported.found("khai sinh", agency="G19") == []
    assert imported.found("khai sinh", on="2026-11-21") == ["1.001193", "2.000635"]
    assert imported.found("xyzzy qwrt") == []
    assert imported.found("!!!") == []


def test_searching_is_fast(imported: Catalogue) -> None:
    """Far above what it takes (about 3 ms), so that only a lost index can fail it."""
    questions = [
        "dang ky khai sinh",
        "cap giay phep",
        "doi giay phep lai xw",
        "cap ban sao trich luc ho tich",
    ]
    imported.found("khai sinh")
    started = time.perf_counter()
    for _ in range(10):
        for q in questions:
            imported.found(q)
    assert (time.perf_counter() - started) / 40 < 0.1


def test_a_changed_row_becomes_a_version_of_its_own(catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    first = run(write(file, row()), catalogue.sessions)
    same = run(write(file, row()), catalogue.sessions)
    other = run(write(file, row(linh_vuc="Đường sắt")), catalogue.sessions)
    assert [each[0].outcome for each in (first, same, other)] == ["imported", "unchanged", "imported"]
    versions = catalogue.all("list_versions", code="1.000001")
    assert [(version["versionNo"], version["inForce"]) for version in versions] == [(2, True), (1, False)]
    assert catalogue.ask("get_procedure", code="1.000001")["field"] == "Đường sắt"
    assert catalogue.ask("get_procedure", code="1.000001")["agency"] == "000.00.00.G17"


def test_a_publishers_later_version_is_not_undone_by_an_old_export(
    catalogue: Catalogue, tmp_path: Path, body: dict[str, Any]
) -> None:
    file = write(tmp_path / "export.jsonl", row())
    run(file, catalogue.sessions)
    catalogue.ask("publish_version", **body | {"code": "1.000001", "validFrom": "2026-12-24"})
    assert run(file, catalogue.sessions)[0].outcome == "unchanged"
    [changed] = run(write(tmp_path / "newer.jsonl", row(linh_vuc="Đường sắt")), catalogue.sessions)
    assert (changed.outcome, changed.remarks[0].code) == ("rejected", "later-version-published")


def test_bad_rows_do_no_harm_to_their_neighbours(catalogue: Catalogue, tmp_path: Path) -> None:
    lines = [
        "{",
        row(),
        row("2.000002", ten_thu_tuc=""),
        row("3.000003"),
        row(),
        row("4.000004", _channels=7),
    ]
    results = run(write(tmp_path / "export.jsonl", *lines), catalogue.sessions)
    assert [result.outcome for result in results] == [
        "rejected",
        "imported",
        "rejected",
        "imported",
        "rejected",
        "imported",
    ]
    reasons = [result.remarks[0].code for result in results if result.outcome == "rejected"]
    assert reasons == ["not-json", "name-missing", "code-repeated"]


def test_a_row_the_database_refuses_is_rejected_alone(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.catalogue.usecases import importing

    real = importing.publish

    def refusing(code: str, content: Any, work: Any, **how: Any) -> Any:
        # Longer than any agency code: the database itself says no.
        agency = "X" * 36 if code == "2.000002" else content["agency"]
        return real(code, {**content, "agency": agency}, work, **how)

    monkeypatch.setattr(importing, "publish", refusing)
    results = run(write(tmp_path / "e.jsonl", row(), row("2.000002"), row("3.000003")), catalogue.sessions)
    assert [result.outcome for result in results] == ["imported", "rejected", "imported"]
    assert results[1].remarks[0].code == "not-storable"
    assert "too long" in results[1].remarks[0].detail


@needs_export
def test_the_command_reports_every_row(
    make_database: Callable[[str], FreshDatabase], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", make_database("catalogue").url)
    monkeypatch.setenv("AMQP_URL", "amqp://unused/")
    monkeypatch.setenv("SERVICE_SECRET", SECRET)
    monkeypatch.setenv("DATA_SECRET", DATA_SECRET)
    sample = list(rows().values())[::12]
    file = tmp_path / "sample.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, [*sample, {}])).encode()))
    report = tmp_path / "report.jsonl"
    for outcome in ("imported", "unchanged"):
        out = io.StringIO()
        with redirect_stdout(out):
            assert importer.main([str(file), "--report", str(report), "--json"]) == 0
        counts = json.loads(out.getvalue().splitlines()[-1])
        entries = [json.loads(line) for line in report.read_text().splitlines()]
        assert list(counts) == ["read", "imported", "unchanged", "remarked", "rejected"]
        assert (counts["read"], counts[outcome], counts["rejected"]) == (len(sample) + 1, len(sample), 1)
        assert [entry["line"] for entry in entries] == list(range(1, len(sample) + 2))
        assert [set(entry) for entry in entries] == [{"line", "code", "outcome", "remarks"}] * len(entries)
        remarked = [e for e in entries if e["remarks"] and e["outcome"] == outcome]
        assert len(remarked) == counts["remarked"] > 10
        assert entries[-1]["remarks"][0]["code"] == "code-missing"


@dataclass
class Outcome:
    status: int
    counts: dict[str, Any]
    entries: list[dict[str, Any]]
    said: str

    def accounted_for(self) -> bool:
        kept = self.counts["imported"] + self.counts["unchanged"]
        rows = [entry for entry in self.entries if entry["outcome"] != "damaged"]
        return (
            self.counts["read"] == kept + self.counts["rejected"] == len(rows)
            and self.counts["remarked"] <= kept
        )


@pytest.fixture
def command(
    make_database: Callable[[str], FreshDatabase],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[Path], Outcome]:
    """`command(file)` -> what `catalogue import FILE --report … --json` came to."""
    monkeypatch.setenv("DATABASE_URL", make_database("catalogue").url)
    monkeypatch.setenv("AMQP_URL", "amqp://unused/")
    monkeypatch.setenv("SERVICE_SECRET", SECRET)
    monkeypatch.setenv("DATA_SECRET", DATA_SECRET)
    report = tmp_path / "report.jsonl"

    def run_command(file: Path) -> Outcome:
        report.unlink(missing_ok=True)
        status = importer.main([str(file), "--report", str(report), "--json"])
        told = capsys.readouterr()
        entries = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
        return Outcome(status, json.loads(told.out or "{}"), entries, told.err)

    return run_command


def test_of_a_file_cut_short_every_row_before_the_cut_is_imported(
    command: Callable[[Path], Outcome], tmp_path: Path
) -> None:
    noise = random.Random(0)
    rows = [row(f"1.{number:06}", noise=noise.randbytes(200).hex()) for number in range(30)]
    rows[3]["ten_thu_tuc"] = ""
    file = tmp_path / "cut.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode())[:-100])
    done = command(file)
    assert done.status == 1
    assert (done.counts["imported"], done.counts["rejected"]) == (28, 1)
    assert done.accounted_for()
    assert done.counts["damage"] == {"line": 30, "reason": "the file is cut short"}
    last = done.entries[-1]
    assert (last["line"], last["outcome"]) == (30, "damaged")
    assert last["remarks"] == [{"code": "file-damaged", "detail": "the file is cut short"}]
    assert "damaged (it shows at row 30): the file is cut short" in done.said
    sound = tmp_path / "sound.jsonl.gz"
    sound.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    again = command(sound)
    assert (again.status, again.counts["imported"], again.counts["unchanged"]) == (0, 1, 28)


def test_of_an_altered_file_nothing_is_imported_and_every_row_is_reported(
    command: Callable[[Path], Outcome], tmp_path: Path
) -> None:
    packed = bytearray(gzip.compress("\n".join(map(json.dumps, [row(), row("2.000002")])).encode(), 0))
    packed[packed.index(b"2.000002")] ^= 1
    file = tmp_path / "altered.jsonl.gz"
    file.write_bytes(packed)
    done = command(file)
    assert (done.status, done.counts["read"], done.counts["rejected"]) == (1, 2, 2)
    assert done.accounted_for()
    assert [entry["outcome"] for entry in done.entries] == ["rejected", "rejected", "damaged"]
    assert done.entries[0]["remarks"][0]["code"] == "file-altered"
    assert "checksum" in done.said


def test_a_file_of_which_nothing_can_be_kept_fails(
    command: Callable[[Path], Outcome], tmp_path: Path
) -> None:
    done = command(write(tmp_path / "bad.jsonl", "{", row(ten_thu_tuc="")))
    assert (done.status, done.counts["rejected"]) == (1, 2)
    assert done.accounted_for()
    assert "No row could be imported" in done.said


def test_plain_lines_are_imported_and_remarked_rows_are_among_them(
    command: Callable[[Path], Outcome], tmp_path: Path
) -> None:
    done = command(write(tmp_path / "plain.jsonl", row(), row(), row("2.000002", _channels=[])))
    assert (done.status, done.counts["imported"], done.counts["rejected"]) == (0, 2, 1)
    assert done.accounted_for()
    assert done.counts["remarked"] > 0
    assert "damage" not in done.counts


def test_the_report_never_overwrites_the_export(
    command: Callable[[Path], Outcome], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "export.jsonl", row())
    assert importer.main([str(file), "--report", str(file)]) == 2
    assert "another name" in capsys.readouterr().err
    assert json.loads(file.read_text()) == row()


def test_a_file_that_is_not_there_is_said_in_one_line(
    command: Callable[[Path], Outcome], tmp_path: Path
) -> None:
    done = command(tmp_path / "missing.jsonl")
    assert (done.status, done.entries) == (2, [])
    assert done.said == f"{tmp_path / 'missing.jsonl'}: No such file or directory\n"
