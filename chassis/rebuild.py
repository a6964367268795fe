"""Rebuilding a local copy from its owner, by paging through the owner's snapshots."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pika.exceptions import AMQPConnectionError

from chassis.client import BlockingClient, RemoteFailure
from chassis.copies import Copies, Copy, parts
from chassis.database import Sessions, create_service_engine
from chassis.events import Consumed, Event, Meta
from chassis.ids import new_id
from chassis.keys import TokenKeyPublished, remember_key
from chassis.logs import configure, get_logger
from chassis.service_keys import ServiceKeys
from chassis.settings import Settings
from chassis.topology import why_not
from chassis.withdrawn import AccessWithdrawn, remember

log = get_logger(__name__)


#: The copies that every service keeps.
OF_TOKENS: Copies = {
    "token-keys": Copy("identity", "token_keys", TokenKeyPublished, remember_key),
    "withdrawn-access": Copy("identity", "withdrawn_access_snapshots", AccessWithdrawn, remember),
}


def copies_of(service: str) -> Copies:
    """Every copy a service keeps, by name."""
    module = f"services.{service}.rebuilding"
    own: Copies = import_module(module).COPIES if find_spec(module) else {}
    return {**OF_TOKENS, **own}


def rebuild(service: str, copy_name: str) -> int:
    """Page through the owner's snapshots and apply each; the copy stays in use meanwhile."""
    settings = Settings.from_environment()
    configure(service, settings.log_level)
    known = copies_of(service)
    if copy_name not in known:
        kept = ", ".join(sorted(known))
        print(f"{service} keeps no copy called {copy_name}; it keeps: {kept}", file=sys.stderr)
        return 2
    sources = parts(known[copy_name])
    engine = create_service_engine(settings, pool_size=1)
    try:
        with closing(BlockingClient(settings.amqp_url, caller=service)) as client:
            for part in sources:
                count = _pull(part, client, Sessions(engine), ServiceKeys.of(service, settings))
                print(f"{service}/{copy_name}: {count} items read from {part.owner} ({part.rpc})")
    except AMQPConnectionError as error:
        print(why_not(error), file=sys.stderr)
        return 1
    except (TimeoutError, RemoteFailure) as failure:
        print(f"{sources[0].owner}, which owns {copy_name}, does not give it: {failure}", file=sys.stderr)
        return 1
    finally:
        engine.dispose()
    return 0


def _pull(copy: Copy, client: BlockingClient, sessions: Sessions, keys: ServiceKeys) -> int:
    count, cursor = 0, None
    while True:
        query = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = client.call(copy.owner, copy.rpc, query, token=keys.token(copy.owner), timeout=30)
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
