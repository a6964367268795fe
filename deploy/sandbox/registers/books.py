"""What the registers hold: the entries of the sandbox, and those added since, kept in one SQLite file."""

import json
import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

#: What PUT /registers/admin may set. Counts run down to zero by themselves.
DEFAULTS: Entry = {
    "slowSeconds": 0.0,  # before every answer
    "down": False,  # every call is answered 503
    "errors": 0,  # the next N calls are answered 500
    "wrong": "",  # what is answered instead: "nonsense", "huge" or "another" entry than the one asked for
}
WRONG = ("", "nonsense", "huge", "another")

BUSINESSES: dict[str, Entry] = {
    "0100109106": {
        "TEN_DN": "Công ty TNHH Thử nghiệm Sao Mai",
        "TRANG_THAI": "DANG_HOAT_DONG",
        "NGUOI_DAI_DIEN": [{"SO_DINH_DANH": "001190000011", "HO_TEN": "Nguyễn Thị Hoa"}],
    },
    "0302481483": {
        "TEN_DN": "Công ty Cổ phần Thử nghiệm Hoàng Hôn",
        "TRANG_THAI": "DA_GIAI_THE",
        "NGUOI_DAI_DIEN": [{"SO_DINH_DANH": "001190000011", "HO_TEN": "Nguyễn Thị Hoa"}],
    },
}
CHILDREN: dict[str, Entry] = {
    "001318000101": {
        "HO_TEN": "Phạm Minh An",
        "NGAY_SINH": "2018-03-09",
        "CHA_ME": [{"SO_DINH_DANH": "001190000011", "HO_TEN": "Nguyễn Thị Hoa"}],
        "GIAM_HO": [],
    },
    "079214000102": {
        "HO_TEN": "Lý Gia Bảo",
        "NGAY_SINH": "2014",
        "CHA_ME": [],
        "GIAM_HO": [
            {
                "SO_DINH_DANH": "079085000022",
                "HO_TEN": "Trần Văn Nam",
                "SO_QUYET_DINH": "15/2024/QĐ-UBND",
                "TU_NGAY": "2024-05-02",
                "DEN_NGAY": None,
            }
        ],
    },
}
STARTER = {"businesses": BUSINESSES, "children": CHILDREN}
SCHEMA = """
create table if not exists settings (name text primary key, value text not null);
create table if not exists entries (register text, number text, entry text not null, primary key (register, number));
"""


class Books:
    """Settings and entries; what was put in since comes before what the sandbox starts with."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with closing(self._connect()) as db, db:
            db.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.file, timeout=5)
        db.execute("pragma journal_mode = wal")
        return db

    def settings(self) -> Entry:
        with closing(self._connect()) as db:
            stored = db.execute("select name, value from settings").fetchall()
        return DEFAULTS | {name: json.loads(value) for name, value in stored}

    def change(self, values: Entry) -> None:
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        with closing(self._connect()) as db, db:
            db.executemany("insert or replace into settings values (?, ?)", rows)

    def spend_error(self) -> bool:
        """Use up one of the errors that are to come, when there is one left."""
        left = int(self.settings()["errors"])
        if left > 0:
            self.change({"errors": left - 1})
        return left > 0

    def find(self, register: str, number: str) -> Entry | None:
        with closing(self._connect()) as db:
            row = db.execute(
                "select entry from entries where register = ? and number = ?", (register, number)
            ).fetchone()
        return json.loads(row[0]) if row else STARTER[register].get(number)

    def put(self, register: str, number: str, entry: Entry) -> None:
        with closing(self._connect()) as db, db:
            db.execute(
                "insert or replace into entries values (?, ?, ?)", (register, number, json.dumps(entry))
            )


@cache
def books() -> Books:
    """The books of this process; the directory is named by the environment."""
    directory = Path(os.environ["SANDBOX_DIR"])
    directory.mkdir(parents=True, exist_ok=True)
    return Books(directory / "registers.sqlite3")
