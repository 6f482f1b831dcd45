"""Scenarios, personas, manners and rubrics: the shipped ones and those of a person's own folder."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from configs.fault import Fault
from configs.manner import Manner
from configs.nearest import did_you_mean
from configs.overlay import Table, filled, over_base, with_manner
from configs.persona import Persona
from configs.rubric import Rubric
from configs.scenario import Lines, Scenario
from configs.scenario_check import (
    check_manner,
    check_persona,
    check_rubric,
    check_scenario,
)
from configs.toml_reader import Place, parse_table, read_dataclass, read_table

Item = Scenario | Persona | Manner | Rubric


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to rehearse, each by its id."""

    scenarios: Mapping[str, Scenario]
    personas: Mapping[str, Persona]
    rubrics: Mapping[str, Rubric]
    manners: Mapping[str, Manner] = field(default_factory=dict)
    sources: Mapping[str, Table] = field(default_factory=dict)
    """Scenario id to its table as it was written: of a variant, only what is its own."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with files that were left out, in the order of reading."""

    @property
    def openly_rehearsed(self) -> tuple[Scenario, ...]:
        """Scenarios that are no variants, in the catalogue's order."""
        return tuple(one for one in self.scenarios.values() if one.variant_of is None)

    def variants_of(self, scenario_id: str) -> tuple[Scenario, ...]:
        return tuple(one for one in self.scenarios.values() if one.variant_of == scenario_id)


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
    for scenario_id, table in list(shelves.tables.items()):
        place = Place("scenario", shelves.file_names[scenario_id])
        try:
            shelves.scenarios[scenario_id] = _scenario(
                scenario_id, table, shelves.catalogue(), place
            )
        except Fault as fault:
            shelves.faults.append(fault)
            del shelves.tables[scenario_id]
    return shelves.catalogue()


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
    return _scenario(_stem(path, place), _table(path, place), around, place)


def read_scenario(
    text: str, scenario_id: str, catalogue: Catalogue, *, name: str | None = None
) -> Scenario:
    """A scenario from TOML text, with the catalogue's personas, manners, rubrics and bases.
    `name`: what faults call it. Raises Fault as check does."""
    place = Place("scenario", name or f"{scenario_id}.toml")
    table = parse_table(text, place)
    _refuse_id(table, place)
    return _scenario(scenario_id, table, catalogue, place)


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
    _refuse_id(table, place)
    return table


def _refuse_id(table: Table, place: Place) -> None:
    """The id is the file's stem, and so not a key of the file."""
    if "id" in table:
        said = "the id of a file is its name, and not a key in it."
        raise place.fault("key-unknown", said, 'Take "id" out.')


def _stem(file: Traversable, place: Place) -> str:
    stem = file.name.removesuffix(".toml")
    if stem != stem.lower() or not stem.replace("-", "").isalnum():
        said = "expected a file name of lower-case letters, digits and hyphens."
        raise place.fault("value-not-valid", said, "Rename the file.")
    return stem


def _scenario(scenario_id: str, table: Table, around: Catalogue, place: Place) -> Scenario:
    """From a table as it was written to a scenario that a call can be held with."""
    base_id = table.get("variant_of")
    if base_id is not None:
        base = around.sources.get(str(base_id))
        openly = [one for one, t in around.sources.items() if "variant_of" not in t]
        if base is None or base_id not in openly:
            raise _unknown("variant_of", "scenario that is no variant", base_id, openly, place)
        table = over_base(table, base)
    _check_reference("persona", table.get("persona"), around.personas, place)
    if "persona" in table:
        persona = around.personas[table["persona"]]
        if persona.speaks_like in around.manners:
            table = with_manner(table, _by_key(around.manners[persona.speaks_like].lines))
        table = filled(table, persona, place)
    scenario = read_dataclass(Scenario, {"id": scenario_id, **table}, place)
    check_scenario(scenario, place)
    _check_reference("rubric", scenario.rubric, around.rubrics, place)
    if scenario.gatekeeper is not None:
        at = place.at("gatekeeper")
        _check_reference("persona", scenario.gatekeeper.persona, around.personas, at)
    return scenario


def _by_key(lines: Lines) -> dict[str, tuple[str, ...]]:
    return {one.metadata.get("toml", one.name): getattr(lines, one.name) for one in fields(lines)}


def _check_reference(key: str, name: object, shelf: Mapping[str, Any], place: Place) -> None:
    if name is not None and name not in shelf:
        raise _unknown(key, key, name, list(shelf), place)


def _unknown(key: str, what: str, name: object, known: list[str], place: Place) -> Fault:
    said = f'expected the id of a {what}, and there is none called "{name}".'
    return place.at(key).fault("reference-unknown", said, did_you_mean(str(name), known))
