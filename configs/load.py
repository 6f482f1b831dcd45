"""Scenarios, personas, manners and rubrics: the shipped ones and those of a person's own folder."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from configs.catalogue import Catalogue
from configs.fault import Fault
from configs.manner import Manner
from configs.overlay import Table
from configs.persona import Persona
from configs.rubric import Rubric
from configs.scenario import Scenario
from configs.scenario_check import check_manner, check_persona, check_rubric
from configs.scenario_reader import parse_scenario, read_scenario, refuse_id, scenario_of_table
from configs.toml_reader import Place, read_dataclass, read_table

__all__ = ["Catalogue", "check", "load_catalogue", "read_scenario", "with_scenarios"]

Item = Scenario | Persona | Manner | Rubric


@dataclass(slots=True)
class _Shelves:
    """The catalogue while it is being read."""

    personas: dict[str, Persona] = field(default_factory=dict)
    manners: dict[str, Manner] = field(default_factory=dict)
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    file_names: dict[str, str] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def by_noun(self, noun: str) -> dict[str, Any]:
        shelf: dict[str, Any] = self.tables if noun == "scenario" else getattr(self, f"{noun}s")
        return shelf

    def catalogue(self) -> Catalogue:
        return Catalogue(
            self.scenarios,
            self.personas,
            self.rubrics,
            self.manners,
            self.tables,
            tuple(self.faults),
        )


_PLAIN: dict[str, tuple[Any, Callable[[Any, Place], None]]] = {
    "manner": (Manner, check_manner),
    "persona": (Persona, check_persona),
    "rubric": (Rubric, check_rubric),
}
"""What stands for itself, by noun: its dataclass and what it must hold beyond the types."""


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The shipped files, then those of `folder` when it is given: scenarios/, personas/, manners/,
    rubrics/.

    A broken file is left out and its Fault is in `faults`; nothing is raised.
    """
    shelves = _Shelves()
    for root in (files("configs"), *([folder] if folder else [])):
        for noun in (*_PLAIN, "scenario"):
            for file in _toml_files(root / f"{noun}s"):
                _put(shelves, noun, file)
    _read_scenarios(shelves, None)
    return shelves.catalogue()


def with_scenarios(around: Catalogue, texts: Mapping[str, str]) -> Catalogue:
    """The catalogue with scenarios from TOML texts, by id, over its own of the same id. A text
    that cannot be used leaves what was there before, and its Fault is in `faults`."""
    shelves = _Shelves(
        personas=dict(around.personas),
        manners=dict(around.manners),
        rubrics=dict(around.rubrics),
        tables=dict(around.sources),
        faults=list(around.faults),
    )
    for scenario_id, text in texts.items():
        try:
            shelves.tables[scenario_id] = parse_scenario(text, Place("scenario", scenario_id))
        except Fault as fault:
            shelves.faults.append(fault)
    _read_scenarios(shelves, around)
    return shelves.catalogue()


def _read_scenarios(shelves: _Shelves, before: Catalogue | None) -> None:
    """From tables to scenarios, bases first. One that cannot be used is as it was `before`, or
    left out."""
    read: dict[str, Scenario] = {}
    for scenario_id in sorted(shelves.tables, key=lambda one: "variant_of" in shelves.tables[one]):
        place = Place("scenario", shelves.file_names.get(scenario_id, scenario_id))
        try:
            table = shelves.tables[scenario_id]
            read[scenario_id] = scenario_of_table(scenario_id, table, shelves.catalogue(), place)
        except Fault as fault:
            shelves.faults.append(fault)
            if before is not None and scenario_id in before.scenarios:
                read[scenario_id] = before.scenarios[scenario_id]
                shelves.tables[scenario_id] = dict(before.sources[scenario_id])
            else:
                del shelves.tables[scenario_id]
    shelves.scenarios = {one: read[one] for one in shelves.tables}


def check(path: Path) -> Item:
    """What the file holds. A file in personas/, manners/ or rubrics/ is one of these, else a
    scenario; what it names is looked for beside it and among the shipped ones.

    Raises Fault: <noun>-not-toml, -not-read, -key-unknown, -key-missing, -value-not-valid,
    -id-twice, scenario-reference-unknown, -too-few-objections, -slot-unknown.
    """
    noun = path.parent.name.removesuffix("s")
    if noun in _PLAIN:
        item: Item = _plain(noun, path)
        return item
    around = load_catalogue(path.parent.parent)
    place = Place("scenario", path.name)
    return scenario_of_table(_stem(path, place), _table(path, place), around, place)


def _toml_files(folder: Traversable) -> Iterator[Traversable]:
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file


def _put(shelves: _Shelves, noun: str, file: Traversable) -> None:
    shelf = shelves.by_noun(noun)
    place = Place(noun, file.name)
    try:
        stem = _stem(file, place)
        if stem in shelf:
            said = f'expected an id of its own, and "{stem}" is taken by another {noun}.'
            raise place.fault("id-twice", said, "Rename the file.")
        shelf[stem] = _table(file, place) if noun == "scenario" else _plain(noun, file)
        shelves.file_names[stem] = file.name
    except Fault as fault:
        shelves.faults.append(fault)


def _plain(noun: str, file: Traversable) -> Any:
    place = Place(noun, file.name)
    kind, checked = _PLAIN[noun]
    item = read_dataclass(kind, {"id": _stem(file, place), **_table(file, place)}, place)
    checked(item, place)
    return item


def _table(file: Traversable, place: Place) -> dict[str, object]:
    table = read_table(file, place.noun)
    refuse_id(table, place)
    return table


def _stem(file: Traversable, place: Place) -> str:
    stem = file.name.removesuffix(".toml")
    if stem != stem.lower() or not stem.replace("-", "").isalnum():
        said = "expected a file name of lower-case letters, digits and hyphens."
        raise place.fault("value-not-valid", said, "Rename the file.")
    return stem
