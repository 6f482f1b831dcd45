from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from configs.fault import Fault
from storage.database import Database
from storage.migrations import versions
from storage.migrations.upgrade import upgrade
from storage.tables import Person, Table


def test_the_tables_in_code_are_the_tables_the_migrations_make(database: Database) -> None:
    with database.reading() as session:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(session.connection(), opts=options)
        assert compare_metadata(context, Table.metadata) == []


def test_the_keys_and_constraints_have_the_same_names_as_in_code(
    database: Database, tmp_path: Path
) -> None:
    made_from_code = create_engine(f"sqlite:///{tmp_path / 'code.db'}")
    Table.metadata.create_all(made_from_code)
    with database.reading() as session:
        migrated, expected = inspect(session.connection()), inspect(made_from_code)
        for name in Table.metadata.tables:
            assert migrated.get_pk_constraint(name) == expected.get_pk_constraint(name)
            assert _by_name(migrated.get_foreign_keys(name)) == _by_name(
                expected.get_foreign_keys(name)
            )


def _by_name(keys: list) -> list:  # type: ignore[type-arg]
    return sorted(keys, key=lambda key: str(key["name"]))


def test_opening_again_changes_nothing_and_keeps_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.db"
    first = Database.open(file)
    with first.writing() as session:
        session.add(Person(id="ann", name="Ann"))
    first.close()
    before = file.read_bytes()
    second = Database.open(file)
    with second.reading() as session:
        assert session.get_one(Person, "ann").name == "Ann"
    second.close()
    assert file.read_bytes() == before


def test_a_database_newer_than_the_program_is_a_fault_and_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.db"
    database = Database.open(file)
    with database.writing() as session:
        session.connection().execute(text("update alembic_version set version_num = 'future'"))
    database.close()
    with pytest.raises(Fault) as fault:
        Database.open(file)
    assert fault.value.code == "database-newer-than-program"


def test_an_upgrade_that_is_undone_leaves_no_table_behind(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'rehearse.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        upgrade(connection)
        assert "call" in inspect(connection).get_table_names()
        connection.rollback()
        assert inspect(connection).get_table_names() == []


def test_every_revision_is_a_file_with_a_number(database: Database) -> None:
    folder = Path(versions.__path__[0])
    names = sorted(file.stem for file in folder.glob("v*.py"))
    assert [name[1:5] for name in names] == [f"{n + 1:04d}" for n in range(len(names))]
    with database.reading() as session:
        newest = session.connection().execute(text("select version_num from alembic_version"))
        assert newest.scalar_one() == names[-1][1:5]
