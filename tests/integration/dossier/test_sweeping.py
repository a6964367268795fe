"""Uploads that nothing uses are removed, from the tables and from a real object store; used ones never are."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from services.dossier import api, jobs
from services.dossier.adapters import ObjectStore
from services.dossier.tables import Draft, DroppedObject, File, Paper, Result
from services.dossier.usecases import files
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import DESK, FORM, HOA, LICENCE, Refused, World, upload

KEEP = timedelta(hours=24)


class Shelf:
    """The directory of the object store, and the uploads in it."""

    def __init__(self, world: World, directory: Path) -> None:
        self.world, self.directory = world, directory
        self.store = ObjectStore(directory.as_uri())

    def put(self, name: str, hours_old: float = 0) -> Path:
        """An object as the edge stores it, that no service was told of."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7")
        stored = self.world.clock.now().timestamp() - hours_old * 3600
        os.utime(path, (stored, stored))
        return path

    def upload(self, owner: Any = HOA) -> str:
        details = upload("to-khai.pdf")
        name = details["object"].rpartition("/")[2]
        details["object"] = f"dossier/{self.world.clock.now():%Y/%m/%d}/{name}"
        self.put(details["object"])
        return str(self.world.call(api.REGISTER_FILE, owner, **details)["id"])

    def sweep(self) -> None:
        jobs.sweep_files(self.world.sessions, self.store, KEEP)

    @property
    def objects(self) -> set[str]:
        return {str(path.relative_to(self.directory)) for path in self.directory.rglob("*") if path.is_file()}

    def holds(self, *files: str) -> bool:
        """Whether these uploads, and no others, are in the tables and in the store."""
        rows = self.world.rows(File)
        assert {row.id for row in rows} == set(files)
        assert self.objects == {row.object for row in rows}
        assert not self.world.rows(DroppedObject)
        return True


@pytest.fixture
def shelf(world: World, tmp_path: Path) -> Shelf:
    return Shelf(world, tmp_path / "objects")


def paper(file: str) -> dict[str, str]:
    return {"code": FORM["code"], "file": file}


def test_what_was_never_attached_goes_after_a_day_and_not_before(world: World, shelf: Shelf) -> None:
    forgotten = shelf.upload()
    world.later(hours=23)
    young = shelf.upload()
    shelf.sweep()
    assert shelf.holds(forgotten, young)
    world.later(hours=2)
    shelf.sweep()
    assert shelf.holds(young)


def test_what_a_draft_holds_stays_until_the_draft_is_gone(world: World, story: Story, shelf: Shelf) -> None:
    file, other = shelf.upload(), shelf.upload()
    draft = story.draft(procedure=LICENCE, papers=[paper(file)])
    world.later(days=40)
    shelf.sweep()
    assert shelf.holds(file)
    with pytest.raises(Refused) as caught:
        world.call(api.CHANGE_DRAFT, HOA, id=draft["id"], if_match=(draft["version"],), papers=[paper(other)])
    assert caught.value.faults == ["unknown-file"]
    world.call(api.DISCARD_DRAFT, HOA, id=draft["id"])
    shelf.sweep()
    assert shelf.holds()


def test_what_a_dossier_has_stays_for_good_and_is_judged_once(
    world: World, story: Story, shelf: Shelf
) -> None:
    file = shelf.upload()
    story.submitted(procedure=LICENCE, papers=[paper(file)])
    result = shelf.upload(DESK)
    dossier = world.rows(Paper)[0].dossier
    world.with_work(lambda work: work.add(Result(dossier=dossier, name="Kết quả", file=result)))
    world.later(days=2)
    shelf.sweep()
    assert shelf.holds(file, result)
    assert [row.settled for row in world.rows(File)] == [True, True]


def test_more_than_a_batch_and_drafts_in_front_of_it(world: World, story: Story, shelf: Shelf) -> None:
    kept = [shelf.upload() for _ in range(3)]
    for file in kept:
        story.draft(procedure=LICENCE, papers=[paper(file)])
    for _ in range(7):
        shelf.upload()
    world.later(days=2)
    before, jobs.BATCH = jobs.BATCH, 3
    try:
        shelf.sweep()
    finally:
        jobs.BATCH = before
    assert shelf.holds(*kept)


