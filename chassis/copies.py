"""Local copies of another service's data, and what `./motcua rebuild` needs to know of them.

A service declares `COPIES = {"procedures": Copy("catalogue", "procedure_snapshots", reader, apply)}` in its
`events.py`. Each snapshot item is {subject, sequence, time, data}, `data` as in the event the copy is fed by;
`apply` is the handler of that event, which ignores what is older than what it has.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.events import Consumed, Event
from chassis.work import Work


@dataclass(frozen=True, slots=True)
class Copy:
    owner: str
    rpc: str
    reader: type[Consumed]
    apply: Callable[[Event, Work], None]
