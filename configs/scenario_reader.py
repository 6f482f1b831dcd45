"""From a scenario's table, as a person wrote it, to a scenario that a call can be held with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from typing import Any

from configs.catalogue import Catalogue
from configs.fault import PlacedFault
from configs.nearest import did_you_mean
from configs.overlay import Table, filled, over_base, with_manner
from configs.scenario import Lines, Scenario
from configs.scenario_check import check_scenario, faults_of_scenario
from configs.toml_reader import Place, all_faults, parse_table, read_dataclass


def read_scenario(
    text: str, scenario_id: str, catalogue: Catalogue, *, name: str | None = None
) -> Scenario:
    """A scenario from TOML text, with the catalogue's personas, manners, rubrics and bases.
    `name`: what faults call it. Raises Fault: scenario-not-toml, -key-unknown, -key-missing,
    -value-not-valid, -id-twice, -reference-unknown, -too-few-objections, -slot-unknown."""
    place = Place("scenario", name or f"{scenario_id}.toml")
    return scenario_of_table(scenario_id, parse_scenario(text, place), catalogue, place)


def parse_scenario(text: str, place: Place) -> Table:
    """TOML text as it stands. Raises Fault: scenario-not-toml, scenario-key-unknown."""
    table = parse_table(text, place)
    refuse_id(table, place)
    return table


def scenario_of_table(scenario_id: str, table: Table, around: Catalogue, place: Place) -> Scenario:
    """Raises Fault as read_scenario does, but for -not-toml."""
    whole = whole_table(table, around, place)
    scenario = read_dataclass(Scenario, {"id": scenario_id, **whole}, place)
    check_scenario(scenario, place)
    for check in _reference_checks(scenario, around, place):
        check()
    return scenario


def scenario_faults(scenario_id: str, table: Table, around: Catalogue) -> tuple[PlacedFault, ...]:
    """Everything that keeps the table from being a scenario; () when it is one."""
    place = Place("scenario", scenario_id)
    try:
        refuse_id(table, place)
        whole = whole_table(table, around, place)
    except PlacedFault as fault:
        # What the base, the manner or a slot would give is not known, so nothing is missing yet.
        own = {key: value for key, value in table.items() if key not in ("id", "slots")}
        own_faults = all_faults(Scenario, {"id": scenario_id, **own}, place)
        others = [one for one in own_faults if not one.code.endswith("-key-missing")]
        return (fault, *(one for one in others if one.keys != fault.keys))
    if found := tuple(all_faults(Scenario, {"id": scenario_id, **whole}, place)):
        return found
    scenario = read_dataclass(Scenario, {"id": scenario_id, **whole}, place)
    return (
        *faults_of_scenario(scenario, place),
        *_caught(_reference_checks(scenario, around, place)),
    )


def whole_table(table: Table, around: Catalogue, place: Place) -> dict[str, Any]:
    """Over its base, with its persona's manner, slots filled in. Raises Fault:
    scenario-reference-unknown, -slot-unknown, -value-not-valid."""
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
    return dict(table)


def refuse_id(table: Table, place: Place) -> None:
    """The id is the file's stem, and so not a key of the file."""
    if "id" in table:
        said = "the id of a file is its name, and not a key in it."
        raise place.fault("key-unknown", said, 'Take "id" out.')


def _caught(checks: Iterator[Callable[[], None]]) -> Iterator[PlacedFault]:
    for check in checks:
        try:
            check()
        except PlacedFault as fault:
            yield fault


def _reference_checks(
    scenario: Scenario, around: Catalogue, place: Place
) -> Iterator[Callable[[], None]]:
    yield partial(_check_reference, "rubric", scenario.rubric, around.rubrics, place)
    if scenario.gatekeeper is not None:
        at = place.at("gatekeeper")
        yield partial(_check_reference, "persona", scenario.gatekeeper.persona, around.personas, at)


def _by_key(lines: Lines) -> dict[str, tuple[str, ...]]:
    return {one.metadata.get("toml", one.name): getattr(lines, one.name) for one in fields(lines)}


def _check_reference(key: str, name: object, shelf: Mapping[str, Any], place: Place) -> None:
    if name is not None and not (isinstance(name, str) and name in shelf):
        raise _unknown(key, key, name, list(shelf), place)


def _unknown(key: str, what: str, name: object, known: list[str], place: Place) -> PlacedFault:
    said = f'expected the id of a {what}, and there is none called "{name}".'
    return place.at(key).fault("reference-unknown", said, did_you_mean(str(name), known))
