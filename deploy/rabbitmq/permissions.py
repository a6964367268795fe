"""What each account may do on the broker; nothing else says it.

RabbitMQ asks three patterns over the names of queues and exchanges (configure: declare and delete; write: publish to an
exchange, bind a queue; read: consume and purge a queue, bind to an exchange), and on the exchange of requests two more
over routing keys (publish with, bind by). No account writes to the default exchange, which leads to every queue.
"""

from typing import NamedTuple

RPC_EXCHANGE = "nameko-rpc"
EDGE = "edge"
#: May do everything; no process of the platform uses it.
OPERATOR = "motcua"

#: Each service, and whose events it hears.
HEARS = {
    "identity": ("catalogue", "dossier", "feedback", "identity", "payment", "postal"),
    "catalogue": ("identity",),
    "dossier": ("catalogue", "identity", "payment", "postal"),
    "payment": ("catalogue", "dossier", "identity"),
    "postal": ("catalogue", "dossier", "identity"),
    "feedback": ("catalogue", "dossier", "identity"),
}
_KEYS = ("identity.token_keys", "identity.withdrawn_access_snapshots")
#: What each service may ask others: for its copies to be told anew, and what a job of its needs (ADR 13).
ASKS = {
    "identity": (*_KEYS, "catalogue.agency_snapshots"),
    "catalogue": _KEYS,
    "dossier": (
        *_KEYS,
        "catalogue.procedure_snapshots",
        "catalogue.agency_snapshots",
        "payment.unsettled_obligation_snapshots",
        "payment.settled_obligation_snapshots",
    ),
    "payment": (
        *_KEYS,
        "catalogue.agency_snapshots",
        "dossier.charge_snapshots",
        "dossier.finished_dossier_snapshots",
    ),
    "postal": (*_KEYS, "catalogue.agency_snapshots", "dossier.find_recipient"),
    "feedback": (
        *_KEYS,
        "catalogue.agency_snapshots",
        "dossier.open_dossier_snapshots",
        "dossier.finished_dossier_snapshots",
    ),
}

ACCOUNTS = (*HEARS, EDGE)

_ID = "[0-9a-f-]{36}"


class Rights(NamedTuple):
    """Patterns for one account."""

    configure: str
    write: str
    read: str
    publishes: str
    binds: str


def rights_of(account: str) -> Rights:
    """What the account of a service, or the edge's, may do."""
    return _edge() if account == EDGE else _service(account)


def exchanges() -> tuple[str, ...]:
    """What several accounts use, and none may declare or delete."""
    return (RPC_EXCHANGE, *(f"{service}.events" for service in HEARS))


def _edge() -> Rights:
    """Requests to services, and its own answers."""
    own = rf"rpc\.reply\.edge\.{_ID}"
    used = _whole(RPC_EXCHANGE, own)
    return Rights(
        configure=_whole(own),
        write=used,
        read=used,
        publishes=_whole(rf"({'|'.join(HEARS)})\.[a-z_]+"),
        binds=_whole(rf"reply\.edge\.{_ID}"),
    )


def _service(name: str) -> Rights:
    """Its own queues and events, the events it hears, answers to whoever asked."""
    own = rf"rpc-{name}|events-{name}(\.dead)?|retry-{name}\.[0-9]+ms|rpc\.reply\.{name}\.{_ID}|{name}\.own"
    heard = rf"({'|'.join(HEARS[name])})\.events"
    return Rights(
        configure=_whole(own),
        write=_whole(RPC_EXCHANGE, own, rf"{name}\.events"),
        read=_whole(RPC_EXCHANGE, own, heard),
        publishes=_whole(rf"(reply\.[a-z]+\.)?{_ID}", *(key.replace(".", r"\.") for key in ASKS[name])),
        binds=_whole(rf"{name}\.\*", rf"reply\.{name}\.{_ID}"),
    )


def _whole(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"
