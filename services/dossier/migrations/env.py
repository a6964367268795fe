"""Alembic's environment of the dossier service."""

from chassis.migrations import run
from services.dossier import tables

run(tables.Base.metadata)
