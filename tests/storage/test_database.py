import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.schema import CreateTable
from sqlmodel import Session, select

from configs.fault import Fault
from storage.database import Database
from storage.tables import Call, Membership, Person, Table
from storage.utc import now


def _pragma(database: Database, name: str) -> object:
    with database.reading() as session:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_a_new_database_is_made_with_its_folder_and_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new 100% folder" / "rehearse.db"
    Database.open(file).close()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_path_and_an_address_of_the_same_file_open_the_same_database(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.db"
    with Database.open(f"sqlite:///{file}").writing() as session:
        session.add(Person(id="ann", name="Ann"))
    with Database.open(file).reading() as session:
        assert [person.id for person in session.exec(select(Person))] == ["ann"]


def test_sqlite_is_set_up_to_be_safe_and_quick(database: Database) -> None:
    assert _pragma(database, "journal_mode") == "wal"
    assert _pragma(database, "foreign_keys") == 1
    assert _pragma(database, "synchronous") == 1
    assert _pragma(database, "busy_timeout") == 10_000


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Membership(person_id="nobody", team_id="nowhere", role="rep"))


def test_a_block_that_raises_writes_nothing(database: Database) -> None:
    with pytest.raises(InterruptedError), database.writing() as session:
        _add_and_raise(session)
    with database.reading() as session:
        assert session.get(Person, "ann") is None


def _add_and_raise(session: Session) -> None:
    session.add(Person(id="ann", name="Ann"))
    session.flush()
    raise InterruptedError


def test_a_reading_session_sees_one_state_throughout(database: Database) -> None:
    with database.reading() as reader:
        assert reader.exec(select(Person)).all() == []
        with database.writing() as writer:
            writer.add(Person(id="ann", name="Ann"))
        assert reader.exec(select(Person)).all() == []
    with database.reading() as reader:
        assert len(reader.exec(select(Person)).all()) == 1


def test_a_datetime_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.writing() as session:
        session.add(Person(id="ann", name="Ann", created_at=now().replace(tzinfo=None)))


def test_errors_hold_no_value_of_a_row(database: Database) -> None:
    with database.writing() as session:
        session.add(Person(id="ann", name="Ann"))
    with pytest.raises(IntegrityError) as refused, database.writing() as session:
        session.add(Person(id="ann", name="Confidential Name"))
    assert "Confidential" not in str(refused.value)


def test_eight_threads_that_read_and_then_write_lose_no_write(database: Database) -> None:
    with database.writing() as session:
        session.add(Person(id="ann", name="0"))
    ready = threading.Barrier(8)

    def count(n_times: int) -> None:
        ready.wait()
        for _ in range(n_times):
            with database.writing() as session:
                person = session.get_one(Person, "ann")
                person.name = str(int(person.name) + 1)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, [25] * 8))
    with database.reading() as session:
        assert session.get_one(Person, "ann").name == "200"


def test_forty_threads_read_while_one_writes(database: Database) -> None:
    ready = threading.Barrier(40)

    def read(_: int) -> int:
        with database.reading() as session:
            n_people = len(session.exec(select(Person)).all())
            ready.wait(timeout=20)
            return n_people

    with database.writing() as session:
        session.add(Person(id="ann", name="Ann"))
        session.flush()
        with ThreadPoolExecutor(40) as threads:
            assert set(threads.map(read, range(40))) == {0}


def test_eight_threads_open_the_same_new_database_at_once(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.db"
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: Database.open(file, busy_s=60.0), range(8)))
    with opened[-1].reading() as session:
        versions = session.connection().execute(text("select version_num from alembic_version"))
        assert len(versions.all()) == 1
    for database in opened:
        database.close()


def test_a_database_that_another_program_holds_is_a_fault_to_try_again(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.db"
    database = Database.open(file, busy_s=0.05)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Fault) as busy, database.writing() as session:
        session.connection()
    holder.close()
    assert (busy.value.code, busy.value.retry) == ("database-busy", True)


@pytest.mark.parametrize("content", [b"not a database at all " * 500, b"x" * 200])
def test_a_file_that_is_no_database_is_a_fault_and_is_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "rehearse.db"
    file.write_bytes(content)
    with pytest.raises(Fault) as fault:
        Database.open(file)
    assert fault.value.code == "database-not-a-database"
    assert file.read_bytes() == content


def test_the_database_of_another_program_is_a_fault_and_gets_no_tables(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.db"
    other = sqlite3.connect(file)
    other.execute("create table person (shoe_size integer)")
    other.commit()
    with pytest.raises(Fault) as fault:
        Database.open(file)
    assert fault.value.code == "database-not-a-database"
    assert other.execute("select name from sqlite_master").fetchall() == [("person",)]
    other.close()


def test_a_damaged_database_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.db"
    Database.open(file).close()
    content = file.read_bytes()
    file.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    with pytest.raises(Fault) as fault:
        Database.open(file)
    assert fault.value.code == "database-damaged"


def test_a_place_that_cannot_be_a_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Fault) as fault:
        Database.open(tmp_path / "file" / "rehearse.db")
    assert fault.value.code == "database-not-writable"


def test_a_folder_in_the_place_of_the_database_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault) as fault:
        Database.open(tmp_path)
    assert fault.value.code == "database-not-writable"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("sqlite://", "database-url-not-valid"),
        ("sqlite:///:memory:", "database-url-not-valid"),
        ("post gres://secret@host:port/x", "database-url-not-valid"),
        ("nosuch://secret@host/x", "database-driver-missing"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_fault_that_does_not_repeat_it(
    address: str, code: str
) -> None:
    with pytest.raises(Fault) as fault:
        Database.open(address)
    assert fault.value.code == code
    assert "secret" not in str(fault.value)


def test_the_tables_can_be_made_on_postgresql_too() -> None:
    dialect = postgresql.dialect()
    made = [
        str(CreateTable(table).compile(dialect=dialect)) for table in Table.metadata.sorted_tables
    ]
    assert len(made) == 7
    assert "TIMESTAMP WITH TIME ZONE" in made[-1]
    assert Call.__tablename__ == "call"
