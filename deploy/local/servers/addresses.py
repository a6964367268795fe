"""The addresses of servers that the environment names, checked before anything is started."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import psycopg2

_POSTGRES = ("postgresql", "postgresql+psycopg2", "postgres")
_BROKER = ("amqp", "amqps")


class BadAddress(Exception):
    """An address is not valid; says which, and what one looks like, but never the password in it."""


def check_addresses(environment: Mapping[str, str]) -> None:
    """All that are given are addresses of the right kind; whether somebody answers is not asked here."""
    if url := environment.get("DATABASE_URL"):
        _check_database(url)
    for name, url in environment.items():
        if url and (name == "AMQP_URL" or name.startswith("AMQP_URL_")):
            _check_broker(name, url)
    if url := environment.get("OBJECT_STORE_URL"):
        _check_object_store(url)


def _check_database(url: str) -> None:
    try:
        parts = urlsplit(url)
        if parts.scheme in _POSTGRES and parts.port != 0:
            psycopg2.extensions.parse_dsn(url.replace("+psycopg2", "", 1))
            return
    except (ValueError, psycopg2.Error):
        pass
    raise BadAddress(
        "DATABASE_URL is no address of a PostgreSQL server (postgresql://user:password@host:5432/postgres)"
    )


def _check_broker(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        named = bool(parts.username) == bool(parts.password)
        if parts.scheme in _BROKER and parts.hostname and parts.port != 0 and named:
            return
    except ValueError:
        pass
    raise BadAddress(f"{name} is no address of a broker (amqp://user:password@host:5672/vhost)")


def _check_object_store(url: str) -> None:
    # Loaded only when somebody names a store of their own.
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    scheme = urlsplit(url).scheme
    if scheme == "file":
        return
    try:
        from_url(url)
    except (BaseError, ValueError):
        raise BadAddress(
            f"OBJECT_STORE_URL: {scheme or 'an address without a scheme'} is no object store"
            " (file:///directory or s3://bucket)"
        ) from None
