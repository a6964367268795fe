"""The table of operations a service offers: HTTP, RPC, schemas and who may call, in one place."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from chassis.authority import (
    AGENCY,
    ANY,
    ANYONE,
    OFFICIALS,
    OPEN,
    OWN,
    SERVICES,
    SIGNED_IN,
    STEP,
    Access,
    kinds,
    may,
    roles,
)
from chassis.reads import PersonalDataRead
from chassis.schemas import Schema

__all__ = [
    "AGENCY",
    "ANY",
    "ANYONE",
    "OFFICIALS",
    "OPEN",
    "OWN",
    "SERVICES",
    "SIGNED_IN",
    "STEP",
    "Access",
    "Download",
    "Operation",
    "Upload",
    "kinds",
    "may",
    "roles",
]

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_PARAMETER = re.compile(r"{([a-z_]+)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Http:
    takes: type[Schema]
    gives: type[Schema]
    allow: Access
    #: Shows personal data: an official's reading of it is told by this event, and with it to the owner.
    records: type[PersonalDataRead] | None = None
    status: int = 200
    location: str | None = None
    summary: tuple[str, str] = ("", "")
    key: bool | None = None
    #: Signing in and refreshing come with no token, or with one that has expired.
    reads_token: bool = True
    #: Whether somebody who acts for the caller may ask this for them; how far, the service decides by the mandate.
    acting: bool = False
    if_match: bool = False
    etag: bool = False
    deadline: float = 5.0
    rate: str | None = None
    cache: str | None = None


@dataclass(frozen=True, slots=True)
class Operation(_Http):
    """One thing a service does. Without method and path it is for other services only.

    Fields of `takes` named in the path come from the path; the others are the JSON body, or the query
    parameters of a GET or DELETE. `key`: whether Idempotency-Key is demanded (default: on every POST).
    """

    rpc: str
    method: Method | None = None
    path: str | None = None

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path or ""))

    @property
    def needs_key(self) -> bool:
        return self.method == "POST" if self.key is None else self.key

    @property
    def reads_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    def without_chance(self, payload: Any) -> Any:
        """The part of a payload that is the same whenever a request is sent again."""
        return payload


@dataclass(frozen=True, slots=True)
class Upload(Operation):
    """The edge streams the file to the object store, then calls `rpc` with {object, name, mediaType, size, sha256}."""

    limit_bytes: int = 20 * 1024 * 1024
    media_types: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")

    def without_chance(self, payload: Any) -> Any:
        """A file sent again is stored under another name, and is the same by its content."""
        return {key: value for key, value in payload.items() if key != "object"}


@dataclass(frozen=True, slots=True)
class Download(Operation):
    """`rpc` answers {object, name, mediaType, size}; the edge streams the file from the object store."""
