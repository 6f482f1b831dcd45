"""What is shipped is spoken English that a sales enablement lead can use unchanged."""

import re
from collections.abc import Callable

import pytest

from configs.load import Catalogue, load_catalogue
from configs.rubric import GATE_CHECKS
from configs.scenario import Scenario
from scoring.topics import n_touched, tokens

Wordings = Callable[[Scenario], dict[str, tuple[str, ...]]]
SCENARIOS = tuple(load_catalogue().scenarios)
MAX_WORDS = 30
"""About ten seconds of speech; a buyer who talks longer leaves the rep nothing to do."""

each_scenario = pytest.mark.parametrize("scenario_id", SCENARIOS)


@each_scenario
def test_every_list_has_three_different_wordings(
    catalogue: Catalogue, wordings: Wordings, scenario_id: str
) -> None:
    for place, lines in wordings(catalogue.scenarios[scenario_id]).items():
        assert len(set(lines)) == len(lines) >= 3, place


@each_scenario
def test_no_line_stands_in_two_places(
    catalogue: Catalogue, wordings: Wordings, scenario_id: str
) -> None:
    said = [line for lines in wordings(catalogue.scenarios[scenario_id]).values() for line in lines]
    assert sorted(set(said)) == sorted(said)


@each_scenario
def test_every_line_can_be_spoken(
    catalogue: Catalogue, wordings: Wordings, scenario_id: str
) -> None:
    for place, lines in wordings(catalogue.scenarios[scenario_id]).items():
        for line in lines:
            assert len(line.split()) <= MAX_WORDS, (place, line)
            assert not re.search(r"[0-9—–;:%$&/()\"*_#]", line), (place, line)
            assert line[-1] in ".?!", (place, line)
            assert line[0].isupper(), (place, line)


@each_scenario
def test_facts_are_hidden_in_all_three_ways(catalogue: Catalogue, scenario_id: str) -> None:
    facts = catalogue.scenarios[scenario_id].facts
    assert len(facts) >= 5
    assert {fact.unlock for fact in facts} == {"free", "asked", "trusted"}
    assert all(fact.question.endswith("?") for fact in facts)


@each_scenario
def test_objections_differ_in_kind_and_come_between_the_second_and_sixth_turn(
    catalogue: Catalogue, scenario_id: str
) -> None:
    objections = catalogue.scenarios[scenario_id].objections
    assert len({one.kind for one in objections}) == len(objections) == 4
    assert all(2 <= one.by_turn <= 6 and one.raised_by for one in objections)


@each_scenario
def test_naming_a_concern_is_not_yet_answering_it(catalogue: Catalogue, scenario_id: str) -> None:
    for one in catalogue.scenarios[scenario_id].objections:
        assert len(one.concern_words) >= 5
        assert len(one.answer_words) >= 5
        assert not set(one.concern_words) & set(one.answer_words), one.id


@each_scenario
def test_every_hidden_fact_is_found_by_its_own_question(
    catalogue: Catalogue, scenario_id: str
) -> None:
    for fact in catalogue.scenarios[scenario_id].facts:
        assert n_touched(tokens(fact.question), fact.topics), fact.id


@each_scenario
def test_what_the_rep_reads_is_complete(catalogue: Catalogue, scenario_id: str) -> None:
    scenario = catalogue.scenarios[scenario_id]
    assert scenario.briefing.count("\n\n") >= 2
    assert 3 <= len(scenario.good) <= 5
    assert len(scenario.product_facts) >= 6
    assert scenario.goal.count(".") == 1


@each_scenario
def test_every_answer_word_stands_on_the_product_facts(
    catalogue: Catalogue, scenario_id: str
) -> None:
    """An answer that counts must be one that is true; a few may be said in other words."""
    scenario = catalogue.scenarios[scenario_id]
    facts = " ".join(scenario.product_facts).lower().replace("-", " ")
    for one in scenario.objections:
        grounded = [word for word in one.answer_words if word in facts]
        assert len(grounded) >= 3, one.id


