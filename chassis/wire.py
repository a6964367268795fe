"""Bodies on the wire: plain JSON, so that nothing a user writes can mean anything to the decoder."""

from typing import Any

import orjson

from chassis import envelope
from chassis.errors import InternalError, ServiceError
from chassis.texts import Language


def encode(value: Any) -> bytes:
    return orjson.dumps(value)


def decode(body: Any) -> Any:
    return orjson.loads(envelope.opened(bytes(body) if isinstance(body, memoryview) else body))


def request_body(payload: Any) -> bytes:
    """A request in Nameko's form, with the one argument all our methods take; closed where there is a key."""
    return envelope.closed(encode({"args": [], "kwargs": {"payload": payload}}))


def answer_body(answer: bytes, request: Any) -> bytes:
    """The answer as it travels: closed when the request was; who asked openly may have no key."""
    return envelope.closed(answer) if envelope.is_closed(request) else answer


def result_body(result: Any, *, replayed: bool = False) -> bytes:
    """An answer in Nameko's form; `replayed` tells that it was given before, for the same key."""
    reply = {"result": result, "error": None}
    return encode(reply | {"replayed": True} if replayed else reply)


def error_body(error: ServiceError, language: Language) -> bytes:
    """A failure in Nameko's form; `exc_args[0]` is the problem, already in the caller's language."""
    kind = type(error)
    return encode(
        {
            "result": None,
            "error": {
                "exc_type": kind.__name__,
                "exc_path": f"chassis.errors.{kind.__name__}",
                "exc_args": [error.as_problem(language)],
                "value": error.code,
            },
        }
    )


def internal_error_body(language: Language) -> bytes:
    return error_body(InternalError(), language)
