"""What runs by the clock: handing parcels over and reading tracking.

No unit of work is open while the carrier is asked: read, commit, ask, then write what came of it.
"""

from sqlalchemy import func, select

from chassis.database import Sessions
from chassis.logs import get_logger
from chassis.work import Work
from services.postal import metrics, tables, usecases
from services.postal.adapters import Carrier, CarrierRefused, CarrierUnavailable, Order

log = get_logger(__name__)

BATCH = 20
PAGE = 100
PAGES_PER_RUN = 20


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
            usecases.carrier_silent(consignment, str(error), work)
        return False
    metrics.CARRIER_CALLS.labels("postOrder", "ok").inc()
    with database.work() as work:
        usecases.carrier_took(consignment, tracking, work)
    return True


def poll_tracking(database: Sessions, carrier: Carrier) -> None:
    """Read tracking from the cursor to its end, page by page."""
    for _ in range(PAGES_PER_RUN):
        with database.work(read_only=True) as work:
            after = usecases.cursor(work)
        try:
            rows = carrier.tracking(after, PAGE)
        except CarrierUnavailable as error:
            metrics.CARRIER_CALLS.labels("getOrderTracking", "unavailable").inc()
            log.warning("tracking unavailable", reason=str(error))
            return
        metrics.CARRIER_CALLS.labels("getOrderTracking", "ok").inc()
        metrics.CURSOR_MOVED.set_to_current_time()
        if not rows:
            return
        with database.work() as work:
            applied = usecases.apply_tracking(rows, after, work)
        if not applied or len(rows) < PAGE:
            return


def _measure_waiting(work: Work) -> None:
    waiting = tables.Consignment.next_try_at.is_not(None)
    count, oldest = work.session.execute(
        select(func.count(), func.min(tables.Consignment.registered_at)).where(waiting)
    ).one()
    metrics.WAITING.set(count)
    metrics.WAITING_OLDEST.set((work.clock.now() - oldest).total_seconds() if oldest else 0)
