"""What runs by the clock: asking the gateway about payments it has not told the outcome of.

No unit of work is open while the gateway is asked: read, commit, ask, then write what came of it.
"""

from datetime import timedelta

from sqlalchemy import func, select

from chassis.database import Sessions
from chassis.logs import get_logger
from chassis.work import Work
from services.payment import attempts, metrics, settlement
from services.payment.adapters import Gateway, GatewayUnavailable
from services.payment.tables import Payment
from services.payment.usecases import order_of
from services.payment.vnpay import Order

log = get_logger(__name__)

BATCH = 50


def query_gateway(database: Sessions, gateway: Gateway) -> None:
    """Ask about every payment whose time to be asked about has come; after silence, leave the rest."""
    with database.work(read_only=True) as work:
        _measure(work)
        orders = _due(work)
    for payment, order in orders:
        if not _query(database, gateway, payment, order):
            break


def _due(work: Work) -> list[tuple[str, Order]]:
    rows = work.session.scalars(
        select(Payment)
        .where(Payment.next_query_at <= work.clock.now())
        .order_by(Payment.next_query_at)
        .limit(BATCH)
    )
    return [(row.id, order_of(row)) for row in rows]


def _query(database: Sessions, gateway: Gateway, payment: str, order: Order) -> bool:
    """Whether the gateway answered."""
    try:
        outcome = gateway.ask(order, database.clock.now())
    except GatewayUnavailable as error:
        log.warning("gateway gave no usable answer", payment=payment, reason=str(error))
        metrics.QUERIES.labels("unavailable").inc()
        with database.work() as work:
            _ask_again_later(payment, gateway.query_after, work)
        return False
    metrics.QUERIES.labels(outcome.verdict).inc()
    with database.work() as work:
        settlement.hear(outcome, work, told_by="query")
        _ask_again_later(payment, gateway.query_after, work)
    return True


def _ask_again_later(payment: str, query_after: timedelta, work: Work) -> None:
    row = work.get(Payment, payment, lock=True)
    if row is not None and row.next_query_at is not None:
        row.queries += 1
        row.next_query_at = work.clock.now() + attempts.pause(query_after, row.queries)


def _measure(work: Work) -> None:
    count, oldest = work.session.execute(
        select(func.count(), func.min(Payment.created_at)).where(Payment.next_query_at.is_not(None))
    ).one()
    metrics.WAITING.set(count)
    metrics.WAITING_OLDEST.set((work.clock.now() - oldest).total_seconds() if oldest else 0)
