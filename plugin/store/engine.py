"""The database: how it is opened, how a transaction is had, how its tables are brought up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from ..errors import ConfigError, StoreUnavailable
from .phones import PhoneSealer
from .tables import lease, metadata

#: A transaction in progress; functions of the store take it first.
Tx = Connection

#: How long a writer waits for another on SQLite, in seconds.
_BUSY_S = 30
#: The number of the lock that keeps two processes from making the tables at once, on PostgreSQL; any but theirs.
_UPGRADING = 0x53414E48
_SUPPORTED = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


class Store:
    """Our database.

    With *dry*, every transaction becomes part of one that is rolled back on `close`: a step runs in full and
    leaves nothing.
    """

    def __init__(self, url: str, phones: PhoneSealer, *, dry: bool = False) -> None:
        self.phones = phones
        self.engine = _engine(url)
        self._dry: Connection | None = None
        if dry:
            self._dry = self.engine.connect()
            self._dry.begin()

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open a transaction; commit at the end, roll back on an error.

        Raises:
            StoreUnavailable: The database does not answer or is locked.
        """
        with _answering():
            if self._dry is not None:
                with self._dry.begin_nested():
                    yield self._dry
            else:
                with self.engine.begin() as connection:
                    yield connection

    def upgrade(self) -> None:
        """Bring the tables up to the newest migration; does nothing when they are there.

        One transaction and one process at a time: others that start meanwhile wait, one that is killed leaves
        nothing half done.

        Raises:
            StoreUnavailable: The database does not answer or is locked.
        """
        with _answering(), self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADING)))
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = connection
            config.attributes["metadata"] = metadata
            command.upgrade(config, "head")

    def is_ready(self) -> bool:
        """Return whether the tables are there."""
        return sa.inspect(self.engine).has_table(lease.name)

    def close(self) -> None:
        """Give back connections; a dry store forgets everything."""
        if self._dry is not None:
            self._dry.rollback()
            self._dry.close()
            self._dry = None
        self.engine.dispose()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable(f"the database does not answer: {error.orig}") from error


def insert_new(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert *rows* in one statement; those whose unique key stands already are left as they are."""
    if rows:
        insert = sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
        tx.execute(insert.on_conflict_do_nothing(), list(rows))


def insert_one(tx: Tx, table: sa.Table, **values: object) -> int:
    """Insert one row and return its id.

    Raises:
        IntegrityError: Its unique key stands already.
    """
    made = tx.execute(sa.insert(table).values(**values).returning(table.c.id))
    return int(made.scalar_one())


def insert_once(tx: Tx, table: sa.Table, **values: object) -> int | None:
    """Insert one row and return its id; None when its unique key stands already, here or in another process."""
    insert = sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
    made = tx.execute(insert.on_conflict_do_nothing().returning(table.c.id), values).scalar_one_or_none()
    return None if made is None else int(made)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # it may hold a password, so it is not shown
        raise ConfigError(["store.url: is no database URL: write sqlite:///FILE or postgresql://…"]) from error
    kind = parsed.get_backend_name()
    if kind not in _SUPPORTED:
        raise ConfigError([f"store.url: {kind!r} is not supported: use sqlite or postgresql"])
    parsed = parsed.set(drivername=_SUPPORTED[kind])
    if kind == "sqlite":
        engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_S, "check_same_thread": False})
        _set_up_sqlite(engine)
        return engine
    return sa.create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=10)


def _set_up_sqlite(engine: Engine) -> None:
    """Make SQLite keep foreign keys, write ahead, and take the write lock when a transaction begins.

    A transaction that begins by reading and then writes would fail at once when another has written in
    between, whatever the waiting time; BEGIN IMMEDIATE waits instead.
    """

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:  # noqa: ANN401 (sqlite3's own type)
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
