"""The national export on the running platform: every row accounted for, found by search, and the demo still works."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.client import Client
from deploy.demo.journeys import EXTRACT, LICENCE
from tests.support.platform import ROOT, Platform

EXPORT = Path(os.environ.get("MOTCUA_TEST_DATA", ROOT.parent / "shared" / "data")) / "procedures.jsonl.gz"
pytestmark = pytest.mark.skipif(not EXPORT.exists(), reason="the national export is not beside the checkout")


def summary(text: str) -> dict[str, int]:
    return dict(json.loads(text.splitlines()[-1]))


@pytest.fixture(scope="module")
def imported(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], Path]:
    report = tmp_path_factory.mktemp("import") / "report.jsonl"
    done = platform.command("catalogue", "import", str(EXPORT), "--json", "--report", str(report))
    return summary(done.stdout), report


def test_every_row_is_accounted_for(imported: tuple[dict[str, int], Path]) -> None:
    counted, report = imported
    assert counted["read"] == 1401
    assert counted["imported"] + counted["unchanged"] + counted["rejected"] == 1401
    rows = [json.loads(line) for line in report.read_text().splitlines()]
    assert len([row for row in rows if row["outcome"] == "rejected"]) == counted["rejected"]
    assert len([row for row in rows if row["remarks"]]) == counted["remarked"]


def test_a_second_run_changes_nothing(platform: Platform, imported: tuple[dict[str, int], Path]) -> None:
    again = summary(platform.command("catalogue", "import", str(EXPORT), "--json").stdout)
    assert (again["imported"], again["unchanged"]) == (0, 1401)


def codes(url: str, question: str) -> list[str]:
    items: list[dict[str, Any]] = Client(url).get("/procedures", q=question)["items"]
    return [item["code"] for item in items]


@pytest.mark.parametrize(
    "question", ["dang ky khai sinh", "dang ki khai sinh", "Đăng ký khai sinh", "dang ky khai sjnh"]
)
def test_birth_registration_is_among_the_first_three(
    url: str, imported: tuple[dict[str, int], Path], question: str
) -> None:
    assert "1.001193" in codes(url, question)[:3]


@pytest.mark.parametrize("question", ["doi giay phep lai xe", "doi giay phep lai xw", "ĐỔI GIẤY PHÉP LÁI XE"])
def test_the_licence_exchange_comes_first(
    url: str, imported: tuple[dict[str, int], Path], question: str
) -> None:
    assert codes(url, question)[0] == LICENCE


def test_what_the_export_lacks_is_kept(url: str, imported: tuple[dict[str, int], Path]) -> None:
    fees = {code: Client(url).get(f"/procedures/{code}")["fees"] for code in (EXTRACT, LICENCE)}
    assert [fee["amount"] for fee in fees[EXTRACT]] == [8_000]
    assert 135_000 in [fee["amount"] for fee in fees[LICENCE]]
