"""Writing the journal and the receipts."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import text

from chassis.work import Work
from services.payment import receipts
from services.payment.ledger import Entry
from services.payment.receipts import Line, Number
from services.payment.tables import Agency, JournalEntry, JournalPosting, Obligation, Payment, Receipt

# The row lock lasts until commit: numbers come out without gaps, in order, one at a time.
_NEXT_SERIAL = text(
    "INSERT INTO receipt_series (agency, year, last_serial) VALUES (:agency, :year, 1)"
    " ON CONFLICT (agency, year) DO UPDATE SET last_serial = receipt_series.last_serial + 1"
    " RETURNING last_serial"
)


def book(entry: Entry, obligation: Obligation, work: Work, payment: Payment | None = None) -> None:
    """Write an entry for an obligation into the journal."""
    row = JournalEntry(
        kind=entry.kind,
        booked_at=work.clock.now(),
        obligation=obligation.id,
        payment=payment.id if payment else None,
    )
    work.add(row)
    work.session.flush()
    work.add(
        *(
            JournalPosting(entry=row.id, line=line, account=item.account, side=item.side, amount=item.amount)
            for line, item in enumerate(entry.postings)
        )
    )


def issue_receipts(obligations: Iterable[Obligation], payment: Payment, work: Work) -> None:
    """Write the receipts for what a payment settled, one per kind of fee."""
    settled = {obligation.id: obligation for obligation in obligations}
    for lines in receipts.split(_line(obligation) for obligation in settled.values()):
        receipt = _receipt(lines, settled[lines[0].obligation], payment, work)
        work.add(receipt)
        for line in lines:
            settled[line.obligation].receipt = receipt.number


def _receipt(lines: tuple[Line, ...], obligation: Obligation, payment: Payment, work: Work) -> Receipt:
    now = work.clock.now()
    number = _next_number(obligation.agency, receipts.series_year(now), work)
    agency = work.get(Agency, obligation.agency)
    return Receipt(
        number=str(number),
        agency=number.agency,
        year=number.year,
        serial=number.serial,
        kind=obligation.kind,
        collector=agency.name if agency else obligation.agency,
        collector_en=agency.name_en if agency else "",
        payer=payment.payer,
        owner=obligation.owner,
        dossier=obligation.dossier,
        reference=obligation.reference,
        procedure=obligation.procedure,
        payment=payment.id,
        amount=sum(line.amount for line in lines),
        lines=[asdict(line) for line in lines],
        issued_at=now,
    )


def _next_number(agency: str, year: int, work: Work) -> Number:
    serial = work.session.execute(_NEXT_SERIAL, {"agency": agency, "year": year}).scalar_one()
    return Number(agency, year, serial)


def _line(obligation: Obligation) -> Line:
    return Line(
        obligation=obligation.id,
        agency=obligation.agency,
        kind=obligation.kind,
        code=obligation.code,
        name=obligation.name,
        name_en=obligation.name_en,
        quantity=obligation.quantity,
        unit_amount=obligation.unit_amount,
        amount=obligation.amount,
    )
