"""The real export, where the machine has it."""

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[3]
EXPORT = Path(os.environ.get("MOTCUA_TEST_DATA", _ROOT.parent / "shared" / "data")) / "procedures.jsonl.gz"

needs_export = pytest.mark.skipif(not EXPORT.exists(), reason=f"{EXPORT} is not here")


@cache
def rows() -> dict[str, dict[str, Any]]:
    """The rows of the export by procedure code."""
    with gzip.open(EXPORT, "rt", encoding="utf-8") as file:
        return {row["ma_thu_tuc"]: row for row in map(json.loads, file)}
