"""Making one's own account."""

from datetime import date
from typing import Any

from chassis.caller import Caller
from chassis.errors import FieldError, ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, birth_dates, metrics, personal_numbers
from services.identity.tables import Account, Citizen


def sign_up_citizen(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    problems = citizen_problems(command, work.clock.today())
    if problems:
        raise ValidationFailed(problems)
    return accounts.view(make_citizen(command, work))


def citizen_problems(command: Command, today: date) -> list[FieldError]:
    """What speaks against an account like this, whether the number has one already or not."""
    guessable = accounts.password_problems(command, command.personal_number)
    return _contradictions(command, today) + guessable


def make_citizen(command: Command, work: Work) -> Account:
    """Raises AccountExists."""
    number = command.personal_number
    account = accounts.add("citizen", number, command, work)
    sex = personal_numbers.parse(number).sex
    work.add(Citizen(account=account.id, birth_date=command.birth_date, sex=sex))
    metrics.SIGN_UPS.labels("citizen").inc()
    return account


def _contradictions(command: Command, today: date) -> list[FieldError]:
    """What the personal number says and the person does not."""
    problems = []
    birth = birth_dates.parse(command.birth_date)
    if not birth_dates.is_past(birth, today):
        problems.append(
            FieldError(
                "/birthDate",
                "in-the-future",
                "Ngày sinh ở trong tương lai.",
                "This birth date is in the future.",
            )
        )
    if not personal_numbers.agrees_with_birth(command.personal_number, birth):
        problems.append(
            FieldError(
                "/birthDate",
                "contradicts-personal-number",
                "Năm sinh không khớp với số định danh.",
                "The year of birth does not match the personal number.",
            )
        )
    if command.sex and not personal_numbers.agrees_with_sex(command.personal_number, command.sex):
        problems.append(
            FieldError(
                "/sex",
                "contradicts-personal-number",
                "Giới tính không khớp với số định danh.",
                "The sex does not match the personal number.",
            )
        )
    return problems
