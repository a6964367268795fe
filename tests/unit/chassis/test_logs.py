import io
import json
import logging
from datetime import datetime

import pytest
import structlog

from chassis.logs import PRIVATE, configure, get_logger
from chassis.trace import new_traceparent, set_traceparent


@pytest.fixture
def logged(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure("echo", "info")
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_lines_are_json_with_service_and_trace(logged):
    trace = new_traceparent()
    set_traceparent(trace)
    get_logger("m").info("happened", dossier="d")
    [line] = logged()
    assert line["service"] == "echo"
    assert line["trace_id"] == trace[3:35]
    assert (line["event"], line["dossier"], line["level"]) == ("happened", "d", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", sorted(PRIVATE))
def test_personal_data_never_reaches_a_line(logged, name):
    get_logger("m").info("happened", **{name: "Nguyễn Thị Hoa"})
    assert logged()[0][name] == "…"


def test_lines_of_libraries_have_the_same_form(logged):
    logging.getLogger("kombu").warning("lost %s", "connection")
    [line] = logged()
    assert (line["event"], line["service"], line["logger"]) == ("lost connection", "echo", "kombu")


def test_traceback_shows_the_cause_too(logged):
    def break_it():
        raise ValueError("inner")

    try:
        try:
            break_it()
        except ValueError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        get_logger("m").exception("failed")
    [line] = logged()
    assert line["exception"].index("ValueError: inner") < line["exception"].index("RuntimeError: outer")
    assert "break_it" in line["exception"]


@pytest.mark.parametrize(
    "breaks",
    [
        lambda: int("Nguyễn Thị Hoa"),
        lambda: datetime.fromisoformat("Nguyễn Thị Hoa"),
        lambda: {}["Nguyễn Thị Hoa"],
        lambda: "Nguyễn Thị Hoa".encode("ascii"),
    ],
)
def test_what_an_error_quotes_is_left_out(logged, breaks):
    try:
        breaks()
    except Exception as error:
        get_logger("m").exception("failed")
        assert f"{type(error).__name__}: " in logged()[0]["exception"]
    # The traceback above it shows lines of the program.
    assert "Hoa" not in logged()[0]["exception"].splitlines()[-1]


def test_debug_is_left_out(logged):
    get_logger("m").debug("details")
    assert logged() == []
