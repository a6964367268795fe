"""Who may act for whom and for how long: Civil Code 2015, articles 21-22 (minors), 46-63 (guardians), 134-143."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from chassis.clock import VIETNAM
from services.identity.birth_dates import BirthDate

ActsAs = Literal["representative", "delegate", "guardian", "helper"]
State = Literal["sent", "refused", "not-yet", "in-force", "over", "revoked"]

OF_AGE = 18
#: A delegate's mandate lasts at most this long; then it has to be granted again.
LONGEST = timedelta(days=3 * 365)
#: What a register said of a representative counts this long; then it is asked again.
PROOF_LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when a mandate may count, both days included, and what became of it."""

    valid_from: date
    valid_to: date | None
    accepted: bool = True
    revoked: bool = False

    def in_force(self, today: date) -> bool:
        return self.state(today) == "in-force"

    def state(self, today: date) -> State:
        if self.revoked:
            return "revoked" if self.accepted else "refused"
        if self.valid_to is not None and today > self.valid_to:
            return "over"
        if not self.accepted:
            return "sent"
        return "in-force" if today >= self.valid_from else "not-yet"


def last_day_as_minor(birth: BirthDate) -> date:
    """The day before the 18th birthday; of a partial birth date the last day it can mean counts."""
    born = birth.latest
    # Who was born on a 29 February comes of age on 1 March: 18 years later there is no 29th.
    birthday = date(
        born.year + OF_AGE, *((3, 1) if (born.month, born.day) == (2, 29) else (born.month, born.day))
    )
    return birthday - timedelta(days=1)


def guardianship_ends(birth: BirthDate, decision_ends: date | None) -> date:
    """The last day of acting for a child: when it comes of age, or earlier when a decision says so."""
    of_age = last_day_as_minor(birth)
    return of_age if decision_ends is None else min(of_age, decision_ends)


def end_of(day: date) -> datetime:
    """The moment a day is over in Việt Nam."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def too_long(valid_from: date, valid_to: date) -> bool:
    return valid_to - valid_from > LONGEST
