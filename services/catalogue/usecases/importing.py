"""Importing one row of a national export through the same door as every publication."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import orjson
from sqlalchemy import select

from chassis.work import Work
from services.catalogue.content import COLUMNS
from services.catalogue.errors import VersionOutOfOrder
from services.catalogue.importing.merging import merged
from services.catalogue.importing.remarks import Remark
from services.catalogue.importing.row import Reading
from services.catalogue.tables import Procedure, ProcedureVersion
from services.catalogue.usecases import agencies
from services.catalogue.usecases.publishing import publish

Outcome = Literal["imported", "unchanged", "rejected"]


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class Known:
    """What a batch needs to know beforehand: the row each procedure came from, who answers for whom today."""

    digests: dict[str, str | None]
    agencies: dict[str, str]

    @classmethod
    def for_batch(cls, readings: Sequence[Reading], work: Work) -> "Known":
        codes = [reading.code for reading in readings]
        rows = work.session.execute(
            select(Procedure.code, Procedure.import_digest).where(Procedure.code.in_(codes))
        )
        publishers = {reading.content["publisher"] for reading in readings}
        today = work.clock.today()
        answering = {code: agencies.successor(code, today, work) for code in publishers}
        return cls({row.code: row.import_digest for row in rows}, answering)


def import_reading(reading: Reading, known: Known, work: Work) -> Result:
    """Publish the row from today on, unless the same row was imported before."""
    digest = fingerprint(reading)
    if known.digests.get(reading.code) == digest:
        return Result("unchanged", reading.remarks)
    local = _newest(reading.code, work) if reading.code in known.digests else None
    content, kept = merged(reading.content, local)
    content["agency"] = known.agencies[content.pop("publisher")]
    remarks = reading.remarks + kept
    said = [{"code": remark.code, "detail": remark.detail} for remark in remarks]
    try:
        publish(
            reading.code,
            content,
            work,
            first=work.clock.today(),
            source="import",
            reopens=True,
            remarks=said,
            import_digest=digest,
        )
    except VersionOutOfOrder as refusal:
        return Result("rejected", [Remark("later-version-published", refusal.detail("en")), *remarks])
    return Result("imported", remarks)


def fingerprint(reading: Reading) -> str:
    """The same for the same content, whatever order its columns stand in."""
    return sha256(orjson.dumps(reading.content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _newest(code: str, work: Work) -> dict[str, Any] | None:
    wanted = select(ProcedureVersion).where(ProcedureVersion.code == code)
    version = work.session.scalar(wanted.order_by(ProcedureVersion.version_no.desc()).limit(1))
    if version is None:
        return None
    curated = version.source != "import" or bool(version.details.get("curated"))
    return {
        **version.details,
        **{name: getattr(version, name) for name in COLUMNS},
        "curated": curated,
    }
