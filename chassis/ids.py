"""Identifiers: UUIDv7, so that keys sort by time and indexes stay dense."""

import uuid

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())


def as_id(name: str) -> str | None:
    """An id as ids are written here; None for a name of another kind (a reference, a code)."""
    try:
        return str(uuid.UUID(name))
    except ValueError:
        return None
