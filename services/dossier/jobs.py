"""What runs by the clock: what was uploaded and then not used is removed.

A file is judged while its row is locked, and whoever attaches a file locks its row too (`usecases.files`): so either
its use is seen here, or the file is gone for who wanted to use it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, select, tuple_, update

from chassis.database import Sessions
from chassis.logs import get_logger
from chassis.work import Work
from services.dossier import metrics
from services.dossier.adapters import PREFIX, Store
from services.dossier.tables import Draft, DroppedObject, File, Paper, Result

BATCH = 100
#: How many days' folders are searched for content that was never registered.
DAYS_SEARCHED = 7

#: A file's place in the order of the sweep.
Place = tuple[datetime, str]
log = get_logger(__name__)


def sweep_files(database: Sessions, store: Store, keep: timedelta) -> None:
    """Remove what nothing has used for so long; content goes only after its row is gone for good."""
    before = database.clock.now() - keep
    place: Place | None = None
    dropped = 0
    while True:
        with database.work() as work:
            found = _loose(work, before, place)
            dropped += _judge(found, work)
        if len(found) < BATCH:
            break
        place = (found[-1].uploaded_at, found[-1].id)
    _delete_dropped(database, store)
    unregistered = _delete_unregistered(database, store, before)
    if dropped or unregistered:
        log.info("unused uploads removed", files=dropped, unregistered=unregistered)


def _loose(work: Work, before: datetime, after: Place | None) -> list[Row[tuple[str, datetime, str, str]]]:
    """The next files that no dossier is known to have, locked; one that is being attached is left for next time."""
    wanted = select(File.id, File.uploaded_at, File.object, File.owner).where(
        File.settled.is_(False), File.uploaded_at < before
    )
    if after is not None:
        wanted = wanted.where(tuple_(File.uploaded_at, File.id) > after)
    ordered = wanted.order_by(File.uploaded_at, File.id).limit(BATCH)
    return list(work.session.execute(ordered.with_for_update(skip_locked=True)))


def _judge(found: list[Row[tuple[str, datetime, str, str]]], work: Work) -> int:
    """Settle or drop the locked files. Asked in statements of their own, which see all that was committed before."""
    ids = [row.id for row in found]
    settled = _in_dossiers(work, ids)
    used = settled | _in_drafts(work, {row.owner for row in found})
    unused = [row for row in found if row.id not in used]
    if settled:
        work.session.execute(update(File).where(File.id.in_(settled)).values(settled=True))
    if unused:
        work.session.execute(delete(File).where(File.id.in_([row.id for row in unused])))
        now = work.clock.now()
        work.add(*(DroppedObject(object=row.object, dropped_at=now) for row in unused))
    return len(unused)


def _in_dossiers(work: Work, ids: Collection[str]) -> set[str]:
    papers = select(Paper.file).where(Paper.file.in_(ids))
    results = select(Result.file).where(Result.file.in_(ids))
    return {str(file) for file in work.session.scalars(papers.union_all(results))}


def _in_drafts(work: Work, owners: Collection[str]) -> set[str]:
    """A draft holds files of its own owner only."""
    drafts = work.session.scalars(select(Draft.papers).where(Draft.owner.in_(owners)))
    return {paper["file"] for papers in drafts for paper in papers}


def _delete_dropped(database: Sessions, store: Store) -> None:
    while True:
        with database.work(read_only=True) as work:
            names = list(work.session.scalars(select(DroppedObject.object).limit(BATCH)))
        if not names:
            return
        store.delete(names)
        with database.work() as work:
            work.session.execute(delete(DroppedObject).where(DroppedObject.object.in_(names)))
        metrics.SWEPT.labels("file").inc(len(names))


def _delete_unregistered(database: Sessions, store: Store, before: datetime) -> int:
    """Content whose registration never came, or came to nothing: no file has its name."""
    count = 0
    for days in range(DAYS_SEARCHED):
        folder = PREFIX + f"{before - timedelta(days=days):%Y/%m/%d}"
        for names in store.old(folder, before):
            with database.work(read_only=True) as work:
                known = set(work.session.scalars(select(File.object).where(File.object.in_(names))))
            unknown = [name for name in names if name not in known]
            store.delete(unknown)
            count += len(unknown)
    metrics.SWEPT.labels("unregistered").inc(count)
    return count
