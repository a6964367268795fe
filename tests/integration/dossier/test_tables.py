"""The tables in code and in the database agree, and the lists are served by their indexes."""

from typing import Any

import pytest
from sqlalchemy import select, text

from chassis.ids import new_id
from chassis.migrations import differences
from chassis.sealed import fresh, keyring_of
from chassis.work import Work
from services.dossier import api, tables, timeline
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import DESK, HOA, SPECIALIST, World


def test_the_newest_migration_is_what_the_code_declares(empty_world: World) -> None:
    assert differences(tables.Base.metadata, empty_world.sessions.engine) == []


MULTIPLY = """
INSERT INTO dossiers (id, reference, code, procedure, procedure_version, agency, owner, owner_kind, owner_name,
    owner_identity, channel, answers, delivery, state, step, waiting_on, act_by, submitted_at, version)
SELECT made.id, 'HS-' || n, 'X-' || n, procedure, procedure_version, agency,
    CASE WHEN n % 100 = 0 THEN owner ELSE gen_random_uuid() END, owner_kind, made.owner_name, owner_identity, channel,
    answers, delivery, CASE WHEN n % 50 = 0 THEN 2 ELSE 10 END, NULL,
    CASE WHEN n % 50 = 0 THEN 'specialist' END, act_by + n * interval '1 minute',
    submitted_at - n * interval '1 minute', 1
FROM dossiers, unnest(CAST(:ids AS uuid[]), CAST(:names AS bytea[])) WITH ORDINALITY AS made (id, owner_name, n)
"""


def _many_owners(work: Work) -> dict[str, Any]:
    """Ids, and names sealed for them."""
    keyring = keyring_of(work.session.connection().dialect)
    ids = [new_id() for _ in range(20_000)]
    names = [fresh(tables.Dossier, "owner_name", one, "Nguyễn Thị Hoa") for one in ids]
    return {"ids": ids, "names": [name.sealed(keyring) for name in names if name]}


@pytest.mark.parametrize(
    ("operation", "caller", "query", "index"),
    [
        (api.LIST_DOSSIERS, HOA, {}, "ix_dossiers_owner"),
        (api.LIST_DESK_DOSSIERS, SPECIALIST, {}, "ix_dossiers_inbox"),
        (api.LIST_DESK_DOSSIERS, DESK, {"state": "returned"}, "ix_dossiers_agency_state"),
        (api.TRACK_DOSSIER, DESK, {"code": "HS-777"}, "uq_dossiers_reference"),
        (api.GET_TIMELINE, DESK, {"reference": "HS-777"}, "ix_timeline_dossier"),
    ],
)
def test_lists_read_their_index_and_no_more_than_a_page(
    world: World, story: Story, operation: Any, caller: Any, query: dict[str, str], index: str
) -> None:
    story.submitted()
    with world.sessions.work() as work:
        work.session.execute(text(MULTIPLY), _many_owners(work))
        work.session.execute(
            text(
                "INSERT INTO timeline (id, dossier, at, what, state, who, role, agency, vi, en)"
                " SELECT gen_random_uuid(), id, submitted_at, 'submit', 1, '', '', '', '', '' FROM dossiers"
                " WHERE reference <> 'HS-777'"
            )
        )
        found = work.session.scalar(select(tables.Dossier).where(tables.Dossier.reference == "HS-777"))
        timeline.record(work, found, "submit", timeline.PAYMENT, reference="HS-777")
    with world.sessions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE dossiers"))
        connection.execute(text("ANALYZE timeline"))
    plans = Plans(world)
    world.call(operation, caller, **query)
    nodes = [node for plan in plans.taken() for node in flattened(plan)]
    assert index in {node.get("Index Name") for node in nodes}
    big = [node for node in nodes if node.get("Relation Name") in ("dossiers", "timeline")]
    assert max(node["Actual Rows"] for node in big) <= 21
    assert not [node for node in big if node["Node Type"] == "Seq Scan"]


class Plans:
    """Explains every query on the big tables, right after it ran."""

    def __init__(self, world: World) -> None:
        from sqlalchemy import event

        self._engine = world.sessions.engine
        self._statements: list[tuple[str, Any]] = []
        event.listen(self._engine, "after_cursor_execute", self._remember)

    def _remember(self, _c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and ("FROM dossiers" in statement or "FROM timeline" in statement):
            self._statements.append((statement, parameters))

    def taken(self) -> list[dict[str, Any]]:
        found = []
        for statement, parameters in list(self._statements):
            with self._engine.connect() as connection:
                explained = connection.exec_driver_sql(
                    "EXPLAIN (ANALYZE, FORMAT JSON) " + statement, parameters
                )
                found.append(explained.scalar_one()[0]["Plan"])
        return found


def flattened(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for inner in plan.get("Plans", []) for node in flattened(inner))]
