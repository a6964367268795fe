"""Whether a database has every migration this code knows, told without loading Alembic."""

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Engine, text


def head(service: str) -> str:
    """The newest migration: its files are numbered, 0001_name.py, and the number is the revision."""
    package = find_spec(f"services.{service}.migrations")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError(f"services.{service} has no migrations")
    versions = Path(next(iter(package.submodule_search_locations))) / "versions"
    return max(path.name.split("_", 1)[0] for path in versions.glob("[0-9]*.py"))


def at_head(service: str, engine: Engine) -> bool:
    """Or beyond: during a rolling update the database is ahead of the old code."""
    with engine.connect() as connection:
        exists = connection.scalar(text("SELECT to_regclass('alembic_version')"))
        if exists is None:
            return False
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "") >= head(service)
