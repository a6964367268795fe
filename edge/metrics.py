"""Prometheus metrics of the edge."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

HTTP_REQUESTS = Counter(
    "motcua_http_requests_total", "HTTP requests by route, method and status", ["route", "method", "status"]
)
HTTP_SECONDS = Histogram(
    "motcua_http_request_seconds",
    "Time to answer, by route and method",
    ["route", "method"],
    buckets=_SECONDS,
)
RPC_SECONDS = Histogram(
    "motcua_rpc_client_seconds",
    "Time until a service answered, by outcome",
    ["target", "method", "outcome"],
    buckets=_SECONDS,
)
RPC_PENDING = Gauge("motcua_rpc_pending", "Calls waiting for their reply")
BROKER_CONNECTED = Gauge("motcua_broker_connected", "1 while calls can be made")
UPLOADED_BYTES = Counter("motcua_uploaded_bytes_total", "Bytes of files taken in")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Looking a child up by its labels costs more than counting in it.
_http: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}


def http_request(route: str, method: str, status: int, seconds: float) -> None:
    key = (route, method if method in _METHODS else "OTHER", status)
    children = _http.get(key)
    if children is None:
        children = HTTP_REQUESTS.labels(key[0], key[1], str(status)), HTTP_SECONDS.labels(key[0], key[1])
        _http[key] = children
    children[0].inc()
    children[1].observe(seconds)


class RpcTimings:
    """The RPC latencies of one remote method."""

    def __init__(self, target: str, method: str) -> None:
        self._labels = (target, method)
        self._ok = RPC_SECONDS.labels(target, method, "ok")

    def observe(self, outcome: str, seconds: float) -> None:
        child = self._ok if outcome == "ok" else RPC_SECONDS.labels(*self._labels, outcome)
        child.observe(seconds)
