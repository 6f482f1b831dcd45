"""What the pages stand on, put together once per process."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import HTTPConnection

from configs.fault import Fault
from configs.load import Catalogue
from configs.settings import Settings
from storage.calls import CallRow, Calls
from storage.database import Database
from storage.held_with import HeldWith
from storage.people import People
from storage.recordings import Recordings
from storage.scenario_versions import ScenarioVersions
from web.cookie import secret_of
from web.editor.lint_runs import LintRuns
from web.library import Library

logger = logging.getLogger(__name__)


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
    library: Library
    database: Database
    people: People
    calls: Calls
    recordings: Recordings
    engines: EngineBoard
    secret: str
    """Signs the cookies; the same for every process of a data folder."""
    lint_runs: LintRuns = field(default_factory=LintRuns)

    @property
    def catalogue(self) -> Catalogue:
        """What there is to rehearse now."""
        return self.library.catalogue

    def held_with(self, call: CallRow) -> HeldWith | None:
        """What the call was, or is to be, held with; for a call that keeps none, the scenario of
        now. None when there is none that can be read."""
        try:
            kept = self.calls.held_with(call.id)
        except Fault as fault:
            logger.warning("what a call was held with cannot be read: %s", fault.code)
            return None
        catalogue = self.catalogue
        scenario = catalogue.scenarios.get(call.scenario_id)
        if kept is not None or scenario is None:
            return kept
        return HeldWith.of(scenario, catalogue.personas)


def open_context(settings: Settings, catalogue: Catalogue, engines: EngineBoard) -> Context:
    """Opens the data folder; close the database when done. Raises Fault as Database.open does."""
    folder = settings.data.folder
    database = Database.open(folder / "rehearse.db")
    return Context(
        settings=settings,
        library=Library(catalogue, ScenarioVersions(database)),
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
