"""Messages to people: what they say, the queue they wait in, and the job that sends them."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy import delete, select, update

from chassis.database import Sessions
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.texts import Language, Text
from chassis.work import Work
from services.identity import metrics
from services.identity.tables import Message

log = get_logger(__name__)

Channel = Literal["sms", "email"]
CHANNELS: tuple[Channel, ...] = ("sms", "email")

#: A code is stale then, and so is the message with it.
GOOD_FOR = timedelta(minutes=10)
#: Longer than a batch may take, so that no two processes send the same message at the same time.
CLAIMED_FOR = timedelta(seconds=30)
RETRIES = (5, 15, 30, 60, 120)
#: Taken from the queue at a time, and on their way at the same time.
BATCH, AT_ONCE = 20, 4

_SUBJECT = Text("Mã xác nhận Một Cửa", "Your Một Cửa code")
_CODE: Mapping[Channel, Text] = {
    # One part of an SMS with diacritics has 70 characters.
    "sms": Text(
        "Một Cửa: mã {code}, dùng trong 10 phút. Không đưa mã cho ai.",
        "Một Cửa: code {code}, good for 10 minutes. Give it to nobody.",
    ),
    "email": Text(
        "Mã xác nhận của bạn là {code}.\n\nMã dùng được một lần trong 10 phút. Không đưa mã cho bất kỳ ai, kể cả "
        "người tự xưng là cán bộ. Nếu bạn không yêu cầu mã này, hãy bỏ qua thư.\n",
        "Your code is {code}.\n\nIt is good for one use within 10 minutes. Give it to nobody, not even to somebody who "
        "says they are an official. If you did not ask for it, ignore this letter.\n",
    ),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody is reached: an E.164 number, or an e-mail address."""

    channel: Channel
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    id: str
    to: str
    subject: str
    text: str
    language: Language


class NotSent(Exception):
    """The server cannot be reached or wants us to try later; says why, and nothing personal."""


class Refused(Exception):
    """The server will never take this one."""


class Carrier(Protocol):
    def send(self, letter: Letter) -> None:
        """Hand it over. Raises NotSent or Refused."""


def queue_code(to: Contact, code: str, work: Work, language: Language) -> None:
    """A message with a one-time code; it leaves after this work is committed."""
    queue(to, _SUBJECT.render(language), _CODE[to.channel].render(language, {"code": code}), work, language)


def queue(to: Contact, subject: str, words: str, work: Work, language: Language) -> None:
    """A message of any kind; an SMS has no subject."""
    letter = {"to": to.address, "subject": subject, "text": words, "language": language}
    now = work.clock.now()
    work.add(
        Message(
            id=new_id(),
            channel=to.channel,
            letter=letter,
            next_try_at=now,
            good_until=now + GOOD_FOR,
        )
    )


def next_try(tries: int, now: datetime) -> datetime:
    """When to try again after so many tries."""
    return now + timedelta(seconds=RETRIES[min(tries, len(RETRIES)) - 1])


def send_due(database: Sessions, channel: Channel, carrier: Carrier) -> None:
    """Send what is due, batch by batch; nothing is locked and no connection held while the carrier takes its time."""
    while letters := _claimed(database, channel):
        _sent_side_by_side(database, channel, carrier, letters)
        if len(letters) < BATCH:
            return


def forget_stale(database: Sessions) -> None:
    """Those that nobody could be given in time."""
    with database.work() as work:
        stale = delete(Message).where(Message.good_until <= work.clock.now()).returning(Message.channel)
        for channel in work.session.scalars(stale):
            metrics.MESSAGES.labels(channel, "stale").inc()


def _claimed(database: Sessions, channel: Channel) -> Sequence[Letter]:
    with database.work() as work:
        now = work.clock.now()
        due = (
            select(Message.id)
            .where(Message.channel == channel, Message.next_try_at <= now, Message.good_until > now)
            .order_by(Message.next_try_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        mine = update(Message).where(Message.id.in_(due))
        mine = mine.values(next_try_at=now + CLAIMED_FOR, tries=Message.tries + 1)
        # Whole rows: a sealed column is opened by its row.
        rows = work.session.scalars(mine.returning(Message)).all()
        return [Letter(id=row.id, **row.letter) for row in rows]


def _sent_side_by_side(
    database: Sessions, channel: Channel, carrier: Carrier, letters: Sequence[Letter]
) -> None:
    waiting = list(letters)

    def work_off() -> None:
        while waiting:
            _send_one(database, channel, carrier, waiting.pop())

    # Green threads in the service.
    threads = [threading.Thread(target=work_off) for _ in range(min(AT_ONCE, len(letters)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send_one(database: Sessions, channel: Channel, carrier: Carrier, letter: Letter) -> None:
    outcome, again = "sent", False
    try:
        carrier.send(letter)
    except Refused as problem:
        outcome = "refused"
        log.warning("message refused", channel=channel, message=letter.id, reason=str(problem))
    except NotSent as problem:
        outcome, again = "not-sent", True
        log.warning("message not sent", channel=channel, message=letter.id, reason=str(problem))
    metrics.MESSAGES.labels(channel, outcome).inc()
    with database.work() as work:
        if not again:
            work.session.execute(delete(Message).where(Message.id == letter.id))
        elif (row := work.get(Message, letter.id, lock=True)) is not None:
            row.next_try_at = next_try(row.tries, work.clock.now())
