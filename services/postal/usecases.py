"""What is done with a consignment: registered, handed over, followed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from chassis.events import Event
from chassis.logs import get_logger
from chassis.sealed import fresh
from chassis.work import Work
from services.postal import events, metrics, retries, states, tables
from services.postal.adapters import BEGINNING, Order, Recipient, Told

log = get_logger(__name__)

CARRIER = "vnpost"


def register(event: Event, work: Work) -> None:
    """A result is to go by post; again when the parcel before it came to nothing."""
    before = _last_posting(event.dossier, work)
    if before is not None and before.state not in states.UNDELIVERED:
        # The end of the parcel under way is still to be told: the dossier goes on from that.
        metrics.REPEATED_POSTINGS.inc()
        log.warning("posted again", consignment=before.id, state=before.state, posting=event.meta.id)
        return
    posting = before.posting + 1 if before else 1
    now = work.clock.now()
    # Only a version of the event from before tells it.
    recipient = event.recipient or {"name": "", "phone": "", "address": ""}
    work.add(
        tables.Consignment(
            dossier=event.dossier,
            posting=posting,
            reference=event.reference,
            order_number=event.code if posting == 1 else f"{event.code}-{posting}",
            agency=event.agency,
            owner=event.owner,
            recipient_name=recipient["name"],
            recipient_phone=recipient["phone"] or "",
            recipient_address=recipient["address"],
            description=event.description,
            state=states.REGISTERED,
            since=now,
            registered_at=event.meta.time,
            next_try_at=now,
        )
    )
    metrics.CONSIGNMENTS.labels(states.REGISTERED).inc()


def _last_posting(dossier: str, work: Work) -> tables.Consignment | None:
    found: tables.Consignment | None = work.session.scalar(
        select(tables.Consignment)
        .where(tables.Consignment.dossier == dossier)
        .order_by(tables.Consignment.posting.desc())
        .limit(1)
        .with_for_update()
    )
    return found


def nameless(work: Work, at_most: int) -> list[tuple[str, str]]:
    """Consignments due whose recipient is still to be asked for, and their dossiers."""
    due = tables.Consignment.next_try_at <= work.clock.now()
    found = work.session.scalars(
        select(tables.Consignment).where(due).order_by(tables.Consignment.next_try_at).limit(at_most)
    )
    return [(row.id, row.dossier) for row in found if not row.recipient_name]


def address(consignment: str, recipient: Recipient, work: Work) -> None:
    """To whom it goes is kept from now on: for its label, its lists and its owner."""
    row = _locked(consignment, work)
    row.recipient_name = recipient.name
    row.recipient_phone = recipient.phone
    row.recipient_address = recipient.address


def due_orders(work: Work, at_most: int) -> list[tuple[str, Order]]:
    """Consignments the carrier is to be asked to take now, the longest waiting first."""
    consignment, agency = tables.Consignment, tables.Agency
    found = work.session.execute(
        select(consignment, agency.name)
        .outerjoin(agency, agency.code == consignment.agency)
        .where(consignment.next_try_at <= work.clock.now())
        .order_by(consignment.next_try_at)
        .limit(at_most)
    )
    return [
        (
            row.id,
            Order(
                number=row.order_number,
                sender=sender or row.agency,
                description=row.description,
                name=row.recipient_name,
                phone=row.recipient_phone,
                address=row.recipient_address,
            ),
        )
        for row, sender in found
        if row.recipient_name
    ]


def carrier_took(consignment: str, tracking: str, work: Work) -> None:
    """The carrier answered with a parcel; its tracking may have told so already."""
    row = _locked(consignment, work)
    row.next_try_at, row.last_error = None, None
    row.tracking = row.tracking or tracking
    if row.state == states.REGISTERED:
        _hand_over(row, work.clock.now(), work)
        _move(row, states.Position(states.HANDED_OVER, work.clock.now()), work)


def carrier_refused(consignment: str, reason: str, work: Work) -> None:
    row = _locked(consignment, work)
    row.attempts += 1
    row.next_try_at, row.last_error = None, reason
    if row.state == states.REGISTERED:
        _move(row, states.Position(states.REFUSED, work.clock.now()), work)


def not_taken(consignment: str, reason: str, work: Work) -> None:
    """No usable answer: try again later, unless tracking has meanwhile shown that it was taken."""
    row = _locked(consignment, work)
    if row.state == states.REGISTERED:
        row.attempts += 1
        row.next_try_at = work.clock.now() + retries.delay(row.attempts)
        row.last_error = reason


def cursor(work: Work) -> str:
    known = work.get(tables.Cursor, CARRIER)
    return known.last_id if known else BEGINNING


def apply_tracking(rows: list[Told], read_after: str, work: Work) -> bool:
    """Keep the rows, move their consignments and the cursor, all in this one commit.

    False, and nothing done, when another runner has moved the cursor since the rows were read.
    """
    known = work.get(tables.Cursor, CARRIER, lock=True)
    if (known.last_id if known else BEGINNING) != read_after:
        return False
    for order_number in sorted({row.order_number for row in rows}):
        _apply_to_order(
            order_number,
            [row for row in rows if row.order_number == order_number],
            work,
        )
    if known is None:
        work.add(tables.Cursor(name=CARRIER, last_id=rows[-1].id, moved_at=work.clock.now()))
    else:
        known.last_id, known.moved_at = rows[-1].id, work.clock.now()
    return True


def _apply_to_order(order_number: str, told: list[Told], work: Work) -> None:
    row = work.session.scalar(
        select(tables.Consignment).where(tables.Consignment.order_number == order_number).with_for_update()
    )
    now = work.clock.now()
    kept = [
        {
            "id": one.id,
            "order_number": order_number,
            "consignment": row.id if row else None,
            "code": one.code,
            "message": fresh(tables.TrackingRow, "message", one.id, one.message),
            "happened_at": one.at or now,
            "received_at": now,
        }
        for one in told
    ]
    # A row told again, in this page or an earlier one, is kept as it was told first.
    work.session.execute(insert(tables.TrackingRow).values(kept).on_conflict_do_nothing())
    if row is None:
        metrics.STRAYS.inc(len(told))
    else:
        _follow(row, told, work)


def _follow(row: tables.Consignment, told: list[Told], work: Work) -> None:
    unknown = sum(one.code not in states.CODES for one in told)
    metrics.UNKNOWN_CODES.inc(unknown)
    row.flagged = row.flagged or unknown > 0
    row.tracking = row.tracking or next((one.tracking for one in told if one.tracking), None)
    row.signed_by = row.signed_by or next((one.signed_by for one in told if one.signed_by), None)
    seen = _sightings(row, work)
    taken = states.handed_over_at(seen)
    if taken is not None:
        # The carrier's own record is better than the time of its answer to us.
        if row.handed_over_at is None:
            _hand_over(row, taken, work)
        row.handed_over_at = taken
    base = states.HANDED_OVER if row.handed_over_at else states.REGISTERED
    start = states.Position(base, row.handed_over_at or row.registered_at)
    current = states.Position(row.state, row.since)
    _move(row, states.settle(current, start, seen), work)


def _sightings(row: tables.Consignment, work: Work) -> list[states.Sighting]:
    found = work.session.scalars(select(tables.TrackingRow).where(tables.TrackingRow.consignment == row.id))
    return [states.Sighting(one.id, one.code, one.happened_at) for one in found]


def _hand_over(row: tables.Consignment, at: datetime, work: Work) -> None:
    row.handed_over_at, row.next_try_at, row.last_error = at, None, None
    metrics.HAND_OVER_SECONDS.observe(max((at - row.registered_at).total_seconds(), 0))
    work.emit(
        events.ConsignmentHandedOver,
        subject=row.id,
        data={
            "consignment": row.id,
            "dossier": row.dossier,
            "tracking": row.tracking,
            "handed_over_at": row.handed_over_at,
        },
    )


def _move(row: tables.Consignment, to: states.Position, work: Work) -> None:
    if to.state == row.state:
        return
    ended_before = row.state in states.ENDED
    row.state, row.since = to.state, to.since
    row.ended_at = to.since if to.state in states.ENDED else None
    metrics.CONSIGNMENTS.labels(to.state).inc()
    parcel = {"consignment": row.id, "dossier": row.dossier, "tracking": row.tracking}
    if to.state == states.DELIVERED:
        transport = to.since - (row.handed_over_at or to.since)
        metrics.TRANSPORT_SECONDS.observe(max(transport.total_seconds(), 0))
        more = {
            "handed_over_at": row.handed_over_at,
            "delivered_at": to.since,
        }
        work.emit(events.ConsignmentDelivered, subject=row.id, data=parcel | more)
    elif to.state in states.UNDELIVERED and not ended_before:
        work.emit(
            events.ConsignmentFailed,
            subject=row.id,
            data=parcel | {"state": to.state, "at": to.since},
        )


def _locked(consignment: str, work: Work) -> tables.Consignment:
    row = work.get(tables.Consignment, consignment, lock=True)
    if row is None:
        raise LookupError(f"no consignment {consignment}")
    return row
