"""The local copies of the catalogue: what is in force, whatever order the news came in."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from chassis.errors import ValidationFailed
from chassis.events import Event, Meta
from chassis.ids import new_id
from services.dossier import copies, events, tables
from tests.integration.dossier.world import FREE, World, procedure


def in_force(world: World, day: str) -> Any:
    """The version number in force on a day, or why there is none."""
    try:
        return world.with_work(
            lambda work: copies.procedure_in_force(work, FREE, date.fromisoformat(day))
        ).version_no
    except ValidationFailed as error:
        return error.code


def withdraw(world: World, last: str, sequence: int) -> None:
    world.hear(events.ProcedureWithdrawn, FREE, sequence, code=FREE, validTo=last)


def test_each_day_has_its_version(empty_world: World) -> None:
    empty_world.publish(procedure(FREE, validFrom="2024-01-01", validTo="2025-06-30"))
    empty_world.publish(procedure(FREE, versionNo=2, validFrom="2025-07-01"))
    days = ["2023-12-31", "2024-01-01", "2025-06-30", "2025-07-01", "2027-12-31"]
    assert [in_force(empty_world, day) for day in days] == ["procedure-not-in-force", 1, 1, 2, 2]


def test_the_newer_version_wins_where_windows_overlap(empty_world: World) -> None:
    empty_world.publish(procedure(FREE, versionNo=2, validFrom="2025-07-01"))
    empty_world.publish(procedure(FREE, validFrom="2024-01-01"))
    assert [in_force(empty_world, day) for day in ("2025-06-30", "2025-07-01")] == [1, 2]


def test_an_older_event_does_not_undo_a_newer_one(empty_world: World) -> None:
    empty_world.publish(procedure(FREE, validTo="2025-12-31"), sequence=5)
    empty_world.publish(procedure(FREE, validTo=None), sequence=4)
    assert in_force(empty_world, "2026-01-01") == "procedure-not-in-force"


def test_the_same_version_told_again_is_one_row(empty_world: World) -> None:
    for _ in range(2):
        empty_world.publish(procedure(FREE), sequence=1)
    assert (
        empty_world.with_work(
            lambda work: work.session.scalar(select(func.count(tables.ProcedureVersion.id)))
        )
        == 1
    )


def test_the_rules_of_a_version_never_change(empty_world: World) -> None:
    empty_world.publish(procedure(FREE), sequence=1)
    empty_world.publish(procedure(FREE, name="Tên mới", validTo="2026-12-31", acr="high"), sequence=2)
    (row,) = empty_world.rows(tables.ProcedureVersion)
    assert (row.name, row.valid_to, row.sequence) == ("Tên mới", date(2026, 12, 31), 2)
    assert (row.content["acr"], row.content["name"]) == ("low", f"Thủ tục {FREE}")


@pytest.mark.parametrize("withdrawn_first", [True, False])
def test_a_withdrawal_ends_what_was_published_before_it(empty_world: World, withdrawn_first: bool) -> None:
    if withdrawn_first:
        withdraw(empty_world, "2026-10-31", sequence=2)
    empty_world.publish(procedure(FREE), sequence=1)
    if not withdrawn_first:
        withdraw(empty_world, "2026-10-31", sequence=2)
    assert [in_force(empty_world, day) for day in ("2026-10-31", "2026-11-01")] == [
        1,
        "procedure-not-in-force",
    ]
    empty_world.publish(procedure(FREE, versionNo=2, validFrom="2026-12-01"), sequence=3)
    assert in_force(empty_world, "2026-12-01") == 2


def test_an_unknown_procedure_is_told_apart(empty_world: World) -> None:
    assert in_force(empty_world, "2026-11-23") == "unknown-procedure"


def test_agencies_follow_the_newest_event(empty_world: World) -> None:
    empty_world.publish_agency("H26.01", name="Tên mới")
    late = Event(
        Meta(new_id(), events.AgencyPublished.type, "H26.01", 0, empty_world.clock.now()),
        {
            "code": "H26.01",
            "name": "Tên cũ",
            "name_en": None,
            "valid_from": date(2020, 1, 1),
            "valid_to": None,
        },
    )
    empty_world.with_work(lambda work: copies.agency_published(late, work))
    (row,) = empty_world.rows(tables.Agency)
    assert row.name == "Tên mới"


@pytest.mark.parametrize(
    ("day", "code"),
    [("2025-06-30", "agency-not-in-force"), ("2026-01-01", "agency-not-in-force"), ("2025-07-01", None)],
)
def test_an_agency_receives_while_it_exists(empty_world: World, day: str, code: str | None) -> None:
    empty_world.publish_agency("H26.01", validTo="2025-12-31")

    def ask(work: Any) -> str | None:
        try:
            copies.require_agency(work, "H26.01", date.fromisoformat(day))
        except ValidationFailed as error:
            return error.code
        return None

    assert empty_world.with_work(ask) == code
