"""The way into a running supervisor: one JSON line each way over a unix socket in the state directory."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
Handler = Callable[[dict[str, Any]], Awaitable[Answer]]

_NAME = "supervisor.sock"


class NotRunning(Exception):
    """No supervisor answers for this state directory."""


class Refused(Exception):
    """The supervisor could not do what was asked; says why."""


def ask(directory: Path, what: str, *, seconds: float = 90.0, **details: Any) -> Answer:
    """Ask the supervisor of the state directory, and wait for its answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        try:
            with _short_path(directory) as path:
                connection.connect(path)
            connection.sendall(json.dumps({"do": what, **details}).encode() + b"\n")
            line = connection.makefile("rb").readline()
        except (FileNotFoundError, ConnectionError):
            raise NotRunning from None
        except TimeoutError:
            raise Refused(f"the supervisor did not answer within {seconds:.0f} s") from None
    if not line:
        raise NotRunning
    answer: Answer = json.loads(line)
    if "error" in answer:
        raise Refused(answer["error"])
    return answer


@asynccontextmanager
async def serving(directory: Path, handle: Handler) -> AsyncIterator[None]:
    """Answer requests as long as the block runs."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled when the supervisor ends while somebody waits for an answer.
        with suppress(ConnectionError, asyncio.CancelledError):
            try:
                answer = await handle(json.loads(await reader.readline()))
            except Refused as refused:
                answer = {"error": str(refused)}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    # The lock is held: a socket that is still there belongs to a supervisor that was killed.
    (directory / _NAME).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short_path(directory) as path:
        listener.bind(path)
    (directory / _NAME).chmod(0o600)
    server = await asyncio.start_unix_server(talk, sock=listener)
    try:
        yield
    finally:
        server.close()
        (directory / _NAME).unlink(missing_ok=True)


@contextmanager
def _short_path(directory: Path) -> Iterator[str]:
    # The address of a unix socket has room for 107 bytes, which a deep checkout exceeds.
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        raise NotRunning from None
    try:
        yield f"/proc/self/fd/{descriptor}/{_NAME}"
    finally:
        os.close(descriptor)
