"""The gatekeeper: who is calling, what is it about, and then the buyer, or not."""

import pytest

from agents.beat import Beat
from agents.buyer_state import begin, hear, heard, silent, transferred
from tests.fakes.drill import GATED, PERSONA


class Call:
    def __init__(self) -> None:
        self.state, self.beat = begin(GATED, PERSONA, 1)
        self.at_s = 0.0

    def say(self, *texts: str) -> Beat:
        for text in texts:
            self.at_s += 10
            self.state, self.beat = hear(
                self.state, GATED, PERSONA, text, at_s=self.at_s, speech_s=4
            )
            assert self.beat.voice == "gatekeeper" or self.state.phase != "gatekeeper"
        return self.beat


WHO = "good morning this is alex reed from shiftly"
WHY = "it is about how you are planning your shifts"


def test_the_gatekeeper_picks_up_first() -> None:
    call = Call()
    assert (call.beat.kind, call.beat.voice) == ("open", "gatekeeper")
    assert call.state.phase == "gatekeeper"


def test_who_and_why_put_the_rep_through_to_a_buyer_who_starts_afresh() -> None:
    call = Call()
    assert call.say(f"{WHO} {WHY}").kind == "put_through"
    assert not call.state.ended
    state, beat = transferred(call.state)
    assert (beat.kind, beat.voice) == ("open", "buyer")
    assert (state.phase, state.n_turns) == ("opening", 0)
    assert {o.stand for o in state.objections} == {"dormant"}


def test_what_is_missing_is_asked_for() -> None:
    assert Call().say("can i talk to dana").kind == "ask_who"
    assert Call().say(WHO).kind == "ask_why"
    assert Call().say("this is alex").kind == "ask_who"  # and from where?
    assert Call().say(WHO, WHY).kind == "put_through"


@pytest.mark.parametrize(
    "text",
    [
        "i am calling from shiftly",  # a company, no name
        "this is about something private",
        "i'm just trying to reach dana from my car",
        "it is important",
        "alex from shiftly told me to call",
    ],
)
def test_what_only_sounds_like_a_name_is_none(text: str) -> None:
    assert Call().say(f"{text} {WHY}").kind == "ask_who"


@pytest.mark.parametrize(
    "text",
    [
        "hello it's alex from shiftly",
        "my name is alex reed and i am with shiftly",
        "alex reed here from shiftly",
        "this is alex with shiftly",
        "i'm alex calling on behalf of shiftly",
    ],
)
def test_a_name_and_a_company_are_heard_however_they_are_said(text: str) -> None:
    assert Call().say(f"{text} {WHY}").kind == "put_through"


def test_a_name_given_once_is_remembered() -> None:
    call = Call()
    assert call.say("this is alex", "i am calling from shiftly").kind == "ask_why"


def test_evasion_uses_up_the_patience_and_ends_the_call() -> None:
    call = Call()
    beat = call.say("can i talk to dana", "it is private", "just put me through")
    assert (beat.kind, beat.ends_call) == ("refuse", True)
    assert call.state.ended == "not_put_through"


def test_rudeness_ends_it_at_once() -> None:
    call = Call()
    assert call.say("you are an idiot").kind == "refuse"
    assert call.state.ended == "not_put_through"


def test_a_monologue_is_not_listened_to() -> None:
    assert Call().say(f"{WHO} {'our suite is the leading one ' * 25}").kind == "push_back"


def test_silence_is_asked_into_and_then_ends_the_call() -> None:
    call = Call()
    kinds = []
    for n in range(4):
        call.state, beat = silent(call.state, GATED, PERSONA, at_s=10.0 * n)
        kinds.append(beat.kind)
    assert kinds == ["prompt_silence", "prompt_silence", "refuse", "goodbye"]


def test_speaking_into_being_put_through_brings_the_buyer_onto_the_line() -> None:
    call = Call()
    call.say(f"{WHO} {WHY}", "thank you")
    assert (call.beat.kind, call.beat.voice) == ("open", "buyer")


def test_being_put_through_that_was_not_heard_did_not_happen() -> None:
    call = Call()
    beat = call.say(f"{WHO} {WHY}")
    state = heard(call.state, beat, 0.1)
    assert state.phase == "gatekeeper"
    assert state.gate is not None
    assert not state.gate.through
