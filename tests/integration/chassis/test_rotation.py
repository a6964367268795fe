"""A new key takes over while the service goes on serving; no value is lost, whatever comes in between."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from chassis import data_keys, reseal
from chassis.database import Sessions, create_service_engine
from chassis.idempotency import Claim
from chassis.settings import BadSettings
from services.identity.tables import Account
from tests.support.databases import DATA_SECRET, settings_for

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ROWS = 450


class Identity:
    """A database with accounts, and the commands on its keys."""

    def __init__(self, url):
        self.settings = replace(settings_for(url), data_keys_seconds=0.4)
        self.engines, self.said = [], []

    def process(self, **changes):
        """As another process sees it: with keys read by itself."""
        self.engines.append(create_service_engine(replace(self.settings, **changes), pool_size=4))
        return Sessions(self.engines[-1])

    def add(self, sessions, *numbers):
        with sessions.work() as work:
            work.add(*(self._account(f"{number:012d}") for number in numbers))

    def _account(self, number):
        return Account(
            kind="citizen", identifier=number, identifier_digest=number, name=f"Hoa {number}", created_at=NOW
        )

    def answer(self, sessions, key):
        """An answer kept for an idempotency key; made when there is none yet."""
        with sessions.work() as work:
            claim = Claim(work, "identity", "sign_up", "somebody", key, {}, "secret")
            if not claim.already_done:
                claim.keep({"name": f"Hoa {key}"})
            return claim.answer, claim.already_done

    def names(self, sessions):
        with sessions.work(read_only=True) as work:
            return {row.identifier: row.name for row in work.session.query(Account)}

    def seal(self, action, say=None, **changes):
        return reseal.run(action, "identity", replace(self.settings, **changes), say or self.said.append)

    def kids(self):
        with self.process().work(read_only=True) as work:
            found = text("SELECT kid FROM data_keys WHERE kid <> 'lookups' ORDER BY seals_from")
            return list(work.session.scalars(found))


@pytest.fixture
def identity(make_database):
    made = Identity(make_database("identity").url)
    made.add(made.process(), *range(ROWS))
    for key in ("first", "second"):
        made.answer(made.process(), key)
    yield made
    for engine in made.engines:
        engine.dispose()


def test_rotating_while_others_write_and_read(identity):
    [before] = identity.kids()
    writer, added, problems, over = identity.process(), [], [], threading.Event()

    def serve():
        number = ROWS
        try:
            while not over.is_set():
                identity.add(writer, number)
                added.append(number)
                with writer.work() as work:
                    row = (
                        work.session.query(Account).order_by(Account.id).offset(number % ROWS).limit(1).one()
                    )
                    row.name = f"Hoa {row.identifier}"
                    row.phone = f"+84{row.identifier[3:]}"
                number += 1
        except Exception as error:
            problems.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert identity.seal("rotate") == 0
    finally:
        over.set()
        thread.join()
    assert problems == []
    [after] = identity.kids()
    assert after != before
    expected = {f"{n:012d}": f"Hoa {n:012d}" for n in [*range(ROWS), *added]}
    assert identity.names(identity.process()) == expected
    # The process that was there all the time reads and writes on.
    assert identity.names(writer) == expected
    for key in ("first", "second"):
        assert identity.answer(identity.process(), key) == ({"name": f"Hoa {key}"}, True)
    identity.said.clear()
    assert identity.seal("status") == 0
    assert [line for line in identity.said if after in line and "seals" in line]
    assert not [line for line in identity.said if before in line]


def test_interrupted_it_is_taken_up_with_the_same_key(identity):
    [before] = identity.kids()

    def pull_the_plug(words):
        if "accounts" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        identity.seal("rotate", pull_the_plug)
    started = identity.kids()
    assert started[0] == before and len(started) == 2
    assert len(identity.names(identity.process())) == ROWS
    assert identity.seal("rotate") == 0
    assert identity.kids() == started[1:]
    assert len(identity.names(identity.process())) == ROWS


def test_a_row_that_is_held_keeps_the_old_key_until_the_next_time(identity, monkeypatch):
    monkeypatch.setattr(reseal, "_PASSES", 1)
    [before] = identity.kids()
    with identity.process().work() as work:
        work.session.execute(text("SELECT 1 FROM accounts ORDER BY id LIMIT 1 FOR UPDATE"))
        assert identity.seal("rotate") == 1
    assert identity.kids()[0] == before
    assert len(identity.names(identity.process())) == ROWS
    assert identity.seal("rotate") == 0
    assert before not in identity.kids()


def test_only_one_rotation_at_a_time(identity):
    with identity.process().engine.connect() as other:
        other.execute(reseal._LOCK)
        assert identity.seal("rotate") == 1
    assert len(identity.kids()) == 1


def test_a_key_that_is_needed_and_gone_is_told(identity):
    with identity.process().work() as work:
        work.session.execute(text("DELETE FROM data_keys WHERE kid <> 'lookups'"))
    assert identity.seal("status") == 1
    assert f"{2 * ROWS + 2} values cannot be opened" in identity.said[0]


def test_a_new_secret_wraps_the_keys_again_and_the_old_one_opens_them_no_more(identity):
    new = "a new secret of 32 characters or more"
    both = {"data_secret": new, "data_secret_before": DATA_SECRET}
    assert len(identity.names(identity.process(**both))) == ROWS
    assert identity.seal("rewrap", **both) == 0
    sessions = identity.process(data_secret=new)
    assert len(identity.names(sessions)) == ROWS
    with sessions.work(read_only=True) as work:
        number = "000000000007"
        assert (
            work.session.query(Account).filter(Account.identifier_digest == number).one().identifier == number
        )
    with pytest.raises(BadSettings, match="DATA_SECRET"):
        identity.names(identity.process())


def test_a_key_that_a_value_needs_is_never_removed(identity):
    """Whatever came in between: the count decides, not what was sealed anew."""
    engine = identity.process().engine
    with engine.begin() as connection:
        newest = data_keys.add_next(connection, identity.settings, 0)
    tables = reseal.sealed_tables("identity")
    assert reseal._remove_unused(newest, engine, "identity", tables, identity.said.append) == 1
    assert len(identity.kids()) == 2
    assert "rotate again" in identity.said[0]
