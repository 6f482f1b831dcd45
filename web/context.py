"""What the pages stand on, put together once per process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import HTTPConnection

from configs.load import Catalogue
from configs.settings import Settings
from storage.calls import Calls
from storage.database import Database
from storage.people import People
from storage.recordings import Recordings
from web.cookie import secret_of


class EngineRow(Protocol):
    """What serves one role, and why; agents.worker.EngineStatus is one."""

    @property
    def role(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def rough(self) -> bool: ...
    @property
    def remedy(self) -> str: ...
    @property
    def progress(self) -> float | None: ...


class EngineBoard(Protocol):
    """Tells which engines this process uses; agents.worker.Engines is one."""

    def status(self) -> Sequence[EngineRow]: ...


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    catalogue: Catalogue
    database: Database
    people: People
    calls: Calls
    recordings: Recordings
    engines: EngineBoard
    secret: str
    """Signs the cookies; the same for every process of a data folder."""


def open_context(settings: Settings, catalogue: Catalogue, engines: EngineBoard) -> Context:
    """Opens the data folder; close the database when done. Raises Fault as Database.open does."""
    folder = settings.data.folder
    database = Database.open(folder / "rehearse.db")
    return Context(
        settings=settings,
        catalogue=catalogue,
        database=database,
        people=People(database),
        calls=Calls(database),
        recordings=Recordings(folder / "calls"),
        engines=engines,
        secret=secret_of(folder),
    )


def context_of(connection: HTTPConnection) -> Context:
    """Of a request or a WebSocket."""
    context = connection.app.state.context
    assert isinstance(context, Context)
    return context
