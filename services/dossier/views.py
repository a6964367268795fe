"""Rows as the answers callers get."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.texts import Language
from services.dossier.states import State
from services.dossier.tables import Agency, Charge, Dossier, Draft, File, ProcedureVersion


def state(number: int, language: Language) -> dict[str, Any]:
    national = State(number)
    return {"number": number, "code": national.code, "name": national.text.render(language)}


def named(row: ProcedureVersion | Agency, language: Language) -> dict[str, str]:
    return {"code": row.code, "name": named_in(language, row.name, row.name_en)}


def named_in(language: Language, name: str, name_en: str | None) -> str:
    return name_en if language == "en" and name_en else name


def file(row: File) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "scan_state": row.scan_state,
    }


def draft(row: Draft) -> dict[str, Any]:
    return {
        "id": row.id,
        "procedure": row.procedure,
        "agency": row.agency,
        "channel": row.channel,
        "answers": row.answers,
        "papers": row.papers,
        "delivery": row.delivery,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "version": row.version,
    }


def summary(row: Dossier, language: Language) -> dict[str, Any]:
    """Where a dossier stands."""
    return {
        "reference": row.reference,
        "code": row.code,
        "state": state(row.state, language),
        "step": _step(row.step, language),
        "submitted_at": row.submitted_at,
        "received_at": row.received_at,
        "due_at": row.due_at,
        "paused_at": row.paused_at,
        "decided_at": row.decided_at,
        "finished_at": row.finished_at,
        "version": row.version,
    }


def item(row: Dossier, procedure: ProcedureVersion, agency: Agency, language: Language) -> dict[str, Any]:
    """A dossier in a list."""
    return summary(row, language) | {
        "procedure": named(procedure, language),
        "agency": named(agency, language),
        "owner_name": row.owner_name,
    }


def charges(rows: Iterable[Charge], owed: Mapping[str, int], language: Language) -> dict[str, Any]:
    """The charges of a dossier; `owed` is what is still to be paid per time of collection."""
    shown = [
        {
            "code": row.code,
            "name": named_in(language, row.name, row.name_en),
            "kind": row.kind,
            "unit_amount": row.unit_amount,
            "quantity": row.quantity,
            "amount": row.amount,
            "collect": row.collect,
            "settled": not owed.get(row.collect),
        }
        for row in rows
    ]
    return {"charges": shown, "total": sum(charge["amount"] for charge in shown)}


def _step(step: Mapping[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if step is None:
        return None
    name = named_in(language, step["name"], step["name_en"])
    return {"code": step["code"], "name": name, "role": step["role"]}
