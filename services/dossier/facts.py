"""What events tell of a dossier, when it happens and whenever a copy is rebuilt."""

from collections.abc import Iterable
from typing import Any

from services.dossier.tables import Charge, Dossier


def head(dossier: Dossier) -> dict[str, Any]:
    """What every event of a dossier carries."""
    return {
        "dossier": dossier.id,
        "reference": dossier.reference,
        "code": dossier.code,
        "procedure": dossier.procedure,
        "agency": dossier.agency,
        "owner": dossier.owner,
    }


def submission(dossier: Dossier, procedure_name: str) -> dict[str, Any]:
    return {
        "procedure_name": procedure_name,
        "owner_kind": dossier.owner_kind,
        "channel": dossier.channel,
        "submitted_at": dossier.submitted_at,
    }


def charging(charges: Iterable[Charge]) -> dict[str, Any]:
    return {"charges": list(charges)}


def end(dossier: Dossier, outcome: str) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "finished_at": dossier.finished_at,
        "due_at": dossier.due_at,
        "on_time": dossier.on_time,
    }
