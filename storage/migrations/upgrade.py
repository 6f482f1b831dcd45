"""Brings a database to the newest revision."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from storage.database_faults import newer_than_program, not_a_database

_one_at_a_time = threading.Lock()
"""Alembic keeps the database it works on in a module's globals."""


def upgrade(connection: Connection) -> None:
    """Runs what is missing, inside the transaction the connection is in; with nothing missing it
    only looks. Raises Fault: database-newer-than-program, database-not-a-database."""
    script = ScriptDirectory(str(Path(__file__).parent))
    found = MigrationContext.configure(connection).get_current_heads()
    if set(found) == set(script.get_heads()):
        return
    if not found and inspect(connection).get_table_names():
        raise not_a_database()
    known = {revision.revision for revision in script.walk_revisions()}
    if not known.issuperset(found):
        raise newer_than_program()
    with _one_at_a_time:
        command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config()
    # A package's name instead of a path: a path may hold a %, which Config would interpolate.
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config
