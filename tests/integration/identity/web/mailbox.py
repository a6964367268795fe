"""Codes and words that would go to people's phones, kept for the tests to read."""

from dataclasses import dataclass, field
from datetime import timedelta

from services.identity.errors import WrongFactor

GOOD_FOR = timedelta(minutes=10)


@dataclass
class Mailbox:
    codes: dict = field(default_factory=dict)
    sent: list = field(default_factory=list)
    told: list = field(default_factory=list)

    def send(self, holder, purpose, to, work, vault):
        code = f"{len(self.sent) + 100_000}"
        self.codes[holder, purpose] = (code, work.clock.now())
        self.sent.append((to.address if to else None, code))

    def check(self, holder, purpose, typed, work, vault):
        code, made_at = self.codes.get((holder, purpose), (None, work.clock.now()))
        work.keep_so_far()
        if typed != code or work.clock.now() - made_at >= GOOD_FOR:
            raise WrongFactor
        del self.codes[holder, purpose]

    def tell(self, account, subject, words, work):
        self.told.append((account.phone, words.en))

    def newest(self, address):
        return next(code for to, code in reversed(self.sent) if to == address)
