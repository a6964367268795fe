"""What a published version says to the dossier service."""

from typing import Any

import pytest

from services.dossier.deadlines import TimeLimit, Unit
from services.dossier.procedures import Procedure, assured
from services.dossier.workflow import LEADER, Steps


def procedure(**content: Any) -> Procedure:
    return Procedure({"name": "Đổi giấy phép lái xe", "name_en": "", **content})


@pytest.mark.parametrize(
    ("amount", "unit", "limit"),
    [
        (5, "working-day", TimeLimit(5, Unit.WORKING_DAY)),
        (0.5, "working-day", TimeLimit(0.5, Unit.WORKING_DAY)),
        (8, "working-hour", TimeLimit(8, Unit.WORKING_HOUR)),
        (None, "same-day", TimeLimit(0, Unit.SAME_DAY)),
        (None, "working-day", None),
        (5, None, None),
        (5, "fortnight", None),
    ],
)
def test_time_limits_by_channel(amount: float | None, unit: str | None, limit: TimeLimit | None) -> None:
    rules = procedure(channels=[{"channel": "online", "time_limit": amount, "time_unit": unit}])
    assert rules.time_limit("online") == limit
    assert rules.time_limit("postal") is None
    assert (rules.offers("online"), rules.offers("postal")) == (True, False)


def test_without_a_list_any_agency_receives() -> None:
    assert procedure(receiving=[]).receives("H26.01")
    assert procedure(receiving=["H26.01"]).receives("H26.01")
    assert not procedure(receiving=["H26.01"]).receives("H26.02")


def test_an_empty_version_demands_nothing() -> None:
    rules = procedure()
    assert (list(rules.papers), list(rules.results), rules.assurance) == ([], [], "low")
    assert rules.name_en == "Đổi giấy phép lái xe"
    assert rules.steps.first.code == "prepare"


def test_whatever_the_steps_a_leader_signs() -> None:
    steps = Steps([{"code": "clear", "name": "Gạch nợ", "role": "specialist"}])
    assert not steps.is_last("clear")
    assert steps.after("clear").role == LEADER


@pytest.mark.parametrize(
    ("acr", "needed", "enough"),
    [
        ("low", "low", True),
        ("", "low", True),
        ("low", "substantial", False),
        ("", "substantial", False),
        ("substantial", "substantial", True),
        ("high", "substantial", True),
        ("high", "unheard-of", False),
    ],
)
def test_assurance(acr: str, needed: str, enough: bool) -> None:
    assert assured(acr, needed) is enough
