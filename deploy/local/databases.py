"""One database and one role per service, on whatever PostgreSQL there is."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from deploy.local.passwords import SERVICES, Passwords


@dataclass(frozen=True)
class ServiceDatabase:
    """Where a service keeps its data; `identity` changes when the database is made anew."""

    url: str
    identity: str


def ensure(admin_url: str, prefix: str, passwords: Passwords) -> dict[str, ServiceDatabase]:
    """Make the missing databases and roles; every service's database."""
    connection = psycopg2.connect(admin_url.replace("+psycopg2", "", 1), connect_timeout=10)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            return {
                service: _ensure_one(
                    cursor, admin_url, f"{prefix}{service}", passwords[f"{service.upper()}_DATABASE_PASSWORD"]
                )
                for service in SERVICES
            }
    finally:
        connection.close()


def _ensure_one(
    cursor: psycopg2.extensions.cursor, admin_url: str, name: str, password: str
) -> ServiceDatabase:
    role = sql.Identifier(name)
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
    if _oid(cursor, name) is None:
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))
    return ServiceDatabase(_url(admin_url, name, password), f"{name}:{_oid(cursor, name)}")


def _oid(cursor: psycopg2.extensions.cursor, name: str) -> int | None:
    cursor.execute("SELECT oid FROM pg_database WHERE datname = %s", (name,))
    row = cursor.fetchone()
    return int(row[0]) if row else None


def _url(admin_url: str, name: str, password: str) -> str:
    parts = urlsplit(admin_url)
    address = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(name)}:{quote(password, safe='')}@{address}"
    return urlunsplit(("postgresql+psycopg2", netloc, f"/{name}", parts.query, ""))
