"""Scenarios, personas and rubrics: the shipped ones and those of a person's own folder."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from configs.fault import Fault
from configs.nearest import did_you_mean
from configs.persona import Persona
from configs.rubric import Rubric
from configs.scenario import Scenario
from configs.scenario_check import check_persona, check_rubric, check_scenario
from configs.toml_reader import Place, read_dataclass, read_table

Item = Scenario | Persona | Rubric


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to rehearse, each by its id."""

    scenarios: Mapping[str, Scenario]
    personas: Mapping[str, Persona]
    rubrics: Mapping[str, Rubric]
    faults: tuple[Fault, ...] = ()
    """What is wrong with files that were left out, in the order of reading."""


@dataclass(slots=True)
class _Shelves:
    """The catalogue while it is being read."""

    personas: dict[str, Persona] = field(default_factory=dict)
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def by_noun(self, noun: str) -> dict[str, Any]:
        shelf: dict[str, Any] = getattr(self, f"{noun}s")
        return shelf


_READERS: dict[str, Callable[[Traversable], Item]] = {
    "persona": lambda file: _read(Persona, "persona", check_persona, file),
    "rubric": lambda file: _read(Rubric, "rubric", check_rubric, file),
    "scenario": lambda file: _read(Scenario, "scenario", check_scenario, file),
}
"""Scenarios last, as they name the others."""


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The shipped files, then scenarios/, personas/ and rubrics/ of `folder` when it is given.

    A broken file is left out and its Fault is in `faults`; nothing is raised.
    """
    shelves = _Shelves()
    for root in (files("configs"), *([folder] if folder else [])):
        for noun in _READERS:
            for file in _toml_files(root / f"{noun}s"):
                _put(shelves, noun, file)
    return Catalogue(shelves.scenarios, shelves.personas, shelves.rubrics, tuple(shelves.faults))


def check(path: Path) -> Item:
    """What the file holds. A file in personas/ or rubrics/ is one of these, else a scenario; the
    persona and rubric it names are looked for beside it and among the shipped ones.

    Raises Fault: <noun>-not-toml, -not-read, -key-unknown, -key-missing, -value-not-valid,
    -id-twice, scenario-reference-unknown, scenario-too-few-objections.
    """
    noun = path.parent.name.removesuffix("s")
    item = _READERS.get(noun, _READERS["scenario"])(path)
    if isinstance(item, Scenario):
        around = load_catalogue(path.parent.parent)
        _check_references(item, around.personas, around.rubrics, Place("scenario", path.name))
    return item


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
        item = _READERS[noun](file)
        if item.id in shelf:
            said = f'expected an id of its own, and "{item.id}" is taken by another {noun}.'
            raise place.fault("id-twice", said, "Rename the file.")
        if isinstance(item, Scenario):
            _check_references(item, shelves.personas, shelves.rubrics, place)
        shelf[item.id] = item
    except Fault as fault:
        shelves.faults.append(fault)


def _read(kind: Any, noun: str, checked: Callable[[Any, Place], None], file: Traversable) -> Any:
    """The id is the file's stem, and so not a key of the file."""
    place = Place(noun, file.name)
    table = read_table(file, noun)
    if "id" in table:
        said = "the id of a file is its name, and not a key in it."
        raise place.fault("key-unknown", said, 'Take "id" out.')
    stem = file.name.removesuffix(".toml")
    if stem != stem.lower() or not stem.replace("-", "").isalnum():
        said = "expected a file name of lower-case letters, digits and hyphens."
        raise place.fault("value-not-valid", said, "Rename the file.")
    item = read_dataclass(kind, {"id": stem, **table}, place)
    checked(item, place)
    return item


def _check_references(
    scenario: Scenario,
    personas: Mapping[str, Persona],
    rubrics: Mapping[str, Rubric],
    place: Place,
) -> None:
    shelves: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("persona", scenario.persona, personas),
        ("rubric", scenario.rubric, rubrics),
    )
    for key, name, shelf in shelves:
        if name not in shelf:
            said = f'expected the id of a {key}, and there is none called "{name}".'
            raise place.at(key).fault("reference-unknown", said, did_you_mean(name, shelf))
