"""What waits to be sent to people's phones and mailboxes, read where it waits."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from services.identity.tables import Message

_CODE = re.compile(r"\b\d{6,8}\b")


@dataclass
class Mailbox:
    identity: Any

    def _letters(self) -> list[tuple[str, str]]:
        with self.identity.sessions.work() as work:
            rows = work.session.scalars(select(Message).order_by(Message.id)).all()
            return [(row.letter["to"], row.letter["text"]) for row in rows]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """(to, code) of every code, the oldest first."""
        found = [(to, _CODE.search(text)) for to, text in self._letters()]
        return [(to, code[0]) for to, code in found if code]

    @property
    def told(self) -> list[tuple[str, str]]:
        """(to, words) of everything else."""
        return [(to, text) for to, text in self._letters() if not _CODE.search(text)]

    def newest(self, address: str) -> str:
        return next(code for to, code in reversed(self.sent) if to == address)
