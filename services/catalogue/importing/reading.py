"""The lines of a file, plain or gzip; of a damaged one everything that stands before the damage."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_GZIP = b"\x1f\x8b"
_CHUNK = 64 * 1024
_WHOLE_GZIP = 31
#: What zlib says when all could be decoded, but is not what was packed.
_ALTERED = ("incorrect data check", "incorrect length check")


class Unreadable(Exception):
    """There is nothing to read rows from."""


class Broken(Exception):
    """Reading ended before the end; `whole` when the last line before that is complete."""

    def __init__(self, reason: str, *, whole: bool = False, altered: bool = False) -> None:
        super().__init__(reason)
        self.whole, self.altered = whole, altered


def read_lines(path: Path) -> Iterator[bytes]:
    """Every line without its end; raises Unreadable at once, or Broken behind the last line that is there."""
    file, compressed = _opened(path)
    rest = b""
    with file:
        try:
            for block in _inflated(file) if compressed else _plain(file):
                *lines, rest = (rest + block).split(b"\n")
                yield from lines
        except Broken as damage:
            if damage.whole and rest:
                yield rest
            raise
    if rest:
        yield rest


def _opened(path: Path) -> tuple[BinaryIO, bool]:
    try:
        with path.open("rb") as file:
            start = file.read(_CHUNK)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None
    compressed = start.startswith(_GZIP)
    if path.suffix == ".gz" and start and not compressed:
        raise Unreadable(f"{path} is no gzip file, whatever its name says")
    if b"\0" in start and not compressed:
        raise Unreadable(f"{path} is neither text nor a gzip file")
    return path.open("rb"), compressed


def _plain(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise Broken(str(error)) from None


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    """One gzip stream after the other; the module gzip would lose what it decoded just before the damage."""
    stream = None
    for chunk in _plain(file):
        left = chunk
        while left:
            begins, stream = stream is None, stream or zlib.decompressobj(_WHOLE_GZIP)
            yield from _until_damage(stream, left, begins)
            left, stream = (stream.unused_data.lstrip(b"\0"), None) if stream.eof else (b"", stream)
    if stream is not None:
        raise Broken("the file is cut short")


def _until_damage(stream: "zlib._Decompress", chunk: bytes, begins: bool) -> Iterator[bytes]:
    again = stream.copy()
    try:
        inflated = stream.decompress(chunk)
    except zlib.error:
        yield from _byte_by_byte(again, chunk, begins)
    else:
        yield inflated


def _byte_by_byte(stream: "zlib._Decompress", chunk: bytes, begins: bool) -> Iterator[bytes]:
    came = False
    for at in range(len(chunk)):
        try:
            inflated = stream.decompress(chunk[at : at + 1])
        except zlib.error as error:
            reason = str(error).rpartition(": ")[2]
            if reason in _ALTERED:
                said = "the file's checksum does not match: it was altered after it was written"
                raise Broken(said, whole=True, altered=True) from None
            raise Broken(reason, whole=begins and not came) from None
        came = came or bool(inflated)
        yield inflated
