"""What the buyer does with a rep's words, situation by situation."""

from dataclasses import replace

import pytest

from agents.beat import Beat
from agents.buyer_state import BuyerState, begin, hear, heard, silent, time_limit_s, time_over
from tests.fakes.drill import PERSONA, PRICE, SCENARIO

LATE = tuple(replace(o, by_turn=99) for o in SCENARIO.objections)
CALM = replace(SCENARIO, objections=LATE)
"""The same scenario, whose objections come only when the rep touches them."""


class Call:
    """A call of text, ten seconds a turn."""

    def __init__(self, scenario=CALM, persona=PERSONA, seed=1):
        self.scenario, self.persona = scenario, persona
        self.state, self.beat = begin(scenario, persona, seed)
        self.at_s = 0.0

    def say(self, *texts: str, speech_s: float = 5.0) -> Beat:
        for text in texts:
            self.at_s += 10
            self.state, self.beat = hear(
                self.state, self.scenario, self.persona, text, at_s=self.at_s, speech_s=speech_s
            )
        return self.beat

    def keep_quiet(self) -> Beat:
        self.at_s += 10
        self.state, self.beat = silent(self.state, self.scenario, self.persona, at_s=self.at_s)
        return self.beat

    def was_heard(self, share: float) -> None:
        self.state = heard(self.state, self.beat, share)

    def stand(self, objection_id: str) -> str:
        return self.state.objection(objection_id).stand


OPENER = "hi dana this is alex from shiftly"
ASK_TOOL = "how do you plan your shifts today"
RAISES_PRICE = "the price is forty dollars a month for each planner"
EXPLORES = "i hear you what makes the budget hard this year"
ANSWERS = "most customers see 30% fewer planning hours so it pays back in three months"
CONFIRMS = "does that address your concern about the budget"
NEXT_STEP = "can we set up a call next thursday with your planners"


def test_the_buyer_picks_up_with_an_opening() -> None:
    state, beat = begin(SCENARIO, PERSONA, 3)
    assert beat.kind == "open"
    assert (state.phase, state.n_turns, state.revealed, state.ended) == ("opening", 0, (), None)
    assert {o.stand for o in state.objections} == {"dormant"}


# Facts.


def test_a_fact_is_told_when_it_is_asked_about_and_raises_trust() -> None:
    call = Call()
    beat = call.say(OPENER, ASK_TOOL)
    assert (beat.kind, beat.fact_ids, beat.because) == ("reveal", ("tool",), ASK_TOOL)
    assert (call.state.revealed, call.state.trust) == (("tool",), 1)


def test_a_fact_is_not_told_to_a_statement_that_mentions_it() -> None:
    assert Call().say(OPENER, "spreadsheets are a thing of the past with us").kind == "continue"


def test_a_free_fact_is_told_as_soon_as_the_rep_touches_on_it() -> None:
    assert Call().say(OPENER, "i guess your team is large").fact_ids == ("team",)


def test_a_trusted_fact_is_held_back_until_there_is_trust() -> None:
    call = Call()
    beat = call.say(OPENER, "what went wrong because of that")
    assert (beat.kind, beat.fact_ids) == ("hold_back", ())
    call.state = replace(call.state, trust=2)
    assert call.say("what went wrong because of that").fact_ids == ("loss",)


def test_asking_again_gets_the_same_fact_and_costs_patience() -> None:
    call = Call()
    call.say(OPENER, ASK_TOOL)
    patience = call.state.patience
    beat = call.say(ASK_TOOL)
    assert (beat.kind, beat.fact_ids) == ("answer", ("tool",))
    assert call.state.patience == patience - 1


def test_the_cause_is_the_sentence_that_touched_the_topic() -> None:
    beat = Call().say(OPENER, "Thanks, Dana. How do you plan shifts today? We help planners.")
    assert beat.because == "How do you plan shifts today?"


# Objections.


def test_the_reps_words_bring_an_objection_up() -> None:
    call = Call()
    beat = call.say(OPENER, RAISES_PRICE)
    assert (beat.kind, beat.objection_id, call.stand("price")) == (
        "raise_objection",
        "price",
        "raised",
    )


