"""Nothing is granted for being liked: each concession has its named trigger."""

from dataclasses import replace

from agents.beat import Beat
from agents.buyer_mind import BuyerState
from agents.buyer_state import begin, hear, heard
from configs.scenario import Scenario
from tests.fakes.drill import PERSONA, PILOT, PRICE, SCENARIO

EASY = replace(SCENARIO, objections=(replace(PRICE, by_turn=99),), concessions=(PILOT,), minutes=30)
ASK = "could you start small with a pilot"
SETTLED = (
    "hi dana this is alex from shiftly",
    "how do you plan your shifts today",
    "the price is forty dollars a month for each planner",
    "i hear you what makes the budget hard this year",
    "it pays back in three months for most customers does that address your concern",
)


def said(*texts: str, scenario: Scenario = EASY) -> tuple[BuyerState, Beat]:
    state, beat = begin(scenario, PERSONA, 1)
    for n, text in enumerate(texts):
        state, beat = hear(state, scenario, PERSONA, text, at_s=10.0 * n, speech_s=4)
    return state, beat


def test_asked_for_without_its_trigger_it_is_refused_and_costs_patience() -> None:
    before, _ = said(SETTLED[0])
    state, beat = said(SETTLED[0], ASK)
    assert (beat.kind, beat.concession_id, beat.because) == ("refuse", "pilot", ASK)
    assert state.granted == ()
    assert state.patience == before.patience - 1


def test_half_of_the_trigger_is_not_enough() -> None:
    assert said(*SETTLED[:2], ASK)[1].kind == "refuse"


def test_with_its_trigger_it_is_granted_once() -> None:
    state, beat = said(*SETTLED, ASK)
    assert (beat.kind, beat.concession_id) == ("concede", "pilot")
    assert state.granted == ("pilot",)
    assert said(*SETTLED, ASK, ASK)[0].granted == ("pilot",)


def test_it_is_not_granted_unasked() -> None:
    assert said(*SETTLED, "okay great")[0].granted == ()
    assert said(*SETTLED, "pilots are a thing of ours")[0].granted == ()


def test_what_was_not_heard_was_not_granted() -> None:
    state, beat = said(*SETTLED, ASK)
    assert heard(state, beat, 0.2).granted == ()
    assert heard(state, beat, 0.9).granted == ("pilot",)


def test_nobody_gets_past_an_objection_by_being_quick() -> None:
    two = replace(EASY, objections=(*EASY.objections, replace(SCENARIO.objections[1], by_turn=99)))
    state, beat = said(*SETTLED, "can we set up a call next thursday", scenario=two)
    assert (beat.kind, beat.objection_id) == ("raise_objection", "timing")
    assert not state.agreed
