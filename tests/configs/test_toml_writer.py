"""What is written reads back, and people like to read it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.load import load_catalogue, read_scenario, with_scenarios
from configs.toml_writer import scenario_toml

CATALOGUE = load_catalogue()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values = st.one_of(texts, st.integers(-9, 9), st.lists(texts, max_size=3))
tables = st.dictionaries(
    st.sampled_from(["title", "briefing", "goal", "good", "minutes", "slots", "facts", "lines"]),
    st.one_of(
        values,
        st.dictionaries(st.sampled_from(["a", "continue"]), values, max_size=2),
        st.lists(st.dictionaries(st.just("id"), values), max_size=3),
    ),
)


@pytest.mark.parametrize("scenario_id", sorted(CATALOGUE.scenarios))
def test_every_shipped_scenario_reads_back_the_same(scenario_id: str) -> None:
    text = scenario_toml(CATALOGUE.sources[scenario_id])
    assert read_scenario(text, scenario_id, CATALOGUE) == CATALOGUE.scenarios[scenario_id]
    assert tomllib.loads(text) == CATALOGUE.sources[scenario_id]


@given(tables)
def test_any_table_reads_back_the_same(table: dict[str, object]) -> None:
    assert tomllib.loads(scenario_toml(table)) == table


def test_a_written_scenario_is_laid_out_for_people() -> None:
    text = scenario_toml(CATALOGUE.sources["pricing-objection"])
    lines = text.splitlines()
    assert lines[0].startswith("title = ")
    assert 'briefing = """' in lines
    assert "" in lines[lines.index('briefing = """') :]  # paragraphs stay apart
    assert lines.index("[[facts]]") < lines.index("[[objections]]") < lines.index("[lines]")
    assert '    "Go on.",' in lines or 'continue = ["Go on.", ' in text


def test_texts_laid_over_the_shipped_ones_take_their_place() -> None:
    changed = {**CATALOGUE.sources["pricing-objection"], "title": "Changed"}
    around = with_scenarios(CATALOGUE, {"pricing-objection": scenario_toml(changed)})
    assert around.scenarios["pricing-objection"].title == "Changed"
    assert list(around.scenarios) == list(CATALOGUE.scenarios)
    assert around.faults == CATALOGUE.faults
    assert CATALOGUE.scenarios["pricing-objection"].title != "Changed"


def test_variants_follow_a_base_that_was_changed() -> None:
    changed = {**CATALOGUE.sources["cold-call-owner"], "minutes": 9}
    around = with_scenarios(CATALOGUE, {"cold-call-owner": scenario_toml(changed)})
    assert {one.minutes for one in around.variants_of("cold-call-owner")} == {9}


@pytest.mark.parametrize("text", ["title = ", "title = 'Only a title'", "persona = []"])
def test_a_text_that_cannot_be_used_leaves_what_was_there(text: str) -> None:
    around = with_scenarios(CATALOGUE, {"pricing-objection": text, "new-one": text})
    assert around.scenarios == CATALOGUE.scenarios
    assert around.sources == CATALOGUE.sources
    assert len(around.faults) == len(CATALOGUE.faults) + 2


def test_a_variant_whose_base_became_a_variant_stays_as_it_was() -> None:
    text = 'variant_of = "pricing-objection"\n'
    around = with_scenarios(CATALOGUE, {"cold-call-owner": text})
    assert around.scenarios["cold-call-owner"].variant_of == "pricing-objection"
    assert len(around.faults) == len(CATALOGUE.variants_of("cold-call-owner"))
    assert list(around.scenarios) == list(CATALOGUE.scenarios)
