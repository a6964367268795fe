"""Uploaded files: who owns them and who may read them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from chassis import acting
from chassis.caller import Caller
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import views
from services.dossier.tables import File

NOT_SCANNED = "not-scanned"


def register_file(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Remember a file the edge has stored; its uploader owns it."""
    acting.require_some(caller, "submit")
    row = File(
        object=command.object,
        name=command.name,
        media_type=command.media_type,
        size=command.size,
        sha256=command.sha256,
        owner=caller.subject,
        agency=caller.agency,
        scan_state=NOT_SCANNED,
        uploaded_at=work.clock.now(),
        **acting.record(caller),
    )
    work.add(row)
    work.session.flush()
    return views.file(row)


def owned(work: Work, files: Iterable[str], owner: str) -> set[str]:
    """Those of the files that this account uploaded."""
    return _known(work, files, File.owner == owner)


def of_agencies(work: Work, files: Iterable[str], *agencies: str) -> set[str]:
    """Those of the files that officials of these agencies uploaded."""
    return _known(work, files, File.agency.in_(agencies))


def _known(work: Work, files: Iterable[str], condition: Any) -> set[str]:
    wanted = set(files)
    if not wanted:
        return set()
    # Held until the work ends, so that no file is swept while it is being attached.
    found = select(File.id).where(File.id.in_(wanted), condition).with_for_update(read=True, key_share=True)
    return set(work.session.scalars(found))
