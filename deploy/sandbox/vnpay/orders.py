"""The gateway's books in one SQLite file, so that a killed process forgets no payment and no notification."""

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deploy.sandbox.vnpay import protocol

OPEN, PAID, FAILED = "open", "paid", "failed"
SENDINGS = 10
SCHEMA = """
create table if not exists orders (
  reference text primary key, params text not null, state text not null, code text not null default '',
  bank text not null default '', transaction_no text not null default '', paid_at real, expires_at real not null);
create table if not exists faults (reference text primary key, settings text not null);
create table if not exists notifications (
  id integer primary key autoincrement, reference text not null, due real not null, sendings integer not null,
  done integer not null default 0);
create index if not exists notifications_due on notifications (due) where not done;
create table if not exists sendings (
  id integer primary key autoincrement, reference text not null, at real not null, status integer, answer text);
create table if not exists questions (request text primary key, at real not null);
"""
#: What may go wrong with an order; the counts run down with each notification.
FAULTS: dict[str, Any] = {
    "dropIpns": 0,  # the next N notifications are lost on the way
    "wrongSignatures": 0,  # the next N are signed with another key
    "wrongAmounts": 0,  # the next N name another amount
    "copies": 1,  # each notification is sent N times at once
    "delaySeconds": 0.0,  # before the first notification
    "failureCode": "",  # the bank refuses with this vnp_ResponseCode
}


@dataclass(frozen=True, slots=True)
class Order:
    reference: str
    params: dict[str, str]
    state: str
    code: str
    bank: str
    transaction_no: str
    paid_at: float | None
    expires_at: float

    @property
    def is_over(self) -> bool:
        """Whether its time to be paid has run out."""
        return self.state == OPEN and time.time() >= self.expires_at

    @property
    def status(self) -> str:
        """vnp_TransactionStatus: done, not finished, or failed."""
        if self.state == PAID:
            return "00"
        return "01" if self.state == OPEN and not self.is_over else "02"


class Orders:
    def __init__(self, file: Path) -> None:
        self.file = file
        with closing(self._connect()) as db, db:
            db.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.file, timeout=5)
        db.execute("pragma journal_mode = wal")
        return db

    def open(self, params: Mapping[str, str], expires_at: float) -> Order:
        """The order of a redirect; the same redirect opens the same order."""
        reference = params["vnp_TxnRef"]
        with closing(self._connect()) as db, db:
            db.execute(
                "insert into orders (reference, params, state, expires_at) values (?, ?, ?, ?)"
                " on conflict (reference) do nothing",
                (reference, json.dumps(dict(params)), OPEN, expires_at),
            )
        order = self.find(reference)
        assert order is not None
        return order

    def find(self, reference: str) -> Order | None:
        with closing(self._connect()) as db:
            row = db.execute(
                "select reference, params, state, code, bank, transaction_no, paid_at, expires_at"
                " from orders where reference = ?",
                (reference,),
            ).fetchone()
        return row and Order(row[0], json.loads(row[1]), *row[2:])

    def close(self, reference: str, state: str, code: str, bank: str) -> Order:
        """Pay or fail an open order and owe its notification, in one commit; a closed one stays as it is."""
        now = time.time()
        with closing(self._connect()) as db, db:
            closed = db.execute(
                "update orders set state = ?, code = ?, bank = ?, transaction_no = ?, paid_at = ?"
                " where reference = ? and state = ?",
                (state, code, bank, f"{secrets.randbelow(10**8):08d}", now, reference, OPEN),
            ).rowcount
            if closed:
                self._owe(db, reference, now + float(self._faults(db, reference)["delaySeconds"]))
        order = self.find(reference)
        assert order is not None
        return order

    def notify_again(self, reference: str) -> None:
        with closing(self._connect()) as db, db:
            self._owe(db, reference, time.time())

    @staticmethod
    def _owe(db: sqlite3.Connection, reference: str, due: float) -> None:
        db.execute(
            "insert into notifications (reference, due, sendings) values (?, ?, ?)",
            (reference, due, SENDINGS),
        )

    def due_notifications(self) -> list[tuple[int, str]]:
        with closing(self._connect()) as db:
            return db.execute(
                "select id, reference from notifications where not done and due <= ? order by due limit 50",
                (time.time(),),
            ).fetchall()

    def sent(
        self, notification: int, reference: str, answers: list[tuple[int | None, str]], again_in: float
    ) -> None:
        """Write down what the merchant said; without a good answer it is sent again, ten times at most."""
        good = any(answer in ("00", "02") for _, answer in answers)
        now = time.time()
        with closing(self._connect()) as db, db:
            db.execute(
                "update notifications set sendings = sendings - 1, due = ?, done = ? or sendings <= 1 where id = ?",
                (now + again_in, good, notification),
            )
            db.executemany(
                "insert into sendings (reference, at, status, answer) values (?, ?, ?, ?)",
                [(reference, now, status, answer) for status, answer in answers],
            )

    def sendings(self, reference: str) -> list[dict[str, Any]]:
        with closing(self._connect()) as db:
            rows = db.execute(
                "select at, status, answer from sendings where reference = ? order by id", (reference,)
            ).fetchall()
        return [{"at": protocol.stamp(at), "status": status, "answer": answer} for at, status, answer in rows]

    def faults(self, reference: str) -> dict[str, Any]:
        with closing(self._connect()) as db:
            return self._faults(db, reference)

    @staticmethod
    def _faults(db: sqlite3.Connection, reference: str) -> dict[str, Any]:
        row = db.execute("select settings from faults where reference = ?", (reference,)).fetchone()
        return FAULTS | (json.loads(row[0]) if row else {})

    def set_faults(self, reference: str, settings: dict[str, Any]) -> None:
        with closing(self._connect()) as db, db:
            db.execute("insert or replace into faults values (?, ?)", (reference, json.dumps(settings)))

    def spend(self, reference: str, name: str) -> bool:
        """Use up one of a counted fault, when there is one left."""
        settings = self.faults(reference)
        left = int(settings[name])
        if left > 0:
            self.set_faults(reference, settings | {name: left - 1})
        return left > 0

    def is_new_question(self, request: str) -> bool:
        """Whether a query's id was not used before."""
        with closing(self._connect()) as db, db:
            db.execute("delete from questions where at < ?", (time.time() - 300,))
            row = ("insert or ignore into questions values (?, ?)", (request, time.time()))
            return db.execute(*row).rowcount == 1


@cache
def orders() -> Orders:
    """The books of this process; the directory is named by the environment."""
    directory = Path(os.environ["SANDBOX_DIR"])
    directory.mkdir(parents=True, exist_ok=True)
    return Orders(directory / "vnpay.sqlite3")
