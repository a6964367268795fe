"""Files: they stream between HTTP and the object store; only what is known of them travels by RPC."""

import unicodedata
from typing import Any
from urllib.parse import quote

from obstore.exceptions import BaseError

from chassis.api import Download, Operation, Upload
from chassis.errors import (
    FieldError,
    ServiceError,
    Unauthenticated,
    Unavailable,
    UnsupportedType,
    ValidationFailed,
)
from chassis.faults import Fault
from chassis.logs import get_logger
from chassis.settings import BadSettings
from edge import metrics
from edge.asked import Asked
from edge.body import Body
from edge.errors import FileTypeMismatch
from edge.form import Form, Incoming, WholeBody
from edge.operations import Endpoint, Tools
from edge.rpc import RemoteError
from edge.sniff import ENDINGS, UNKNOWN, canonical
from edge.store import Store, Taken

_FORM_OVERHEAD_BYTES = 64 * 1024
_NAME_LIMIT = 200

log = get_logger(__name__)


class UploadEndpoint(Endpoint):
    """Takes a file as a raw body, or as the part `file` of a form, then makes one RPC."""

    def __init__(self, service: str, operation: Upload, tools: Tools, store: Store) -> None:
        super().__init__(service, operation, tools)
        self._store, self._service, self._accepted = store, service, operation.media_types
        self._limit = min(operation.limit_bytes, tools.settings.upload_limit_bytes)

    async def __call__(self, scope: Any, receive: Any, send: Any, parameters: list[str]) -> None:
        asked: Asked = scope["asked"]
        context = await self._admit(asked, scope)
        if "nameko.token" not in context and not self.operation.allow.anonymous:
            # The service would say the same, but only once the whole file is taken in.
            raise Unauthenticated
        incoming, room = self._incoming(asked)
        body = Body(asked, receive, self._limit + room, self._settings.body_idle_seconds)
        pieces = incoming.file(body.chunks(self._settings.upload_rate_bytes))
        taken = await self._store.take(self._service, pieces, self._limit, self._accepted)
        metrics.UPLOADED_BYTES.inc(taken.size)
        try:
            payload = self._payload.joined(_described(taken, incoming), parameters)
            reply = await self._call(payload, context)
        except (ServiceError, RemoteError) as error:
            if _certainly_not_kept(error):
                await self._forget(taken)
            raise
        if reply.replayed:
            # The file was there already, under the name it got the first time.
            await self._forget(taken)
        await self._answers.send(asked, reply, send)

    def _incoming(self, asked: Asked) -> tuple[Incoming, int]:
        media_type = asked.content_type()
        if media_type == "multipart/form-data":
            return Form(asked.headers[b"content-type"]), _FORM_OVERHEAD_BYTES
        if not media_type:
            raise UnsupportedType(accepted=list(self._accepted))
        return WholeBody(media_type, asked.headers.get(b"content-disposition", b"")), 0

    async def _forget(self, taken: Taken) -> None:
        try:
            await self._store.delete(taken.object)
        except (BaseError, OSError):
            # An object nobody knows of only takes up room.
            log.warning("object left behind", object=taken.object)


class DownloadEndpoint(Endpoint):
    """Asks the service which file it is, then streams it."""

    def __init__(self, service: str, operation: Download, tools: Tools, store: Store) -> None:
        super().__init__(service, operation, tools)
        self._store = store

    async def __call__(self, scope: Any, receive: Any, send: Any, parameters: list[str]) -> None:
        asked: Asked = scope["asked"]
        context = await self._admit(asked, scope)
        payload = self._payload.from_query(scope["query_string"], parameters)
        found = (await self._call(payload, context)).result
        pieces = await self._store.read(found["object"])
        await send(
            {
                "type": "http.response.start",
                "status": self.operation.status,
                "headers": [
                    (b"content-type", found["mediaType"].encode()),
                    (b"content-length", b"%d" % found["size"]),
                    (b"content-disposition", _attachment(found["name"])),
                    (b"cache-control", (self.operation.cache or "private, no-store").encode()),
                ],
            }
        )
        if scope["method"] != "HEAD":
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _described(taken: Taken, incoming: Incoming) -> dict[str, Any]:
    """What the service is told; raises when what the client says of the file is not so."""
    declared = canonical(incoming.media_type)
    name = _tidy(incoming.file_name)
    endings = ENDINGS[taken.media_type]
    if declared not in (taken.media_type, UNKNOWN):
        raise FileTypeMismatch(found=taken.media_type, declared=declared)
    if "." not in name:
        name = (name or "file") + endings[0]
    if not name.lower().endswith(endings):
        raise FileTypeMismatch(found=taken.media_type, declared="*." + name.rpartition(".")[2])
    ours = {
        "object": taken.object,
        "name": name,
        "mediaType": taken.media_type,
        "size": taken.size,
        "sha256": taken.sha256,
    }
    claimed = [_unknown(key) for key in incoming.fields if key in ours]
    if claimed:
        raise ValidationFailed(claimed)
    return incoming.fields | ours


def _tidy(name: str) -> str:
    """A file name without directories and control characters, NFC, not too long."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in base if character.isprintable()).strip(" .")
    stem, dot, ending = printable.rpartition(".")
    return stem[: _NAME_LIMIT - 10] + dot + ending[:10] if dot else printable[:_NAME_LIMIT]


def _attachment(name: str) -> bytes:
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}".encode()


def _certainly_not_kept(error: ServiceError | RemoteError) -> bool:
    """Whether no service can have remembered the file: else deleting it would break a dossier."""
    if isinstance(error, RemoteError):
        return int(error.problem["status"]) < 500
    return error.status < 500 or isinstance(error, Unavailable)


def _unknown(key: str) -> FieldError:
    return Fault("unknown-field").at(f"/{key}")


def endpoint(service: str, operation: Operation, tools: Tools, store: Store | None) -> Endpoint:
    """The right kind of endpoint for an operation."""
    if not isinstance(operation, Upload | Download):
        return Endpoint(service, operation, tools)
    if store is None:
        raise BadSettings("OBJECT_STORE_URL is not set")
    if isinstance(operation, Upload):
        return UploadEndpoint(service, operation, tools, store)
    return DownloadEndpoint(service, operation, tools, store)
