"""Prometheus metrics every process exports."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

ENTRYPOINT_SECONDS = Histogram(
    "motcua_entrypoint_seconds",
    "Time to serve an RPC, an event or a job, by outcome",
    ["kind", "entrypoint", "outcome"],
    buckets=_SECONDS,
)
REFUSED_MESSAGES = Counter("motcua_refused_messages_total", "Messages refused unread, by reason", ["reason"])
LOST_REPLIES = Counter("motcua_lost_replies_total", "Replies that could not be sent")
WORKERS_BUSY = Gauge("motcua_workers_busy", "Workers at work")
WORKERS_MAX = Gauge("motcua_workers_max", "Workers there are")
HUB_LAG = Gauge("motcua_hub_lag_seconds", "How late the event loop woke up last")
POOL_IN_USE = Gauge("motcua_database_connections_in_use", "Database connections checked out")
EVENTS_PARKED = Counter("motcua_events_parked_total", "Events sent to the dead letters", ["type", "reason"])
EVENTS_RETRIED = Counter("motcua_events_retried_total", "Events put back to be tried again", ["type"])
EVENTS_REPEATED = Counter("motcua_events_repeated_total", "Events that had been applied already", ["type"])
OUTBOX_WAITING = Gauge("motcua_outbox_waiting", "Events not yet confirmed by the broker")
OUTBOX_OLDEST = Gauge("motcua_outbox_oldest_seconds", "Age of the oldest event not yet confirmed")
OUTBOX_PUBLISHED = Counter("motcua_outbox_published_total", "Events confirmed by the broker")
OUTBOX_RETURNED = Counter("motcua_outbox_returned_total", "Events no queue was bound for")
RELAY_ACTIVE = Gauge("motcua_relay_active", "1 while this relay holds the lock")
