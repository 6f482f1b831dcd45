"""What a database refuses, said so that a person can act. No value of a row is ever repeated."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from configs.fault import Fault
from storage.disk import disk_full, free_bytes

_ROOM_TO_WORK = 256 * 1024
"""Bytes; with less, SQLite calls a full disk an I/O error, as its shared memory cannot grow."""


def fault_of(error: DBAPIError, file: Path | None) -> Fault | None:
    """The fault behind an error; None when it is no fault of the place but of the program.

    Codes: disk-full, database-not-writable, database-not-a-database, database-damaged,
    database-busy, database-not-written; and for a server, database-not-reached.
    """
    if not isinstance(error.orig, sqlite3.Error):
        return _not_reached() if error.connection_invalidated else None
    if file is None:
        return None
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN):
        return _out_of_order(code, file)
    return _SQLITE[code]() if code in _SQLITE else None


def _out_of_order(code: int, file: Path) -> Fault:
    if code == sqlite3.SQLITE_FULL or free_bytes(file.parent) < _ROOM_TO_WORK:
        return disk_full("There is no room left on the disk for the database.")
    if code == sqlite3.SQLITE_CANTOPEN:
        return not_writable()
    said = "The database could not be written or read (disk I/O error)."
    return Fault("database-not-written", said, "Check the disk of data.folder.", retry=True)


def not_writable() -> Fault:
    said = "expected a database that can be written, and it cannot."
    remedy = "Give yourself the right to write rehearse.db and its folder, or set data.folder."
    return Fault("database-not-writable", said, remedy)


def not_a_database() -> Fault:
    said = "expected a database of Rehearse, and the file is something else."
    remedy = "Move that file away, or set data.folder to another folder."
    return Fault("database-not-a-database", said, remedy)


def newer_than_program() -> Fault:
    said = "The database was made by a newer version of Rehearse than this one."
    remedy = "Update Rehearse, or set data.folder to another folder."
    return Fault("database-newer-than-program", said, remedy)


def busy() -> Fault:
    said = "The database was held by another program for too long."
    return Fault("database-busy", said, "Try again in a moment.", retry=True)


def _damaged() -> Fault:
    said = "The database file is damaged."
    remedy = "Put a copy from before in its place; recordings and events are in their own files."
    return Fault("database-damaged", said, remedy)


def _not_reached() -> Fault:
    said = "The database server cannot be reached, or ended the connection."
    return Fault("database-not-reached", said, "Check that it runs, then try again.", retry=True)


_SQLITE = {
    sqlite3.SQLITE_NOTADB: not_a_database,
    sqlite3.SQLITE_READONLY: not_writable,
    sqlite3.SQLITE_PERM: not_writable,
    sqlite3.SQLITE_CORRUPT: _damaged,
    sqlite3.SQLITE_BUSY: busy,
    sqlite3.SQLITE_LOCKED: busy,
}
