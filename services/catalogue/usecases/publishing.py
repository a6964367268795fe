"""Publishing: the one way a procedure version comes to be, whoever brings it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from chassis.caller import Caller
from chassis.errors import FieldError, ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.catalogue import content as contents
from services.catalogue import events, versions, views
from services.catalogue.agency_codes import long_shape
from services.catalogue.errors import (
    NothingToWithdraw,
    ProcedureNotFound,
    VersionLeavesGap,
    VersionOutOfOrder,
)
from services.catalogue.folding import fold
from services.catalogue.metrics import PUBLISHED
from services.catalogue.tables import Agency, Procedure, ProcedureVersion, in_force


def publish_version(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """A publisher's version, for agencies that exist on its first day."""
    content = dict(command.values)
    first, last = command.valid_from, command.valid_to
    _check(content, first, last, work)
    version = publish(
        command.code, content, work, first=first, last=last, source="publisher", reopens=command.reopens
    )
    return views.procedure(version, work)


def withdraw_procedure(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """End a procedure: the version in force on the given day is its last."""
    procedure = work.get(Procedure, command.code, lock=True)
    if procedure is None:
        raise ProcedureNotFound(code=command.code)
    newest = _versions(command.code, work)[-1]
    window = _window(newest)
    if not window.holds(command.valid_to) or newest.valid_to == command.valid_to:
        raise NothingToWithdraw(code=command.code, valid_to=command.valid_to)
    newest.valid_to = command.valid_to
    _tell(newest, work)
    data = {"code": command.code, "valid_to": command.valid_to}
    work.emit(events.ProcedureWithdrawn, subject=command.code, data=data)
    return views.procedure(newest, work)


def publish(
    code: str,
    content: Mapping[str, Any],
    work: Work,
    *,
    first: date,
    source: str,
    last: date | None = None,
    reopens: bool = False,
    remarks: Sequence[Mapping[str, str]] = (),
    import_digest: str | None = None,
) -> ProcedureVersion:
    """Add a version, end the one it replaces, and tell the other services of both."""
    procedure = _held(code, work)
    if procedure.last_version_no:
        for closed in _make_room(code, first, last, reopens, work):
            _tell(closed, work)
    procedure.last_version_no += 1
    if import_digest:
        procedure.import_digest = import_digest
    version = ProcedureVersion(
        code=code,
        version_no=procedure.last_version_no,
        valid_from=first,
        valid_to=last,
        published_at=work.clock.now(),
        source=source,
        remarks=list(remarks),
        search_title=contents.search_title(content),
        search_words=func.array_to_tsvector(contents.search_words(code, content)),
        search_field=fold(content.get("field") or ""),
        **_plain(contents.columns(content)),
    )
    work.add(version)
    _tell(version, work)
    PUBLISHED.labels(source).inc()
    return version


def _held(code: str, work: Work) -> Procedure:
    """The procedure's row, made when it is new, and held until the work ends: in one statement."""
    row = insert(Procedure).values(code=code, last_version_no=0)
    touched = row.on_conflict_do_update(
        index_elements=["code"], set_={"last_version_no": Procedure.last_version_no}
    )
    statement = select(Procedure).from_statement(touched.returning(Procedure))
    held: Procedure = work.session.scalars(statement, execution_options={"populate_existing": True}).one()
    return held


def _make_room(
    code: str, first: date, last: date | None, reopens: bool, work: Work
) -> list[ProcedureVersion]:
    known = {version.version_no: version for version in _versions(code, work)}
    try:
        windows = [_window(version) for version in known.values()]
        closing = versions.closed_by(windows, first, last, reopens=reopens)
    except versions.OutOfOrder as refusal:
        number, start = refusal.window.number, refusal.window.first
        raise VersionOutOfOrder(version_no=number, valid_from=start) from None
    except versions.LeavesGap as refusal:
        number, end = refusal.window.number, refusal.window.last
        raise VersionLeavesGap(version_no=number, valid_to=end) from None
    for window in closing:
        known[window.number].valid_to = window.last
    # The old version must be closed in the database before the new one may start.
    work.session.flush()
    return [known[window.number] for window in closing]


def _versions(code: str, work: Work) -> list[ProcedureVersion]:
    wanted = select(ProcedureVersion).where(ProcedureVersion.code == code)
    return list(work.session.scalars(wanted.order_by(ProcedureVersion.version_no)))


def _window(version: ProcedureVersion) -> versions.Window:
    return versions.Window(version.version_no, version.valid_from, version.valid_to)


def _tell(version: ProcedureVersion, work: Work) -> None:
    work.emit(events.ProcedurePublished, subject=version.code, data=views.published(version))


def _check(content: dict[str, Any], first: date, last: date | None, work: Work) -> None:
    """Rules between fields and against the agencies; every broken one is named."""
    content["agency"] = long_shape(content["agency"])
    content["receiving"] = [long_shape(code) for code in content["receiving"]]
    errors = [] if last is None or first <= last else [_backwards("/validTo")]
    for index, fee in enumerate(content["fees"]):
        if fee["valid_from"] and fee["valid_to"] and fee["valid_to"] < fee["valid_from"]:
            errors.append(_backwards(f"/fees/{index}/validTo"))
    for name in ("papers", "steps"):
        errors += _repeated(content[name], name)
    named = {
        "/agency": content["agency"],
        **{f"/receiving/{i}": code for i, code in enumerate(content["receiving"])},
    }
    existing = _existing(set(named.values()), first, work)
    errors += [_unknown_agency(pointer) for pointer, code in named.items() if code not in existing]
    if errors:
        raise ValidationFailed(errors)


def _existing(codes: set[str], day: date, work: Work) -> set[str]:
    return set(work.session.scalars(select(Agency.code).where(Agency.code.in_(codes), in_force(Agency, day))))


def _repeated(rows: list[dict[str, Any]], name: str) -> list[FieldError]:
    codes = [row["code"] for row in rows]
    return [
        FieldError(f"/{name}/{index}/code", "repeated", "Mã bị trùng.", "This code is used twice.")
        for index, code in enumerate(codes)
        if code in codes[:index]
    ]


def _backwards(pointer: str) -> FieldError:
    return FieldError(
        pointer, "ends-before-it-starts", "Kết thúc trước khi bắt đầu.", "This ends before it starts."
    )


def _unknown_agency(pointer: str) -> FieldError:
    vi = "Không có cơ quan này vào ngày bắt đầu hiệu lực."
    return FieldError(pointer, "unknown-agency", vi, "There is no such agency on the first day of validity.")


def _plain(value: Any) -> Any:
    """Days inside documents as ISO text, as JSON wants them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
