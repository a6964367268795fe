"""The engine and the units of work of one service's own PostgreSQL database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, sessionmaker

from chassis import data_keys
from chassis.clock import Clock, SystemClock
from chassis.errors import Busy, DeadlineExceeded, ServiceError, Unavailable
from chassis.sealed import give_keyring
from chassis.settings import Settings
from chassis.texts import Language
from chassis.work import Work

_LOCK_NOT_AVAILABLE = "55P03"
#: Failures of the moment: a deadlock or a serialisation conflict lost.
_LOST_RACE = {"40001", "40P01", _LOCK_NOT_AVAILABLE}

#: Classes of errors that another time may not meet: connection, resources, an operator's hand, state. Others, such as a
#: value that is larger than an index takes (54), are met each time.
_OF_THE_MOMENT = {"08", "53", "55", "57", "58"}


def create_service_engine(settings: Settings, *, pool_size: int | None = None) -> Engine:
    """An engine whose every wait is bounded: connecting, queueing, locks, statements, idle transactions."""
    size = pool_size or settings.max_workers + 2
    options = " ".join(
        (
            f"-c statement_timeout={settings.statement_timeout_ms}",
            f"-c lock_timeout={settings.lock_timeout_ms}",
            "-c idle_in_transaction_session_timeout=15000",
            "-c timezone=UTC",
            # A lost host must not hold a lock of ours for the two hours of the kernel's default.
            "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
            # Plans for our short statements cost less than compiling them.
            "-c jit=off",
        )
    )
    engine = create_engine(
        settings.database_url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=3,
        pool_recycle=300,
        pool_use_lifo=True,
        connect_args={"connect_timeout": 5, "tcp_user_timeout": 5000, "options": options},
        hide_parameters=True,
    )
    give_keyring(engine, data_keys.keyring(settings))
    return engine


class _Reading(Session):
    """Changes nothing."""


class SnapshotSession(_Reading):
    """For reads: all statements see the same moment, and the server refuses any change."""


class ReadSession(_Reading):
    """For reads of one statement: it stands alone, so that the read pays no round trips for BEGIN and ROLLBACK."""


# The driver alone switches these; SQLAlchemy's isolation levels would ask the server on the way back.
@event.listens_for(SnapshotSession, "after_begin")
def _one_moment(_: Session, __: SessionTransaction, connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    driver.isolation_level, driver.readonly = ISOLATION_LEVEL_REPEATABLE_READ, True


@event.listens_for(ReadSession, "after_begin")
def _each_statement_alone(_: Session, __: SessionTransaction, connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    driver.autocommit = True


@event.listens_for(_Reading, "before_flush")
def _never_flush(*_: object) -> None:
    raise TypeError("a read must not change anything")


@event.listens_for(_Reading, "do_orm_execute")
def _never_write(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise TypeError("a read must not change anything")


def _as_it_was(driver: Any, _: object) -> None:
    """Back in the pool: ready to write, in transactions of the usual kind."""
    if driver is None:
        return
    if driver.autocommit:
        driver.autocommit = False
    elif driver.readonly:
        driver.isolation_level = driver.readonly = None


class Sessions:
    """Opens units of work on one database."""

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self.engine = engine
        self.clock: Clock = clock or SystemClock()
        self._writes = sessionmaker(engine, expire_on_commit=False)
        self._snapshots = sessionmaker(engine, class_=SnapshotSession, autoflush=False)
        self._reads = sessionmaker(engine, class_=ReadSession, autoflush=False)
        if not event.contains(engine, "checkin", _as_it_was):
            event.listen(engine, "checkin", _as_it_was)

    @contextmanager
    def work(
        self, language: Language = "vi", *, read_only: bool = False, alone: bool = False
    ) -> Iterator[Work]:
        """One transaction: committed when the block ends, rolled back when it raises.

        A read sees one moment and changes nothing; `alone` is for reads of one statement, which need no transaction.

        Raises Unavailable when the database cannot be reached, DeadlineExceeded when it was lost while
        committing, Busy when a lock was not free.
        """
        reads = self._reads if alone else self._snapshots
        session = reads() if read_only else self._writes()
        try:
            work = Work(session, self.clock, language)
            yield work
            if not read_only:
                work.finish()
                _commit(session)
        except (StatementError, PoolTimeout) as error:
            self._give_up(session)
            if isinstance(error.__cause__, ServiceError):
                # A parameter could not be bound: its key cannot be read now.
                raise error.__cause__ from None
            if passing := passing_failure(error):
                raise passing from error
            raise
        except BaseException:
            self._give_up(session)
            raise
        finally:
            session.close()

    def _give_up(self, session: Session) -> None:
        try:
            Session.rollback(session)
        except DBAPIError:
            # The connection is gone; the pool throws it away on close.
            session.invalidate()

    def ping(self) -> None:
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))


def _commit(session: Session) -> None:
    try:
        Session.commit(session)
    except DBAPIError as error:
        if error.connection_invalidated:
            # Nobody can tell whether the server had done it.
            raise DeadlineExceeded from error
        raise


def passing_failure(error: Exception) -> ServiceError | None:
    """What to tell a caller who may try again, when the error is one of the moment."""
    if isinstance(error, PoolTimeout):
        return Unavailable()
    code = getattr(getattr(error, "orig", None), "pgcode", None)
    if code in _LOST_RACE:
        return Busy()
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    of_the_moment = isinstance(error, OperationalError) and (not code or code[:2] in _OF_THE_MOMENT)
    return Unavailable() if lost or of_the_moment else None
