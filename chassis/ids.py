"""Identifiers: UUIDv7, so that keys sort by time and indexes stay dense."""

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())
