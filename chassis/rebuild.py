"""Rebuilding a local copy from its owner, by paging through the owner's snapshots."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from chassis.client import BlockingClient
from chassis.copies import Copy
from chassis.database import Sessions, create_service_engine
from chassis.events import Consumed, Event, Meta
from chassis.ids import new_id
from chassis.keys import TokenKeyPublished, remember_key
from chassis.logs import configure, get_logger
from chassis.settings import Settings
from chassis.tokens import service_token

log = get_logger(__name__)


#: The copy that every service keeps.
TOKEN_KEYS = {"token-keys": Copy("identity", "token_keys", TokenKeyPublished, remember_key)}


def rebuild(service: str, copy_name: str) -> int:
    """Page through the owner's snapshots and apply each; the copy stays in use meanwhile."""
    settings = Settings.from_environment()
    configure(service, settings.log_level)
    known = TOKEN_KEYS | getattr(import_module(f"services.{service}.events"), "COPIES", {})
    if copy_name not in known:
        print(f"{service} keeps no copy called {copy_name}; it keeps: {', '.join(sorted(known)) or 'none'}")
        return 2
    engine = create_service_engine(settings, pool_size=1)
    client = BlockingClient(settings.amqp_url, caller=service)
    try:
        count = _pull(known[copy_name], client, Sessions(engine), settings, service)
    finally:
        client.close()
        engine.dispose()
    print(f"{service}/{copy_name}: {count} items read from {known[copy_name].owner}")
    return 0


def _pull(copy: Copy, client: BlockingClient, sessions: Sessions, settings: Settings, service: str) -> int:
    count, cursor = 0, None
    while True:
        token = service_token(service, settings.service_secret)
        query = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = client.call(copy.owner, copy.rpc, query, token=token, timeout=30)
        with sessions.work() as work:
            for item in page["items"]:
                copy.apply(_as_event(copy.reader, item), work)
                count += 1
        cursor = page["next"]
        if cursor is None:
            return count


def _as_event(reader: type[Consumed], item: dict[str, Any]) -> Event:
    at = datetime.fromisoformat(item["time"]) if item.get("time") else datetime.now(UTC)
    meta = Meta(
        id=new_id(), type=reader.type, subject=item["subject"], sequence=int(item["sequence"]), time=at
    )
    return Event(meta, reader.read(item["data"]))
