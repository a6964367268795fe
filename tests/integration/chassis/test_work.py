"""Only the chassis ends a transaction, so that what is put off to its end is never lost."""

import pytest

from chassis.idempotency import Claim
from tests.integration.chassis.conftest import Echo
from tests.support.echo_service import Note, Whispered


def counts(echo: Echo) -> tuple[int, int]:
    return echo.value("SELECT count(*) FROM notes"), echo.value("SELECT count(*) FROM outbox")


def begin(work) -> None:
    work.add(Note(subject="s", text="x"))
    work.emit(Whispered, subject="s", data={"text": "x"})


@pytest.mark.parametrize("how", ["commit", "rollback"])
def test_use_case_cannot_end_its_transaction(echo, how):
    with pytest.raises(TypeError, match="only the chassis"), echo.sessions().work() as work:
        begin(work)
        getattr(work.session, how)()
    assert counts(echo) == (0, 0)


def test_what_is_kept_so_far_stays_with_its_events_whatever_comes_after(echo):
    with pytest.raises(RuntimeError), echo.sessions().work() as work:
        begin(work)
        work.keep_so_far()
        begin(work)
        raise RuntimeError
    assert counts(echo) == (1, 1)


def test_command_with_a_key_cannot_be_kept_in_part(echo):
    """Its key would be taken and its answer missing, for ever."""
    with pytest.raises(TypeError, match="committed together"), echo.sessions().work() as work:
        Claim(work, "echo", "write", "somebody", "key", {}, "secret")
        begin(work)
        work.keep_so_far()
    assert counts(echo) == (0, 0)
    assert echo.value("SELECT count(*) FROM idempotency_keys") == 0
