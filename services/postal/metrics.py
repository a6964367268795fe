"""What an operator watches: parcels by state, time on the road, and how the carrier answers."""

from prometheus_client import Counter, Gauge, Histogram

_HOURS = tuple(hours * 3600 for hours in (1, 6, 12, 24, 48, 72, 120, 168, 240, 336))

CONSIGNMENTS = Counter("postal_consignments_total", "Consignments that came into a state", ["state"])
CARRIER_CALLS = Counter(
    "postal_carrier_calls_total",
    "Calls of the carrier, by outcome",
    ["call", "outcome"],
)
RECIPIENTS = Counter(
    "postal_recipients_asked_total",
    "Recipients the dossier service was asked for, by outcome",
    ["outcome"],
)
WAITING = Gauge("postal_waiting_for_carrier", "Consignments the carrier has not taken yet")
WAITING_OLDEST = Gauge("postal_waiting_for_carrier_seconds", "How long the oldest of them has been waiting")
HAND_OVER_SECONDS = Histogram(
    "postal_hand_over_seconds",
    "From the result posted to the carrier's taking it",
    buckets=(1, 5, 30, 60, 600, *_HOURS),
)
TRANSPORT_SECONDS = Histogram(
    "postal_transport_seconds", "From the carrier's taking to delivery", buckets=_HOURS
)
UNKNOWN_CODES = Counter(
    "postal_unknown_status_codes_total",
    "Tracking rows with a code nobody told us about",
)
REPEATED_POSTINGS = Counter(
    "postal_repeated_postings_total",
    "Results posted again while their parcel was on its way or delivered",
)
UNREADABLE = Counter("postal_unreadable_tracking_rows_total", "Tracking rows skipped: no usable id")
STRAYS = Counter("postal_stray_tracking_rows_total", "Tracking rows about orders that are not ours")
CURSOR_MOVED = Gauge("postal_tracking_read_timestamp_seconds", "When tracking was last read with success")
