"""Five checks of what a rep says to whoever picks up first."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.buyer_state import begin, hear
from configs.rubric import GATE_CHECKS
from scoring.gatekeeper import AtTheGate, GateReview, gate_review
from scoring.introduction import introduction
from scoring.objection import Check
from speech.words import Utterance
from tests.fakes.drill import GATED, GATEKEEPER, PERSONA

THROUGH = AtTheGate(60.0)
GOOD = (
    "Good morning, this is Alex Reed from Northlane. It is about your roster. "
    "Could you put me through to Dana, please?"
)


@pytest.fixture
def review(say: Callable[..., Utterance]) -> Callable[..., GateReview]:
    def of(
        *texts: str, gate: AtTheGate = THROUGH, at_s: Sequence[float] = (2, 12, 22, 32)
    ) -> GateReview:
        said = [say("rep", s, text) for s, text in zip(at_s, texts, strict=False)]
        return gate_review(GATEKEEPER, said, gate, 120.0)

    return of


def check(review: GateReview, name: str) -> Check:
    return next(one for one in review.checks if one.name == name)


def test_who_why_please_and_no_pitch_meets_all_five(review: Callable[..., GateReview]) -> None:
    made = review(GOOD)
    assert [one.name for one in made.checks] == list(GATE_CHECKS)
    assert {one.verdict for one in made.checks} == {"yes"}
    who, why, asked, pitch, through = made.checks
    assert who.quote == "Good morning, this is Alex Reed from Northlane."
    assert why.quote == "It is about your roster."
    assert asked.quote == "Could you put me through to Dana, please?"
    assert (pitch.quote, pitch.at_s) == (None, None)
    assert (through.at_s, made.put_through_s) == (60.0, 60.0)
    assert who.at_s is not None
    assert why.at_s is not None
    assert asked.at_s is not None
    assert 2.0 <= who.at_s < why.at_s < asked.at_s


def test_words_without_marks_are_read_as_well(review: Callable[..., GateReview]) -> None:
    bare = GOOD.lower().translate(str.maketrans("", "", ".,?"))
    assert [one.verdict for one in review(bare).checks] == ["yes"] * 5


@pytest.mark.parametrize(
    ("texts", "verdict", "reason"),
    [
        (("Hi, this is Alex Reed from Northlane.",), "yes", "You said your name and where"),
        (("My name's Alex.", "I'm calling from Northlane."), "yes", "You said your name and where"),
        (("It's Alex, from Northlane.",), "yes", "You said your name and where"),
        (("Alex speaking from Northlane.",), "yes", "You said your name and where"),
        (("Hello, my name is Alex.",), "no", "not where you are calling from"),
        (("I'm calling from Northlane.",), "no", "but not your name"),
        (("I'm calling about something important.",), "no", "did not say who"),
        (("I need to talk to Dana.",), "no", "did not say who"),
    ],
)
def test_who_is_calling_takes_a_name_and_a_company(
    review: Callable[..., GateReview], texts: tuple[str, ...], verdict: str, reason: str
) -> None:
    made = check(review(*texts), "said_who")
    assert made.verdict == verdict
    assert reason in made.reason


def test_why_takes_a_reason_of_the_scenarios_own(review: Callable[..., GateReview]) -> None:
    assert check(review("It is about how you do the planning."), "said_why").verdict == "yes"
    vague = check(review("She knows what it is about."), "said_why")
    assert (vague.verdict, vague.quote) == ("no", None)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Could you put me through to Dana, please?", "yes"),
        ("Is she available, by any chance? I would appreciate your help.", "yes"),
        ("I was hoping to speak with Dana for a minute.", "yes"),
        ("May I leave her a message?", "yes"),
        ("I wonder if you could help me.", "yes"),
        ("Put me through to Dana now.", "no"),
        ("I need to talk to Dana.", "no"),
        ("It is about the roster.", "no"),
        ("Could you put me through, please? Don't be stupid.", "no"),
    ],
)
def test_asking_takes_a_request_in_a_polite_form_and_nothing_rude(
    review: Callable[..., GateReview], text: str, verdict: str
) -> None:
    assert check(review(text), "asked_politely").verdict == verdict


def test_one_sentence_of_what_is_sold_is_a_reason_and_two_are_a_pitch(
    review: Callable[..., GateReview],
) -> None:
    one = "Our software plans the roster in two minutes."
    two = "We save our customers thirty percent of the overtime."
    assert check(review(one), "did_not_pitch").verdict == "yes"
    made = check(review(one, two), "did_not_pitch")
    assert (made.verdict, made.quote) == ("no", two)


def test_only_what_was_said_before_being_put_through_counts(
    review: Callable[..., GateReview],
) -> None:
    made = review("Hello.", GOOD, at_s=(2.0, 61.0))
    assert check(made, "said_who").verdict == "no"
    never = review("Hello.", GOOD, at_s=(2.0, 61.0), gate=AtTheGate(None))
    assert check(never, "said_who").verdict == "yes"
    assert check(never, "put_through").verdict == "no"


def test_silence_says_neither_who_nor_why_and_is_no_pitch(
    review: Callable[..., GateReview],
) -> None:
    for made in (review(gate=AtTheGate(None)), review("Mm-hm.", gate=AtTheGate(None))):
        verdicts = [one.verdict for one in made.checks]
        assert verdicts == ["no", "no", "no", "not_applicable", "no"]


def test_a_call_that_is_cut_off_at_once_tells_nothing() -> None:
    made = gate_review(GATEKEEPER, (), AtTheGate(None), 4.0)
    assert {one.verdict for one in made.checks} == {"not_applicable"}
    assert all(one.reason for one in made.checks)


def test_an_introduction_is_found_where_it_stands() -> None:
    text = "Oh, hello — this is Alex, calling from Northlane."
    found = introduction(text)
    assert found.name_at is not None
    assert found.company_at is not None
    assert text[found.name_at :].startswith("this is Alex")
    assert text[found.company_at :].startswith("from Northlane")


@given(st.lists(st.text(max_size=60), max_size=4))
def test_every_quote_is_verbatim_whatever_is_said(texts: list[str]) -> None:
    said = [Utterance("rep", 5.0 * n, 5.0 * n + 4, text) for n, text in enumerate(texts)]
    made = gate_review(GATEKEEPER, said, THROUGH, 120.0)
    assert len(made.checks) == 5
    for one in made.checks:
        assert one.quote is None or any(one.quote in text for text in texts)
        assert one.reason


def test_a_reason_counts_here_exactly_where_it_counts_at_the_gate(
    review: Callable[..., GateReview],
) -> None:
    who = "Good morning, this is Alex Reed from Northlane."
    for why in ("It is about your plamning.", "It is about your rosters.", "It is about a plant."):
        state, _ = begin(GATED, PERSONA, 1)
        _, beat = hear(state, GATED, PERSONA, f"{who} {why}", at_s=4, speech_s=4)
        met = check(review(f"{who} {why}"), "said_why").verdict == "yes"
        assert met == (beat.kind == "put_through"), why
