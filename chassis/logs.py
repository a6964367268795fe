"""JSON logs of one schema: service, call id, trace id; never personal data."""

import logging
import re
import sys
import traceback
from typing import Any

from chassis.trace import current_traceparent, trace_id

# structlog's pretty printer loads rich where that happens to be installed: 7 MB and 0.2 s for every process, and
# ours print JSON.
_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]
try:
    import structlog
finally:
    del sys.modules["rich"]
    if _rich is not None:
        sys.modules["rich"] = _rich

#: Names that must never reach a log line, whoever passes them.
PRIVATE = frozenset(
    {
        "password",
        "token",
        "payload",
        "name",
        "identity_number",
        "personal_number",
        "phone",
        "address",
        "email",
    }
)

_QUOTED = re.compile(r"([\"']).*\1", re.DOTALL)


def _redact(_logger: Any, _method: str, event: Any) -> Any:
    for key in PRIVATE.intersection(event):
        event[key] = "…"
    return event


def _add_trace(_logger: Any, _method: str, event: Any) -> Any:
    event.setdefault("trace_id", trace_id(current_traceparent()))
    return event


def _naming(service: str) -> Any:
    # Not by context variables: every green thread starts with none.
    def add_service(_logger: Any, _method: str, event: Any) -> Any:
        event["service"] = service
        return event

    return add_service


def told(error: BaseException) -> str:
    """What an error says, without the values that a database or Python quotes in it: they are people's data."""
    original: Any = getattr(error, "orig", error)
    summary = getattr(getattr(original, "diag", None), "message_primary", None)
    words = f"{original.pgcode} {summary}" if summary else str(error)
    if isinstance(error, ValueError | LookupError):
        # Python quotes in them what somebody entered.
        words = _QUOTED.sub("…", words)
    return f"{type(error).__name__}: {words}"


def _traceback(_logger: Any, _method: str, event: Any) -> Any:
    exc_info = event.pop("exc_info", None)
    error = (
        sys.exc_info()[1] if exc_info is True else exc_info[1] if isinstance(exc_info, tuple) else exc_info
    )
    parts: list[str] = []
    while isinstance(error, BaseException) and len(parts) < 10:
        parts.insert(0, "".join(traceback.format_tb(error.__traceback__)) + told(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if parts:
        event["exception"] = "\n\n".join(parts)
    return event


def configure(service: str, level: str = "info") -> None:
    """Send every log line, ours and the libraries', as JSON to standard output."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    shared: list[Any] = [
        _naming(service),
        structlog.processors.add_log_level,
        _add_trace,
        _redact,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            _traceback,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _traceback,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


def get_logger(name: str) -> Any:
    return structlog.get_logger(module=name)
