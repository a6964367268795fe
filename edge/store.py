"""The object store: files stream in under a random name and stream out again."""

import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import obstore
from obstore.store import ObjectStore, from_url

from chassis.errors import TooLarge
from edge.errors import FileTypeRefused
from edge.sniff import HEAD_BYTES, TAIL_BYTES, sniffed

if TYPE_CHECKING:
    from obstore import GetResult

_CHUNK_BYTES = 256 * 1024
_PART_BYTES = 5 * 1024 * 1024


@dataclass(slots=True)
class Taken:
    """A file that is in the store."""

    object: str
    size: int = 0
    sha256: str = ""
    media_type: str = ""


class Store:
    """A directory (file:///…) or a bucket (s3://…)."""

    def __init__(self, url: str) -> None:
        self._store: ObjectStore = from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)

    async def take(
        self, folder: str, pieces: AsyncIterator[bytes], limit: int, accepted: tuple[str, ...]
    ) -> Taken:
        """Store a file while it arrives; nothing is left of one that is refused or breaks off."""
        # By service and day, so that a service can find what it was never told of.
        taken = Taken(folder + time.strftime("/%Y/%m/%d/", time.gmtime()) + secrets.token_hex(16))
        # Whatever `_measured` raises aborts the write, and the object never comes to be.
        await obstore.put_async(
            self._store,
            taken.object,
            _measured(pieces, taken, limit, accepted),
            chunk_size=_PART_BYTES,
            max_concurrency=2,
        )
        return taken

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """The file's content; raises FileNotFoundError before the first piece."""
        found = await obstore.get_async(self._store, name)
        return _pieces(found)

    async def delete(self, name: str) -> None:
        await obstore.delete_async(self._store, name)


async def _measured(
    pieces: AsyncIterator[bytes], taken: Taken, limit: int, accepted: tuple[str, ...]
) -> AsyncIterator[bytes]:
    digest, head, tail = hashlib.sha256(), b"", b""
    async for piece in pieces:
        taken.size += len(piece)
        if taken.size > limit:
            raise TooLarge(limit=limit)
        digest.update(piece)
        if len(head) < HEAD_BYTES:
            head += piece[: HEAD_BYTES - len(head)]
        tail = (tail + piece)[-TAIL_BYTES:]
        yield piece
    taken.sha256 = digest.hexdigest()
    taken.media_type = sniffed(head, tail)
    if taken.media_type not in accepted:
        raise FileTypeRefused(found=taken.media_type, accepted=list(accepted))


async def _pieces(found: "GetResult") -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=_CHUNK_BYTES):
        yield bytes(piece)
