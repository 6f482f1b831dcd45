import re
from dataclasses import replace

import pytest

from configs.demo import DemoScript, demo_ids, load_demo
from configs.fault import Fault
from configs.load import Catalogue

WORDS_PER_S = 2.8
"""Of the free voices that the turns are recorded with, 168 words a minute."""


def script(catalogue: Catalogue, scenario_id: str) -> DemoScript:
    return load_demo(catalogue.scenarios[scenario_id])


@pytest.fixture(params=["discovery-route-planning", "pricing-objection"])
def any_script(request: pytest.FixtureRequest, catalogue: Catalogue) -> DemoScript:
    return script(catalogue, request.param)


def test_demos_are_of_scenarios_that_are_rehearsed_openly(catalogue: Catalogue) -> None:
    assert set(demo_ids()) <= {one.id for one in catalogue.openly_rehearsed}
    assert "pricing-objection" in demo_ids()


def test_a_scenario_without_a_recorded_rep_is_a_fault(catalogue: Catalogue) -> None:
    other = replace(catalogue.scenarios["pricing-objection"], id="pricing-objections")
    with pytest.raises(Fault) as caught:
        load_demo(other)
    assert caught.value.code == "demo-not-there"
    assert '"pricing-objection"' in caught.value.remedy


def test_turns_can_be_spoken_in_three_to_twelve_seconds(any_script: DemoScript) -> None:
    for turn in any_script.turns:
        assert 3 <= len(turn.text.split()) / WORDS_PER_S <= 12, turn.id
        assert re.fullmatch(r"[A-Za-z ,.?']+", turn.text), turn.id


def test_turn_ids_can_name_a_file(any_script: DemoScript) -> None:
    ids = [turn.id for turn in any_script.turns]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", one) for one in ids)


def test_a_call_starts_and_ends_with_a_turn_that_answers_nothing(any_script: DemoScript) -> None:
    assert any_script.turns[0].answers == any_script.turns[-1].answers == ""
    assert "Goodbye" in any_script.turns[-1].text


def test_a_human_rep_says_um_now_and_then(any_script: DemoScript) -> None:
    text = " ".join(turn.text.lower() for turn in any_script.turns)
    assert 5 <= len(re.findall(r"\bum\b", text)) <= 15
    assert "you know" in text


def test_the_good_rep_first_names_the_concern_and_asks_then_answers_and_confirms(
    catalogue: Catalogue,
) -> None:
    scenario = catalogue.scenarios["pricing-objection"]
    turns = script(catalogue, scenario.id).turns
    for objection in scenario.objections:
        first, second = [turn.text.lower() for turn in turns if turn.answers == objection.id]
        assert any(word in first for word in objection.concern_words), objection.id
        assert not any(word in first for word in objection.answer_words), objection.id
        assert first.endswith("?")
        assert sum(word in second for word in objection.answer_words) >= 2, objection.id
        assert re.search(r"does (that|it) settle", second)


def test_the_other_rep_meets_every_objection_too_and_never_confirms(catalogue: Catalogue) -> None:
    scenario = catalogue.scenarios["discovery-route-planning"]
    turns = script(catalogue, scenario.id).turns
    assert {one.id for one in scenario.objections} == {t.answers for t in turns if t.answers}
    assert not any("settle" in turn.text for turn in turns)