def test_no_two_personas_sound_the_same(catalogue: Catalogue) -> None:
    voices = [(p.voice.espeak, p.voice.rate) for p in catalogue.personas.values()]
    assert len(set(voices)) == len(voices)


def test_who_picks_up_does_not_sound_like_who_is_asked_for(catalogue: Catalogue) -> None:
    for scenario in catalogue.scenarios.values():
        if scenario.gatekeeper is not None:
            buyer = catalogue.personas[scenario.persona].voice
            assistant = catalogue.personas[scenario.gatekeeper.persona].voice
            assert buyer.piper != assistant.piper, scenario.id
            assert buyer.espeak != assistant.espeak, scenario.id


def test_a_variant_has_its_own_persona_facts_and_wording(
    catalogue: Catalogue, wordings: Wordings
) -> None:
    for variant in catalogue.scenarios.values():
        if variant.variant_of is None:
            continue
        base = catalogue.scenarios[variant.variant_of]
        assert variant.persona != base.persona, variant.id
        assert not {f.text for f in variant.facts} & {f.text for f in base.facts}, variant.id
        said, known = (
            {line for lines in wordings(one).values() for line in lines} for one in (variant, base)
        )
        assert len(said & known) / len(said) < 0.5, variant.id


def test_the_rubric_weighs_handling_most_and_never_asks_for_zero_fillers(
    catalogue: Catalogue,
) -> None:
    criteria = catalogue.rubrics["sales-call"].criteria
    by_source = {s: sum(c.weight for c in criteria if c.source == s) for s in ("check", "measure")}
    assert by_source["check"] > 3 * by_source["measure"]
    assert all(c.anchor for c in criteria)
    checks = [c.of for c in criteria if c.source == "check"]
    assert checks == ["listen", "acknowledge", "explore", "respond", "confirm"]
    for fillers in (c for c in criteria if c.of in ("filled_pauses", "discourse_fillers")):
        assert fillers.low is None
        assert fillers.high is not None
        assert fillers.high >= 5


def weights(catalogue: Catalogue, rubric: str) -> dict[str, float]:
    """Weight by what a criterion is of."""
    return {c.of: c.weight for c in catalogue.rubrics[rubric].criteria}


def test_a_cold_call_is_weighed_at_the_gate_by_its_handling_and_by_its_next_step(
    catalogue: Catalogue,
) -> None:
    criteria = catalogue.rubrics["cold-call"].criteria
    assert tuple(c.of for c in criteria if c.source == "gatekeeper") == GATE_CHECKS
    measured = sum(c.weight for c in criteria if c.source == "measure")
    assert measured < 0.1 * sum(c.weight for c in criteria)
    # not being put through must not leave too little to judge
    without_buyer = sum(
        c.weight for c in criteria if c.source == "gatekeeper" or c.of == "next_step"
    )
    assert without_buyer >= 0.5 * sum(c.weight for c in criteria)


def test_on_a_discovery_call_the_facts_weigh_most(catalogue: Catalogue) -> None:
    by_name = weights(catalogue, "discovery-call")
    assert max(by_name, key=lambda of: by_name[of]) == "facts_found"


def test_in_a_difficult_talk_pace_and_fillers_weigh_least(catalogue: Catalogue) -> None:
    by_name = weights(catalogue, "difficult-talk")
    light = {of: by_name.pop(of) for of in ("pace", "filled_pauses", "discourse_fillers")}
    assert max(light.values()) < min(by_name.values())
    assert {"facts_found", "next_step", "acknowledge", "explore"} <= set(by_name)


def test_every_criterion_says_what_it_rests_on(catalogue: Catalogue) -> None:
    for rubric in catalogue.rubrics.values():
        for criterion in rubric.criteria:
            assert criterion.anchor.endswith("."), (rubric.id, criterion.id)
            ours = criterion.source in ("buyer", "gatekeeper")
            assert criterion.anchor.startswith("Ours") or not ours, (rubric.id, criterion.id)
