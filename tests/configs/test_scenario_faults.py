"""Everything that is wrong with a scenario is said at once, each at its place."""

import copy
from typing import Any

import pytest

from configs.fault import Fault
from configs.load import load_catalogue, read_scenario
from configs.scenario_reader import scenario_faults
from configs.toml_writer import scenario_toml

CATALOGUE = load_catalogue()
ID = "pricing-objection"


def changed(**values: Any) -> dict[str, Any]:
    return {**copy.deepcopy(dict(CATALOGUE.sources[ID])), **values}


def places(table: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.code, one.keys) for one in scenario_faults(ID, table, CATALOGUE)]


@pytest.mark.parametrize("scenario_id", sorted(CATALOGUE.scenarios))
def test_a_scenario_that_can_be_read_has_no_faults(scenario_id: str) -> None:
    assert scenario_faults(scenario_id, CATALOGUE.sources[scenario_id], CATALOGUE) == ()


def test_wrong_and_missing_and_unknown_keys_come_together() -> None:
    table = changed(minutes="five", title="", wrong=1)
    del table["skill"]
    table["objections"][1]["kind"] = "money"
    del table["objections"][0]["concern"]
    assert places(table) == [
        ("scenario-key-unknown", "wrong"),
        ("scenario-value-not-valid", "title"),
        ("scenario-key-missing", "skill"),
        ("scenario-value-not-valid", "minutes"),
        ("scenario-key-missing", "objections #1 > concern"),
        ("scenario-value-not-valid", "objections #2 > kind"),
    ]


def test_what_types_do_not_say_comes_together_too() -> None:
    table = changed(minutes=0, rubric="no-rubric")
    table["facts"][0]["lines"] = ["Only one."]
    table["facts"][1]["topics"] = ["Budget"]
    table["objections"] = table["objections"][:2]
    found = places(table)
    assert {keys for _, keys in found} >= {
        "minutes",
        "rubric",
        "facts #1 > lines",
        "facts #2 > topics #1",
        "objections",
    }


def test_a_persona_that_is_not_there_does_not_hide_the_rest() -> None:
    table = changed(persona="nobody", minutes="five")
    assert places(table) == [
        ("scenario-reference-unknown", "persona"),
        ("scenario-value-not-valid", "minutes"),
    ]


def test_each_says_what_was_expected_and_what_came_without_the_place() -> None:
    (fault,) = scenario_faults(ID, changed(minutes="five"), CATALOGUE)
    assert fault.here == "expected a whole number, not 'five'."
    assert str(fault).startswith("pricing-objection, minutes: expected")


@pytest.mark.parametrize(
    "values",
    [
        {"minutes": "five"},
        {"persona": ["x"]},
        {"variant_of": "nothing"},
        {"lines": "none"},
        {"facts": [1]},
        {"slots": {"a": 1}},
        {"briefing": "{nobody}"},
        {"title": "  "},
        {"objections": []},
        {"gatekeeper": {}},
    ],
)
def test_the_first_fault_is_the_one_that_reading_stops_at(values: dict[str, Any]) -> None:
    table = changed(**values)
    with pytest.raises(Fault) as stopped:
        read_scenario(scenario_toml(table), ID, CATALOGUE, name=ID)
    assert str(stopped.value) in [str(one) for one in scenario_faults(ID, table, CATALOGUE)]
