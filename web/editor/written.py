"""The text that a scenario's writer sees, and what it is read with."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from configs.catalogue import Catalogue
from configs.fault import Fault
from configs.overlay import Table
from configs.scenario_reader import parse_scenario
from configs.toml_reader import Place
from configs.toml_writer import scenario_toml
from storage.scenario_versions import VersionRow
from web.grants import NotThere
from web.library import Library


@dataclass(frozen=True, slots=True)
class Written:
    """The draft when there is one, else what is published, else the file, else what was archived
    last."""

    scenario_id: str
    version: VersionRow | None
    """None for a file."""
    source: Table
    """The file's; empty when there is none."""
    history: tuple[VersionRow, ...]
    """Newest first."""

    @property
    def toml(self) -> str:
        return self.version.toml if self.version else scenario_toml(self.source)

    @property
    def table(self) -> dict[str, Any]:
        if self.version is None:
            return dict(self.source)
        return dict(parse_scenario(self.version.toml, Place("scenario", self.scenario_id)))

    @property
    def stamp(self) -> str:
        """Differs when somebody else has saved meanwhile."""
        if self.version is None:
            return f"file-{len(self.history)}"
        return f"{self.version.id}-{hashlib.sha256(self.version.toml.encode()).hexdigest()[:16]}"

    @property
    def state(self) -> str:
        """draft, published, archived, or file."""
        return self.version.state if self.version else "file"

    @property
    def sources(self) -> Mapping[str, str]:
        return (self.version.sources if self.version else None) or {}

    @property
    def newest_toml(self) -> str | None:
        """What a new version follows on."""
        return self.history[0].toml if self.history else None


def written(library: Library, scenario_id: str) -> Written:
    """Raises NotThere."""
    history = library.versions.history(scenario_id)
    source = library.from_files.sources.get(scenario_id)
    if not history and source is None:
        raise NotThere
    return _written(scenario_id, history, source)


def all_written(library: Library) -> dict[str, Written]:
    """By id, the files first."""
    histories, sources = library.versions.histories(), library.from_files.sources
    ids = dict.fromkeys([*sources, *histories])
    return {one: _written(one, histories.get(one, ()), sources.get(one)) for one in ids}


def _written(scenario_id: str, history: tuple[VersionRow, ...], source: Table | None) -> Written:
    shown = next((row for row in history if row.state == "draft"), None)
    shown = shown or next((row for row in history if row.state == "published"), None)
    if shown is None and source is None:
        shown = history[0]
    return Written(scenario_id, shown, source or {}, history)


def around_of(library: Library, table: Mapping[str, Any]) -> Catalogue:
    """What a draft is read with: the catalogue, and for a variant its base as that is drafted."""
    catalogue = library.catalogue
    base = library.versions.drafts().get(str(table.get("variant_of")))
    if base is None:
        return catalogue
    try:
        source = parse_scenario(base.toml, Place("scenario", base.scenario_id))
    except Fault:
        return catalogue
    return replace(catalogue, sources={**catalogue.sources, base.scenario_id: source})
