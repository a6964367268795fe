"""`./motcua dead`: the events that could not be applied, to look at, replay or drop."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pika
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker

from chassis.parking import ATTEMPTS, FORGED
from chassis.topology import dead_queue, events_queue, own_exchange, why_not

_NOT_FOUND = 404


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua dead", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    for action, words in (
        ("list", "one line for each dead letter"),
        ("show", "one dead letter, whole"),
        ("replay", "back to its queue, as if it came for the first time"),
        ("drop", "away, for good"),
    ):
        command = actions.add_parser(action, help=words)
        command.add_argument("service")
        if action != "list":
            command.add_argument("id", help="the event's id" + ("" if action == "show" else ", or `all`"))
    asked = parser.parse_args(argv)
    try:
        connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
    except AMQPConnectionError as error:
        print(why_not(error), file=sys.stderr)
        return 1
    try:
        return _act(asked, connection.channel())
    except ChannelClosedByBroker as closed:
        missing = closed.reply_code == _NOT_FOUND
        told = f"there is no dead-letter queue for {asked.service}" if missing else closed.reply_text
        print(told, file=sys.stderr)
        return 2
    finally:
        connection.close()


def _act(asked: argparse.Namespace, channel: Any) -> int:
    channel.confirm_delivery()
    found = forged = 0
    wanted = getattr(asked, "id", "all")
    for method, properties, body in list(_letters(channel, asked.service)):
        letter = _described(properties, body)
        if wanted not in ("all", letter["id"]):
            continue
        if asked.action == "replay" and str(letter["reason"]).startswith(FORGED):
            # Sent by us it would look true.
            forged += 1
            continue
        found += 1
        if asked.action == "list":
            print(
                f"{letter['id']}  {letter['parkedAt']}  {letter['type']}  {letter['subject']}  {letter['reason']}"
            )
        elif asked.action == "show":
            print(json.dumps(letter | {"event": _parsed(body)}, ensure_ascii=False, indent=2))
        else:
            if asked.action == "replay":
                _replay(channel, asked.service, properties, body)
            channel.basic_ack(method.delivery_tag)
    # What was not acknowledged goes back to its place when the connection closes.
    if not found and not forged and wanted != "all":
        print(f"there is no dead letter {wanted} of {asked.service}", file=sys.stderr)
        return 1
    print(f"{found} {'dead letter' if found == 1 else 'dead letters'} {_DONE[asked.action]}")
    if forged:
        print(f"{forged} left where they are: forged, to be looked at and dropped", file=sys.stderr)
    return 1 if forged else 0


_DONE = {"list": "found", "show": "found", "replay": "replayed", "drop": "dropped"}


def _letters(channel: Any, service: str) -> Iterator[tuple[Any, Any, bytes]]:
    queue = dead_queue(service)
    waiting = channel.queue_declare(queue, passive=True).method.message_count
    for _ in range(waiting):
        method, properties, body = channel.basic_get(queue)
        if method is None:
            return
        yield method, properties, body


def _replay(channel: Any, service: str, properties: Any, body: bytes) -> None:
    headers = {
        key: value
        for key, value in (properties.headers or {}).items()
        if not key.startswith(("x-motcua", "x-death", "x-first-death", "x-last-death", "x-delivery"))
    }
    channel.basic_publish(
        own_exchange(service),
        events_queue(service),
        body,
        pika.BasicProperties(
            content_type=properties.content_type,
            content_encoding=properties.content_encoding,
            delivery_mode=2,
            message_id=properties.message_id,
            headers=headers,
        ),
        mandatory=True,
    )


def _described(properties: Any, body: bytes) -> dict[str, Any]:
    event = _parsed(body)
    fields = event if isinstance(event, dict) else {}
    headers = properties.headers or {}
    parked = headers.get("x-motcua-parked-at")
    return {
        "id": fields.get("id") or properties.message_id or "-",
        "type": fields.get("type", "-"),
        "subject": fields.get("subject", "-"),
        "reason": headers.get("x-motcua-reason") or headers.get("x-first-death-reason", "-"),
        "attempts": headers.get(ATTEMPTS, 0),
        "parkedAt": datetime.fromtimestamp(float(parked), UTC).isoformat() if parked else "-",
    }


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