def test_a_file_being_attached_at_the_moment_of_the_sweep_survives(world: World, shelf: Shelf) -> None:
    file = shelf.upload()
    world.later(days=2)
    now = world.clock.now()
    with world.sessions.work() as attaching:
        # As `create_draft` has it just before its commit: the file looked at, the draft written.
        assert files.owned(attaching, [file], HOA.subject) == {file}
        attaching.add(
            Draft(
                owner=HOA.subject,
                procedure=LICENCE,
                agency="-",
                channel="online",
                answers={},
                papers=[paper(file)],
                delivery={},
                created_at=now,
                updated_at=now,
            )
        )
        attaching.session.flush()
        shelf.sweep()
    assert shelf.holds(file)
    shelf.sweep()
    assert shelf.holds(file)


def test_a_file_attached_between_the_looks_of_the_sweep_is_kept_or_refused(
    world: World, story: Story, shelf: Shelf
) -> None:
    """Whoever comes while the sweep holds the file waits, and is told that it is gone."""
    file = shelf.upload()
    world.later(days=2)
    outcomes: list[Future[Any]] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "SKIP LOCKED" in statement and not outcomes:
            outcomes.append(pool.submit(story.draft, procedure=LICENCE, papers=[paper(file)]))
            with pytest.raises(TimeoutError):
                outcomes[0].result(timeout=0.5)

    with ThreadPoolExecutor(1) as pool:
        event.listen(world.sessions.engine, "after_cursor_execute", look)
        try:
            shelf.sweep()
        finally:
            event.remove(world.sessions.engine, "after_cursor_execute", look)
        with pytest.raises(Refused) as caught:
            outcomes[0].result(timeout=10)
    assert caught.value.faults == ["unknown-file"]
    assert shelf.holds()


def test_a_file_attached_just_before_it_is_locked_is_seen(world: World, story: Story, shelf: Shelf) -> None:
    file = shelf.upload()
    world.later(days=2)
    drafts: list[Any] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "SKIP LOCKED" in statement and not drafts:
            drafts.append(None)
            with ThreadPoolExecutor(1) as pool:
                drafts[0] = pool.submit(story.draft, procedure=LICENCE, papers=[paper(file)]).result()

    event.listen(world.sessions.engine, "before_cursor_execute", look)
    try:
        shelf.sweep()
    finally:
        event.remove(world.sessions.engine, "before_cursor_execute", look)
    assert drafts
    assert drafts[0]["papers"] == [paper(file)]
    assert shelf.holds(file)


def test_a_store_that_fails_is_asked_again(world: World, shelf: Shelf) -> None:
    shelf.upload()
    world.later(days=2)

    class Failing(ObjectStore):
        def delete(self, names: Any) -> None:
            raise OSError("away")

    with pytest.raises(OSError, match="away"):
        jobs.sweep_files(world.sessions, Failing(shelf.directory.as_uri()), KEEP)
    assert not world.rows(File)
    assert len(shelf.objects) == 1
    shelf.sweep()
    assert shelf.holds()


def test_content_that_was_never_registered_goes_too(world: World, shelf: Shelf) -> None:
    known = shelf.upload()
    world.later(hours=23)
    day = world.clock.now() - timedelta(hours=30)
    shelf.put(f"dossier/{day:%Y/%m/%d}/lost", hours_old=30)
    young = shelf.put(f"dossier/{day:%Y/%m/%d}/young", hours_old=20)
    others = shelf.put(f"feedback/{day:%Y/%m/%d}/a", hours_old=30)
    shelf.sweep()
    [row] = world.rows(File, id=known)
    assert shelf.objects == {
        row.object,
        str(young.relative_to(shelf.directory)),
        str(others.relative_to(shelf.directory)),
    }
