"""The form of a scenario: every key has a field, and what is typed is what is written."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.load import load_catalogue
from configs.scenario import Concession, Gatekeeper, HiddenFact, Lines, Objection, Scenario
from configs.scenario_reader import parse_scenario, read_scenario, scenario_faults
from configs.toml_reader import Place
from configs.toml_writer import scenario_toml
from web.editor.form import FORM
from web.editor.help_texts import HELP
from web.editor.values import (
    compacted,
    name_of,
    sources_of,
    table_of,
    values_of,
    with_entry,
    without_entry,
)
from web.editor.view import form_view

CATALOGUE = load_catalogue()
KINDS = {
    "facts": HiddenFact,
    "objections": Objection,
    "concessions": Concession,
    "gatekeeper": Gatekeeper,
    "lines": Lines,
}
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=30)


def keys(kind: Any) -> set[str]:
    return {one.metadata.get("toml", one.name) for one in fields(kind)}


def stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {key: stripped(one) for key, one in value.items()}
    return [stripped(one) for one in value] if isinstance(value, list) else value


def test_every_key_of_a_scenario_has_a_field_with_a_label_and_help() -> None:
    shown = {(group.key, field.key) for group in FORM for field in group.fields}
    wanted = {("", key) for key in keys(Scenario) - {"id", "variant_of", *KINDS}}
    wanted |= {(group, key) for group, kind in KINDS.items() for key in keys(kind)}
    assert shown == wanted | {("", "slots")}
    assert all(field.label and field.help for group in FORM for field in group.fields)
    assert {f"{group}.{key}".lstrip(".") for group, key in shown} == set(HELP)


@pytest.mark.parametrize("scenario_id", sorted(CATALOGUE.sources))
def test_a_shipped_scenario_goes_through_the_form_unchanged(scenario_id: str) -> None:
    table = CATALOGUE.sources[scenario_id]
    written = table_of(compacted(values_of(table)))
    assert written == stripped(dict(table))
    read = read_scenario(scenario_toml(written), scenario_id, CATALOGUE)
    assert read == CATALOGUE.scenarios[scenario_id]


@pytest.mark.parametrize("scenario_id", sorted(CATALOGUE.sources))
def test_a_shipped_scenario_has_nothing_still_to_fill_in(scenario_id: str) -> None:
    table = dict(CATALOGUE.sources[scenario_id])
    view = form_view(values_of(table), scenario_faults(scenario_id, table, CATALOGUE), CATALOGUE)
    assert (view.todo, view.n_faults, view.elsewhere) == ((), 0, ())


NAMES = st.sampled_from(
    [
        *(f"{group.key}.{n}.{f.key}" for group in FORM if group.repeats for n in (0, 1, 7)
          for f in group.fields),
        *(f"{group.key}.{f.key}".lstrip(".") for group in FORM if not group.repeats
          for f in group.fields),
        "facts.0.text~",
        "variant_of",
        "no.such.field",
        "facts.x.text",
    ]
)  # fmt: skip


@given(st.dictionaries(NAMES, TYPED, max_size=12))
def test_whatever_is_typed_can_be_saved_and_comes_back_as_typed(values: dict[str, str]) -> None:
    table = table_of(compacted(values))
    again = parse_scenario(scenario_toml(table), Place("scenario", "x"))
    assert again == table
    assert table_of(values_of(again)) == table


@given(st.dictionaries(NAMES, TYPED, max_size=12))
def test_whatever_is_typed_every_fault_has_a_place_on_the_page(values: dict[str, str]) -> None:
    values = compacted(values)
    faults = scenario_faults("x", table_of(values), CATALOGUE)
    view = form_view(values, faults, CATALOGUE)
    in_fields = [f for g in view.groups for e in g.entries for one in e.fields for f in one.faults]
    in_groups = [f for g in view.groups for f in g.faults]
    assert len(in_fields) + len(in_groups) + len(view.elsewhere) == view.n_faults


def test_a_fault_stands_beside_its_field() -> None:
    values = {"minutes": "soon", "facts.0.text": "A fact", "facts.0.topics": "Budget"}
    faults = scenario_faults("x", table_of(values), CATALOGUE)
    view = form_view(values, faults, CATALOGUE)
    found = {one.name: one for g in view.groups for e in g.entries for one in e.fields}
    assert "expected a whole number, not 'soon'" in found["minutes"].faults[0].here
    assert found["facts.0.question"].missing
    assert found["facts.0.unlock"].missing
    assert ("facts.0.lines", "A fact: How the buyer says it") in [
        (one.name, one.label) for one in view.todo
    ]


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("minutes", "minutes"),
        ("objections #2 > by_turn", "objections.1.by_turn"),
        ("facts #1 > lines #3", "facts.0.lines"),
        ("lines > opening", "lines.opening"),
        ("gatekeeper > reason_words #2", "gatekeeper.reason_words"),
        ("objections", "objections"),
        ("product_facts #4", "product_facts"),
    ],
)
def test_a_place_in_a_file_is_a_field_of_the_form(keys: str, name: str) -> None:
    assert name_of(keys) == name


def test_a_short_name_is_made_from_the_text_when_it_is_left_empty() -> None:
    table = table_of({"facts.0.text": "They lost the budget's half in May, twice over."})
    assert table["facts"][0]["id"] == "they-lost-the-budgets-half"


def test_entries_are_counted_anew_when_one_is_taken_out_and_keep_their_sources() -> None:
    values = {
        "facts.0.text": "One",
        "facts.1.text": " ",
        "facts.1.text~": "A sentence of nothing that is kept.",
        "facts.4.text": "Two",
        "facts.4.text~": "Where two came from.",
    }
    whole = compacted(values)
    assert whole == {
        "facts.0.text": "One",
        "facts.1.text": "Two",
        "facts.1.text~": "Where two came from.",
    }
    assert without_entry(whole, "facts", 0) == {
        "facts.0.text": "Two",
        "facts.0.text~": "Where two came from.",
    }
    assert sources_of(whole) == {"facts.1.text": "Where two came from."}
    assert "facts.2.id" in with_entry(whole, "facts")


def test_a_variant_shows_what_it_takes_from_its_base_and_the_manner() -> None:
    values = {"variant_of": "pricing-objection", "persona": "martin-hale"}
    view = form_view(values, (), CATALOGUE)
    found = {one.name: one for g in view.groups for e in g.entries for one in e.fields}
    assert found["skill"].inherited == CATALOGUE.scenarios["pricing-objection"].skill
    assert found["lines.deflect"].inherited
    by_key = {group.group.key: group for group in view.groups}
    assert by_key["facts"].inherited == len(CATALOGUE.scenarios["pricing-objection"].facts)
