"""The two ways a file comes in: as the whole body, or as a part of a multipart/form-data body."""

from collections.abc import AsyncIterator
from email.message import Message
from typing import Protocol

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from edge.errors import MalformedForm

_FIELD_LIMIT = 16 * 1024
_MAX_PARTS = 50


class Incoming(Protocol):
    """A file on its way in; what is said about it is known when all pieces have come."""

    fields: dict[str, str]
    file_name: str
    media_type: str

    def file(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The pieces of the file."""


class WholeBody:
    """The body is the file; Content-Type and Content-Disposition describe it."""

    def __init__(self, media_type: str, disposition: bytes) -> None:
        header = Message()
        header["content-disposition"] = disposition.decode("latin-1")
        self.fields: dict[str, str] = {}
        self.file_name = header.get_filename("")
        self.media_type = media_type

    def file(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        return body


class Form:
    """Push body pieces in, get the pieces of the file out; the rest is known at the end."""

    def __init__(self, content_type: bytes) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise MalformedForm
        self.fields: dict[str, str] = {}
        self.file_name = ""
        self.media_type = ""
        self._parts = 0
        self._seen_file = self._in_file = self._finished = False
        self._field, self._value = "", b""
        self._header, self._headers = (b"", b""), dict[bytes, bytes]()
        self._pieces: list[bytes] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    async def file(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The content of the part called `file`. Raises MalformedForm."""
        async for chunk in body:
            try:
                self._parser.write(chunk)
            except FormParserError:
                raise MalformedForm from None
            for piece in self._pieces:
                yield piece
            self._pieces.clear()
        if not self._finished or not self._seen_file:
            raise MalformedForm

    def _part_begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise MalformedForm
        self._headers, self._value = {}, b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], b"")

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = (b"", b"")

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        self._in_file = self._field == "file"
        if self._in_file:
            if self._seen_file:
                raise MalformedForm
            self._seen_file = True
            self.file_name = options.get(b"filename", b"").decode("utf-8", "replace")
            self.media_type = parse_options_header(self._headers.get(b"content-type", b""))[0].decode(
                "latin-1"
            )

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._pieces.append(data[start:end])
        else:
            self._value += data[start:end]
            if len(self._value) > _FIELD_LIMIT:
                raise MalformedForm

    def _part_end(self) -> None:
        if not self._in_file:
            self.fields[self._field] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._finished = True