def test_an_objection_nobody_touched_comes_by_its_turn_anyway() -> None:
    call = Call(scenario=replace(SCENARIO, objections=(replace(PRICE, by_turn=3),)))
    call.say(OPENER)
    kinds = [call.say("how is the weather over there in the north").kind for _ in range(2)]
    assert kinds[-1] == "raise_objection"


def test_acknowledged_explored_answered_and_confirmed_is_settled() -> None:
    call = Call()
    kinds = [call.say(t).kind for t in (OPENER, RAISES_PRICE, EXPLORES, ANSWERS, CONFIRMS)]
    assert kinds == ["continue", "raise_objection", "explain_objection", "continue", "settle"]
    assert call.stand("price") == "settled"
    assert (call.state.trust, call.state.interest) == (2, 2)


def test_an_answer_and_its_confirmation_may_share_a_turn() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE, EXPLORES)
    assert call.say(f"{ANSWERS} {CONFIRMS}").kind == "settle"


def test_an_objection_only_argued_with_comes_back_harder_twice_and_is_then_let_drop() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE)
    argued = "our product is the best one on the market and everybody loves it"
    beats = [call.say(argued) for _ in range(3)]
    assert [(b.kind, b.objection_id) for b in beats] == [
        ("push_back", "price"),
        ("push_back", "price"),
        ("continue", "price"),
    ]
    assert (call.stand("price"), call.state.trust) == ("dropped", -2)


def test_an_answer_before_any_understanding_is_arguing() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE)
    assert call.say(ANSWERS).kind == "push_back"
    assert call.stand("price") == "raised"


def test_asking_whether_it_is_settled_without_an_answer_settles_nothing() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE, EXPLORES)
    assert call.say(CONFIRMS).kind == "push_back"


def test_an_objection_that_was_argued_down_can_be_reopened_with_care() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE)
    call.say(*["we are the best there is and that is that"] * 3)
    beat = call.say("let me come back to the budget what is behind that")
    assert (beat.kind, call.stand("price")) == ("explain_objection", "explored")


def test_a_second_objection_waits_for_the_first() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE)
    assert call.say("we implement it and roll out quickly").objection_id == "price"
    assert call.stand("timing") == "dormant"


def test_a_fact_asked_for_while_an_objection_is_open_counts_as_exploring_it() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE)
    beat = call.say("what does your current planning take")
    assert (beat.kind, beat.fact_ids, beat.objection_id) == ("reveal", ("tool",), "price")
    assert call.stand("price") == "explored"


# The next step.


def test_a_convinced_buyer_agrees_and_the_call_closes() -> None:
    call = Call(replace(CALM, objections=(PRICE,)))
    call.say(OPENER, ASK_TOOL, RAISES_PRICE, EXPLORES, ANSWERS, CONFIRMS)
    assert call.say(NEXT_STEP).kind == "agree"
    beat = call.say("great thanks dana talk soon")
    assert (beat.kind, beat.ends_call) == ("goodbye", True)
    assert call.state.ended == "next_step_agreed"


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ([], "nothing was learned or settled yet"),
        ([ASK_TOOL], "the buyer does not trust the rep enough"),
        ([RAISES_PRICE], "a next step was asked for while this objection was still open"),
        (
            [ASK_TOOL, RAISES_PRICE, EXPLORES, ANSWERS],
            "an objection was answered, but never confirmed as settled",
        ),
    ],
)
def test_a_next_step_is_put_off_with_the_reason(before: list[str], reason: str) -> None:
    call = Call()
    beat = call.say(OPENER, *before, NEXT_STEP)
    assert (beat.kind, beat.reason) == ("defer", reason)
    assert not call.state.agreed


def test_a_next_step_and_a_goodbye_in_one_breath_are_answered_and_end_the_call() -> None:
    call = Call()
    call.say(OPENER)
    beat = call.say(NEXT_STEP + " anyway have a good day")
    assert (beat.kind, beat.ends_call, call.state.ended) == ("defer", True, "put_off")


# Patience, nonsense, silence, the end.


def test_nonsense_is_asked_about_twice_in_a_row_at_most() -> None:
    call = Call()
    kinds = [call.say(text).kind for text in ("", "um uh", "hmm", OPENER, "")]
    assert kinds == ["clarify", "clarify", "continue", "continue", "clarify"]


