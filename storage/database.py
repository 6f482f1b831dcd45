"""The database: opened, brought to the newest tables, and lent out as short sessions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from configs.fault import Fault
from storage.database_faults import busy, fault_of
from storage.disk import disk_faults
from storage.migrations.upgrade import upgrade

_N_CONNECTIONS = 48
"""A web server's forty threads and some."""


class Database:
    """Safe to share between threads: each session has a connection of its own."""

    def __init__(self, engine: Engine, file: Path | None) -> None:
        self._engine = engine
        # SQLite has one writer at a time. It must say so when it begins: a reader that turns
        # writer half-way is refused at once instead of waiting its turn.
        self._writers = engine.execution_options(rehearse_writes=True)
        self.file = file
        """None when it is on a server."""

    @classmethod
    def open(cls, url_or_path: str | Path, *, busy_s: float = 10.0) -> Self:
        """Opens or creates the database and brings its tables up to date. A writer waits for the
        one before it, `busy_s` at most.

        Raises Fault: database-newer-than-program, database-not-writable, database-damaged,
        database-not-a-database, database-busy, database-url-not-valid, disk-full.
        """
        url = _url(url_or_path)
        file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        if file is not None:
            _prepare(file)
        with _faults(file):
            _migrate(url, busy_s)
            return cls(_engine(url, busy_s), file)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database throughout. Raises Fault."""
        with _faults(self.file), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed when the block ends, and undone when it raises. Raises
        Fault: disk-full, database-not-writable, database-busy and the others of open. One at a
        time per thread: a second inside of the first would wait for it until database-busy."""
        with _faults(self.file), Session(self._writers) as session:
            yield session
            session.commit()

    def close(self) -> None:
        self._engine.dispose()


def _url(url_or_path: str | Path) -> URL:
    """What came is not repeated in the fault: an address may hold a password."""
    text = str(url_or_path)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    said = "expected a path, or an address such as postgresql+psycopg://host/name."
    try:
        url = make_url(text)
        in_memory = url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise Fault("database-url-not-valid", said, "Correct the address.") from error
    if in_memory:
        raise Fault("database-url-not-valid", said, "Name a file: nothing outlives memory.")
    return url


def _prepare(file: Path) -> None:
    """Transcripts are for nobody else on this machine: SQLite gives the files beside the
    database the same rights."""
    with disk_faults("database"):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            file.touch(mode=0o600)


def _engine(url: URL, busy_s: float, **options: Any) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(
            url,
            # A parameter may be a transcript, which has no place in an error message.
            hide_parameters=True,
            # PostgreSQL refuses NaN in JSON: be as strict everywhere. ASCII, as a model can say
            # half a surrogate pair, which no database takes unescaped.
            json_serializer=partial(json.dumps, allow_nan=False),
            connect_args={"check_same_thread": False, "timeout": busy_s} if sqlite else {},
            pool_pre_ping=not sqlite,
            **(options or {"pool_size": 8, "max_overflow": _N_CONNECTIONS - 8}),
        )
    except (ImportError, NoSuchModuleError) as error:
        said = f"expected a driver for {url.get_backend_name()}, and none is installed."
        remedy = "Install one, such as psycopg."
        raise Fault("database-driver-missing", said, remedy) from error
    if sqlite:
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    # None: the driver begins nothing by itself, _on_begin does.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("rehearse_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(url: URL, busy_s: float) -> None:
    """In one transaction, so that of two programs that start together one waits for the other,
    and one that is killed half-way leaves the tables as they were."""
    engine = _engine(url, busy_s, poolclass=NullPool)
    with engine.execution_options(rehearse_writes=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            # A migration may have to build a table anew, which must not cascade. Outside of a
            # transaction, as SQLite ignores it inside of one.
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            upgrade(connection)


@contextmanager
def _faults(file: Path | None) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        fault = fault_of(error, file)
        if fault is None:
            raise
        raise fault from error
    except PoolTimeoutError as error:
        raise busy() from error
