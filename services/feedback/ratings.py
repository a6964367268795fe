"""Rating a finished dossier."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from chassis import acting
from chassis.caller import Caller
from chassis.errors import FieldError, NotFound, ValidationFailed
from chassis.ids import as_id
from chassis.schemas import Command
from chassis.texts import Text
from chassis.work import Work
from services.feedback import events, indicators, metrics, tables, views
from services.feedback.errors import DossierAlreadyRated, DossierNotFinished
from services.feedback.indicators import Answer, Fault

_FAULTS: dict[str, Text] = {
    "indicator-not-asked": Text(
        "Chỉ số {indicator} không do người dân đánh giá; cần đánh giá các chỉ số {asked}.",
        "Indicator {indicator} is not for you to rate; indicators {asked} are.",
    ),
    "answered-twice": Text(
        "Chỉ số {indicator} được đánh giá hai lần.", "Indicator {indicator} is rated twice."
    ),
    "answer-missing": Text("Thiếu đánh giá cho chỉ số {indicator}.", "Indicator {indicator} is not rated."),
}


def rate_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The owner rates a finished dossier, once."""
    answers = [Answer(one["indicator"], one["points"]) for one in command.scores]
    _require_sound(answers)
    dossier = _own_dossier(command.dossier, caller, work)
    if dossier.finished_at is None:
        raise DossierNotFinished
    if work.session.scalar(select(tables.Rating.id).where(tables.Rating.dossier == dossier.id)):
        raise DossierAlreadyRated
    points = indicators.points_of_dossier(answers, dossier.on_time or "none")
    rating = tables.Rating(
        dossier=dossier.id,
        reference=dossier.reference,
        agency=dossier.agency,
        procedure=dossier.procedure,
        owner=caller.subject,
        points={str(number): given for number, given in points.items()},
        comment=command.comment,
        rated_at=work.clock.now(),
        **acting.record(caller),
    )
    work.add(rating)
    work.session.flush()
    _tally(rating.agency, points, work)
    metrics.RATINGS.labels(dossier.outcome).inc()
    work.emit(events.DossierRated, subject=rating.id, data=_told(rating))
    return views.rating(rating, work)


def _require_sound(answers: list[Answer]) -> None:
    found = indicators.faults(answers)
    if found:
        raise ValidationFailed([_field_error(fault) for fault in found])


def _field_error(fault: Fault) -> FieldError:
    values = {"indicator": fault.indicator, "asked": list(indicators.ASKED)}
    text = _FAULTS[fault.code]
    pointer = "/scores" if fault.position is None else f"/scores/{fault.position}/indicator"
    return FieldError(pointer, fault.code, text.render("vi", values), text.render("en", values))


def _own_dossier(name: str, caller: Caller, work: Work) -> tables.Dossier:
    """Held until the commit, so that two ratings at once cannot both be the first."""
    found = work.session.scalar(select(tables.Dossier).where(named(name)).with_for_update())
    if found is None:
        raise NotFound
    caller.authorise(owner=found.owner)
    # Not for a helper, whose task ends with the filing.
    acting.require(caller, "read", found.procedure)
    acting.require(caller, "submit", found.procedure)
    return found


def named(name: str) -> Any:
    """A dossier by its id, submission reference or code."""
    if id := as_id(name):
        return tables.Dossier.id == id
    return or_(tables.Dossier.reference == name, tables.Dossier.code == name)


def _tally(agency: str, points: dict[int, int | None], work: Work) -> None:
    """Add to the agency's day; in one fixed order, so that two ratings cannot wait for each other."""
    day = work.clock.today()
    for number in sorted(points):
        given = points[number]
        if given is None:
            continue
        metrics.POINTS.labels(number, given).inc()
        row = insert(tables.Tally).values(agency=agency, day=day, indicator=number, points=given, dossiers=1)
        work.session.execute(
            row.on_conflict_do_update(
                index_elements=["agency", "day", "indicator"],
                set_={
                    "points": tables.Tally.points + row.excluded.points,
                    "dossiers": tables.Tally.dossiers + 1,
                },
            )
        )


def _told(rating: tables.Rating) -> dict[str, Any]:
    return {
        "rating": rating.id,
        "dossier": rating.dossier,
        "agency": rating.agency,
        "procedure": rating.procedure,
        "points": rating.points,
    }
