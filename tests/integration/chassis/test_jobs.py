"""A job runs on one of all replicas; another takes over when that one is gone."""

import signal
import time

from tests.integration.chassis.conftest import until


def runners(echo) -> list[int]:
    return [row.process for row in echo.rows("SELECT process FROM ran ORDER BY at")]


def test_job_runs_on_one_of_two_replicas_and_the_other_takes_over_after_kill_9(echo):
    first, second = echo.start(), echo.start()
    until(lambda: len(runners(echo)) >= 4)
    assert set(runners(echo)) == {first.process.pid}
    first.stop(signal.SIGKILL)
    until(lambda: second.process.pid in runners(echo))


def test_job_runs_at_its_interval(echo):
    echo.start()
    until(lambda: runners(echo))
    before = len(runners(echo))
    time.sleep(2)
    assert 1 <= len(runners(echo)) - before <= 8


def test_job_goes_on_after_its_lock_connection_was_cut(echo):
    echo.start()
    until(lambda: runners(echo))
    echo.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    before = len(runners(echo))
    until(lambda: len(runners(echo)) >= before + 3)
    assert echo.running[0].process.poll() is None
