"""The read side: ratings, satisfaction of an agency, petitions."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from chassis import acting
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.paging import page
from chassis.schemas import Command
from chassis.texts import Language
from chassis.work import Work
from services.feedback import indicators, petitions, satisfaction, tables, views
from services.feedback.ratings import named
from services.feedback.satisfaction import Tally, Total


def ratings(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The caller's own; for officials those of their agency."""
    rating = tables.Rating
    stmt = select(rating).where(
        caller.scope(owner=rating.owner, agency=rating.agency),
        acting.shown_to(caller, rating.procedure, rating.mandate),
    )
    if query.dossier is not None:
        stmt = stmt.where(rating.dossier.in_(select(tables.Dossier.id).where(named(query.dossier))))
    key = (rating.rated_at.desc(), rating.id.desc())
    return page(work, stmt, key=key, query=query, view=lambda row: views.rating(row, work))


def agency_satisfaction(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Scores, totals and bands of an agency over a period; public (NĐ 61/2018, Điều 32)."""
    if work.get(tables.Agency, query.code) is None:
        raise NotFound
    tallies = _tallies(query, work)
    scores = satisfaction.scores(tallies)
    return {
        "agency": views.agency(query.code, work),
        "since": query.since,
        "until": query.until,
        # The first indicator is answered in every rating.
        "dossiers": tallies[1].dossiers if 1 in tallies else 0,
        "indicators": [_indicator(number, tallies.get(number), scores[number], work) for number in scores],
        "officers": _total(satisfaction.officer_total(scores), 2 * len(indicators.OFFICER), work.language),
        "overall": _total(satisfaction.agency_total(scores), 2 * len(indicators.AGENCY), work.language),
    }


def _tallies(query: Command, work: Work) -> dict[int, Tally]:
    tally = tables.Tally
    stmt = (
        select(tally.indicator, func.sum(tally.points), func.sum(tally.dossiers))
        .where(tally.agency == query.code)
        .group_by(tally.indicator)
    )
    if query.since is not None:
        stmt = stmt.where(tally.day >= query.since)
    if query.until is not None:
        stmt = stmt.where(tally.day <= query.until)
    return {
        number: Tally(int(points), int(dossiers)) for number, points, dossiers in work.session.execute(stmt)
    }


def _indicator(number: int, tally: Tally | None, score: Decimal | None, work: Work) -> dict[str, Any]:
    return {
        "indicator": number,
        "name": indicators.NAMES[number].render(work.language),
        "points": tally.points if tally else None,
        "dossiers": tally.dossiers if tally else 0,
        "score": None if score is None else float(score),
    }


def _total(total: Total, out_of: int, language: Language) -> dict[str, Any]:
    band = total.band
    return {
        "total": None if total.total is None else float(total.total),
        "out_of": out_of,
        "band": None if band is None else {"code": band.code, "name": band.name.render(language)},
        "missing": list(total.missing),
    }


def my_petitions(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    acting.require(caller, "read")
    petition, petitioner = tables.Petition, tables.Petitioner
    stmt = (
        select(petition)
        .join(petitioner, petitioner.petition == petition.id)
        .where(caller.scope(owner=petitioner.owner))
    )
    key = (petition.registered_at.desc(), petition.id.desc())
    return page(work, stmt, key=key, query=query, view=lambda row: views.petition(row, caller, work))


def petition(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """By reference: for its owner, the receiving body, the agency concerned; once published, for anyone."""
    row = work.session.scalar(select(tables.Petition).where(tables.Petition.reference == query.reference))
    if row is None:
        raise NotFound
    reader = views.reader(row, caller, work)
    if not petitions.may_read(reader, row.state, row.subject, published=row.published):
        raise NotFound
    caller.authorise(owner=caller.subject if reader.owner else None, agency=row.agency, is_open=row.published)
    return views.petition(row, caller, work)


def desk_petitions(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """What there is to do for an official, the oldest first."""
    stmt = select(tables.Petition).where(_on_the_desk(caller))
    if query.state is not None:
        stmt = stmt.where(tables.Petition.state == query.state)
    if query.subject is not None:
        stmt = stmt.where(tables.Petition.subject == query.subject)
    key = (tables.Petition.registered_at.asc(), tables.Petition.id.asc())
    return page(work, stmt, key=key, query=query, view=lambda row: views.petition(row, caller, work))


def _on_the_desk(caller: Caller) -> ColumnElement[bool]:
    """The rule of `petitions.may_read` for officials, as SQL."""
    row = tables.Petition
    known_to_agency = or_(
        row.subject != petitions.BEHAVIOUR, row.state.in_([petitions.TRANSFERRED, petitions.ANSWERED])
    )
    concerned = row.agency.in_(sorted(caller.agencies))
    return and_(caller.scope(agency=row.agency), or_(~concerned, known_to_agency))
