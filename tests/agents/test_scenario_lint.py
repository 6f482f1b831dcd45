"""Scenario lint lets a sound scenario pass and names what is wrong with one that is not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agents.lint_call import held
from agents.lint_reps import POLICIES
from agents.scenario_lint import LintReport, lint
from configs.load import load_catalogue
from configs.rubric import Criterion
from configs.scenario import Concession, Scenario

CATALOGUE = load_catalogue()
SOUND = CATALOGUE.scenarios["pricing-objection"]
RUBRIC = CATALOGUE.rubrics["sales-call"]
PERSONA = CATALOGUE.personas[SOUND.persona]


def report(scenario: Scenario, rubric=RUBRIC, n_calls: int = 20) -> LintReport:
    return lint(scenario, CATALOGUE.personas, rubric, n_calls=n_calls)


def test_a_sound_scenario_passes_with_a_margin() -> None:
    sound = report(SOUND, n_calls=60)  # as many as people run: what is rare must turn up
    assert sound.problems == ()
    by_name = {p.name: p for p in sound.policies}
    strong, weak = by_name["strong"].total_median, by_name["weak"].total_median
    assert strong is not None
    assert weak is not None
    assert strong - weak >= 25
    assert {s.policy for s in sound.samples} == {"weak", "average", "strong"}
    assert all(len(s.lines) > 5 for s in sound.samples)


def test_the_same_seed_gives_the_same_report() -> None:
    assert report(SOUND).to_data() == report(SOUND).to_data()


def no_fact(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        facts=(replace(scenario.facts[1], topics=("zzz nothing",)), *scenario.facts[2:]),
    )


def no_answer(scenario: Scenario) -> Scenario:
    broken = replace(scenario.objections[1], answer_words=("zzz nothing",))
    return replace(scenario, objections=(scenario.objections[0], broken))


def never_raised(scenario: Scenario) -> Scenario:
    late = replace(scenario.objections[0], by_turn=500, raised_by=("zzz nothing",))
    return replace(scenario, objections=(late, *scenario.objections[1:]))


def never_granted(scenario: Scenario) -> Scenario:
    granted = Concession(
        id="board-seat",
        text="Martin takes the rep to the board.",
        trigger="Nothing in particular",
        asked_by=("come along to the board",),
        needs=("never-told",),
        lines=("Come along.", "Be there."),
    )
    locked = replace(scenario.facts[1], id="never-told", topics=("zzz nothing",))
    return replace(scenario, facts=(*scenario.facts, locked), concessions=(granted,))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (no_fact, 'The hidden fact "money-set-aside" appears in 0%'),
        (no_answer, "The strong rep comes to a next step in 0%"),
        (never_granted, 'The concession "board-seat" appears in 0%'),
    ],
)
def test_what_is_wrong_is_named(broken: Callable[[Scenario], Scenario], said: str) -> None:
    assert any(one.startswith(said) for one in report(broken(SOUND)).problems)


def test_an_objection_comes_up_even_if_nothing_brings_it_up() -> None:
    strong = next(p for p in report(never_raised(SOUND)).policies if p.name == "strong")
    assert strong.won_share == 1.0
    call = held(never_raised(SOUND), PERSONA, None, POLICIES[2], 3)
    assert SOUND.objections[0].id in {v.objection_id for v in call.voiced}


def test_a_criterion_that_nobody_can_meet_or_miss_is_named() -> None:
    first = RUBRIC.criteria[0]
    impossible = Criterion("slow", "Spoke at a crawl", 1.0, "measure", "pace", high=20.0)
    given = Criterion("any", "Spoke", 1.0, "measure", "pace", low=1.0)
    problems = report(SOUND, replace(RUBRIC, criteria=(first, impossible, given))).problems
    assert 'The criterion "slow" is met in no call.' in problems
    assert 'The criterion "any" is missed in no call.' in problems


def test_a_scenario_that_a_weak_rep_passes_is_named() -> None:
    easy = Criterion("any", "Spoke", 1.0, "measure", "pace", low=1.0)
    problems = report(SOUND, replace(RUBRIC, criteria=(easy,))).problems
    assert any(one.startswith("The weak rep reaches") for one in problems)
    assert any(one.startswith("Between the strong and the weak rep") for one in problems)
