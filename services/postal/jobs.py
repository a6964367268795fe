"""What runs by the clock: handing parcels over and reading tracking.

No unit of work is open while somebody else is asked: read, commit, ask, then write what came of it.
"""

from sqlalchemy import func, select

from chassis.database import Sessions
from chassis.logs import get_logger
from chassis.work import Work
from services.postal import metrics, tables, usecases
from services.postal.adapters import (
    Carrier,
    CarrierRefused,
    CarrierUnavailable,
    Order,
    Page,
    Recipients,
    RecipientUnknown,
)

log = get_logger(__name__)

BATCH = 20
PAGE = 100
#: The most the carrier tells at once.
WIDEST_PAGE = 1_000
PAGES_PER_RUN = 20


def learn_recipients(database: Sessions, recipients: Recipients) -> None:
    """Ask to whom the parcels go that are due; after a first silence leave the others for later runs."""
    with database.work(read_only=True) as work:
        nameless = usecases.nameless(work, BATCH)
    silence = ""
    for consignment, dossier in nameless:
        silence = silence or _learn_one(database, recipients, consignment, dossier)
        if silence:
            with database.work() as work:
                usecases.not_taken(consignment, silence, work)


def _learn_one(database: Sessions, recipients: Recipients, consignment: str, dossier: str) -> str:
    """Why it was not told, if it was not."""
    try:
        recipient = recipients.of(dossier)
    except RecipientUnknown as error:
        metrics.RECIPIENTS.labels("unknown").inc()
        log.warning("recipient not told", consignment=consignment, dossier=dossier, reason=str(error))
        return f"dossier: {error}"
    metrics.RECIPIENTS.labels("told").inc()
    with database.work() as work:
        usecases.address(consignment, recipient, work)
    return ""


def hand_over(database: Sessions, carrier: Carrier) -> None:
    """Ask the carrier to take what is due; after a first silence leave the others for later runs."""
    with database.work() as work:
        due = usecases.due_orders(work, BATCH)
    for consignment, order in due:
        if not _hand_over_one(database, carrier, consignment, order):
            break
    with database.work(read_only=True) as work:
        _measure_waiting(work)


def _hand_over_one(database: Sessions, carrier: Carrier, consignment: str, order: Order) -> bool:
    """Whether the carrier gave an answer."""
    try:
        tracking = carrier.post_order(order)
    except CarrierRefused as error:
        metrics.CARRIER_CALLS.labels("postOrder", "refused").inc()
        log.warning("carrier refused", consignment=consignment, reason=str(error))
        with database.work() as work:
            usecases.carrier_refused(consignment, str(error), work)
        return True
    except CarrierUnavailable as error:
        metrics.CARRIER_CALLS.labels("postOrder", "unavailable").inc()
        log.warning("carrier unavailable", consignment=consignment, reason=str(error))
        with database.work() as work:
            usecases.not_taken(consignment, str(error), work)
        return False
    metrics.CARRIER_CALLS.labels("postOrder", "ok").inc()
    with database.work() as work:
        usecases.carrier_took(consignment, tracking, work)
    return True


def poll_tracking(database: Sessions, carrier: Carrier) -> None:
    """Read tracking from the cursor to its end, page by page."""
    with database.work(read_only=True) as work:
        kept = usecases.cursor(work)
    after, size = kept, PAGE
    for _ in range(PAGES_PER_RUN):
        page = _read_page(carrier, after, size)
        if page is None:
            return
        if page.rows:
            with database.work() as work:
                if not usecases.apply_tracking(page.rows, kept, work):
                    return
            kept = after = page.rows[-1].id
        if page.told < size:
            return
        if page.rows:
            size = PAGE
        elif size < WIDEST_PAGE:
            # No row of a whole page has an id to go on from: look for one further behind.
            size = WIDEST_PAGE
        elif page.last in (None, after):
            log.error("tracking cannot be read on", after=after)
            return
        else:
            after = page.last


def _read_page(carrier: Carrier, after: str, size: int) -> Page | None:
    try:
        page = carrier.tracking(after, size)
    except CarrierUnavailable as error:
        metrics.CARRIER_CALLS.labels("getOrderTracking", "unavailable").inc()
        log.warning("tracking unavailable", reason=str(error))
        return None
    metrics.CARRIER_CALLS.labels("getOrderTracking", "ok").inc()
    metrics.CURSOR_MOVED.set_to_current_time()
    return page


def _measure_waiting(work: Work) -> None:
    waiting = tables.Consignment.next_try_at.is_not(None)
    count, oldest = work.session.execute(
        select(func.count(), func.min(tables.Consignment.registered_at)).where(waiting)
    ).one()
    metrics.WAITING.set(count)
    metrics.WAITING_OLDEST.set((work.clock.now() - oldest).total_seconds() if oldest else 0)
