"""What operators watch here."""

from prometheus_client import Counter, Gauge

NOTICES = Counter("motcua_payment_notices_total", "Notifications of the gateway, by our answer", ["answer"])
OUTCOMES = Counter(
    "motcua_payment_outcomes_total", "Ended payments, by state and who told", ["state", "told_by"]
)
QUERIES = Counter("motcua_payment_queries_total", "Queries to the gateway, by outcome", ["outcome"])
WRONG_AMOUNTS = Counter(
    "motcua_payment_wrong_amounts_total", "Times the gateway named another amount than ours"
)
WAITING = Gauge("motcua_payment_waiting", "Payments whose outcome is not known yet")
WAITING_OLDEST = Gauge("motcua_payment_waiting_oldest_seconds", "Age of the oldest of them")