def test_rudeness_ends_the_call_quickly() -> None:
    call = Call()
    assert call.say("that is a stupid question").kind == "push_back"
    beat = call.say("you are an idiot")
    assert (beat.kind, beat.ends_call, call.state.ended) == ("hang_up", True, "hung_up")


def test_a_monologue_is_interrupted_unless_it_asks() -> None:
    assert Call().say(OPENER, "we were founded in oslo and " * 5, speech_s=50).kind == "interrupt"
    assert Call().say(OPENER, ASK_TOOL, speech_s=50).kind == "reveal"


def test_pitching_on_and_on_meets_resistance_and_then_a_hang_up() -> None:
    call = Call()
    pitch = "our platform is a leading cloud native suite"
    kinds = []
    while not call.state.ended:
        kinds.append(call.say(pitch).kind)
    assert kinds[2] == "push_back"
    assert kinds[-1] == "hang_up"
    assert len(kinds) <= 10


def test_silence_is_asked_into_twice_and_then_the_buyer_hangs_up() -> None:
    call = Call()
    assert [call.keep_quiet().kind for _ in range(3)] == [
        "prompt_silence",
        "prompt_silence",
        "hang_up",
    ]


def test_words_after_a_silence_are_a_fresh_start() -> None:
    call = Call()
    call.keep_quiet()
    call.say(ASK_TOOL)
    assert call.keep_quiet().kind == "prompt_silence"


@pytest.mark.parametrize(
    "text", ["thanks bye", "okay talk soon", "have a good day", "Goodbye!", "bye bye dana"]
)
def test_a_goodbye_ends_the_call(text: str) -> None:
    call = Call()
    beat = call.say(OPENER, text)
    assert (beat.kind, beat.ends_call, call.state.ended) == ("goodbye", True, "said_goodbye")


def test_the_call_ends_at_twice_its_length() -> None:
    state, _ = begin(SCENARIO, PERSONA, 1)
    limit_s = time_limit_s(SCENARIO)
    state, beat = hear(state, SCENARIO, PERSONA, ASK_TOOL, at_s=limit_s, speech_s=2)
    assert (limit_s, beat.ends_call, state.ended) == (1200.0, True, "time_over")


def test_time_over_keeps_what_was_agreed() -> None:
    state, _ = begin(SCENARIO, PERSONA, 1)
    assert time_over(state, SCENARIO, PERSONA)[0].ended == "time_over"
    agreed = replace(state, agreed=True)
    assert time_over(agreed, SCENARIO, PERSONA)[0].ended == "next_step_agreed"


def test_a_call_that_is_over_stays_as_it_was() -> None:
    call = Call()
    call.say("bye")
    before = call.state
    assert call.say(ASK_TOOL).ends_call
    assert call.keep_quiet().ends_call
    assert call.state == before


# What was not heard was not said.


def test_an_objection_interrupted_before_half_of_it_is_raised_again() -> None:
    call = Call()
    call.say(OPENER, RAISES_PRICE)
    call.was_heard(0.4)
    assert call.stand("price") == "dormant"
    assert call.say(RAISES_PRICE).kind == "raise_objection"
    call.was_heard(0.6)
    assert call.stand("price") == "raised"


def test_a_fact_interrupted_before_half_of_it_is_still_hidden() -> None:
    call = Call()
    call.say(OPENER, ASK_TOOL)
    call.was_heard(0.1)
    assert call.state.revealed == ()
    assert call.say(ASK_TOOL).kind == "reveal"


def test_a_yes_and_a_settlement_that_were_not_heard_do_not_count() -> None:
    call = Call()
    call.say(OPENER, ASK_TOOL, RAISES_PRICE, EXPLORES, ANSWERS, CONFIRMS)
    call.was_heard(0.0)
    assert call.stand("price") == "answered"
    assert call.say(CONFIRMS).kind == "settle"
    call.say(NEXT_STEP)
    call.was_heard(0.2)
    assert not call.state.agreed


def test_the_state_is_plain_values() -> None:
    state, _ = begin(SCENARIO, PERSONA, 5)
    assert isinstance(state, BuyerState)
    assert hash(state) == hash(begin(SCENARIO, PERSONA, 5)[0])
