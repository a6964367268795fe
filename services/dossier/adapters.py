"""The object store, of which this service only ever deletes: what comes in and out passes the edge."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

#: The edge stores a file under the name of the service that is to register it, and the day.
PREFIX = "dossier/"

Run = Callable[..., Any]


class Store(Protocol):
    def delete(self, names: Iterable[str]) -> None:
        """Delete the objects; one that is gone already is no failure."""

    def old(self, folder: str, before: datetime) -> Iterator[list[str]]:
        """Names of the objects in a folder that were stored before a time, page by page."""


class ObjectStore:
    """A directory (file:///…) or a bucket (s3://…); `run` carries out what has to wait for it."""

    def __init__(self, url: str, run: Run = lambda function, *arguments: function(*arguments)) -> None:
        import obstore
        from obstore.store import from_url

        self._library, self._run = obstore, run
        self._store = from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)

    def delete(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(FileNotFoundError):
                self._run(self._library.delete, self._store, name)

    def old(self, folder: str, before: datetime) -> Iterator[list[str]]:
        pages = self._library.list(self._store, prefix=folder)
        while page := self._run(next, pages, None):
            yield [str(one["path"]) for one in page if one["last_modified"] < before]
