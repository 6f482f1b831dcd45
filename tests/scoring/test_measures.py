"""Every measure on random calls: in bounds, the same at any time, honest about too little."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.measure import Measure
from scoring.measures import measure_call
from scoring.timeline import Timeline
from speech.span import Span
from speech.words import Speaker, Transcript, Utterance, Word

NAMES = (
    "pace", "articulation_rate", "filled_pauses", "discourse_fillers", "talk_share", "patience",
    "longest_monologue", "interactivity", "questions", "interruptions",
)  # fmt: skip
TEXTS = (
    "so how do you plan your routes today",
    "um i mean we save about thirty percent of the fuel you know",
    "well that is what our customers say after the first quarter",
    "yeah",
    "mm-hm",
    "That makes sense. What would you compare it with?",
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Transcript, Timeline]:
    """Turns of both sides, with pauses, overlaps and nods; times on a 10 ms grid."""
    said: list[Utterance] = []
    spans: dict[Speaker, list[Span]] = {"rep": [], "buyer": []}
    free: dict[Speaker, float] = {"rep": 0.0, "buyer": 0.0}
    now = draw(st.integers(0, 500)) / 100
    for _ in range(draw(st.integers(0, 24))):
        who: Speaker = draw(st.sampled_from(("rep", "buyer")))
        texts = draw(st.sampled_from(TEXTS)).split() * draw(st.integers(1, 4))
        start_s = max(now + draw(st.integers(-80, 300)) / 100, free[who] + 0.3, 0.0)
        step_s = draw(st.integers(20, 60)) / 100
        words = tuple(
            Word(w, start_s + i * step_s, start_s + (i + 1) * step_s) for i, w in enumerate(texts)
        )
        end_s = words[-1].end_s
        said.append(Utterance(who, start_s, end_s, " ".join(texts), words))
        spans[who].append(Span(start_s, end_s))
        free[who] = end_s
        now = max(now, end_s)
    said.sort(key=lambda u: u.start_s)
    return Transcript(tuple(said)), Timeline(tuple(spans["rep"]), tuple(spans["buyer"]))


def shifted(transcript: Transcript, timeline: Timeline, by_s: float) -> tuple[Transcript, Timeline]:
    def word(w: Word) -> Word:
        return replace(w, start_s=w.start_s + by_s, end_s=w.end_s + by_s)

    def said(u: Utterance) -> Utterance:
        words = tuple(map(word, u.words))
        return replace(u, start_s=u.start_s + by_s, end_s=u.end_s + by_s, words=words)

    def spans(of: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(s.start_s + by_s, s.end_s + by_s) for s in of)

    moved = Timeline(spans(timeline.rep), spans(timeline.buyer))
    return Transcript(tuple(map(said, transcript.utterances))), moved


@settings(deadline=None)
@given(calls())
def test_every_measure_is_there_in_its_order(call: tuple[Transcript, Timeline]) -> None:
    assert tuple(m.name for m in measure_call(*call)) == NAMES


@settings(deadline=None)
@given(calls())
def test_a_measure_has_a_value_or_a_reason_never_both(call: tuple[Transcript, Timeline]) -> None:
    for measure in measure_call(*call):
        assert (measure.value is None) == (measure.reason is not None), measure.name
        assert measure.label
        assert measure.unit
        assert measure.definition
        assert measure.denominator


@settings(deadline=None)
@given(calls())
def test_an_interval_holds_its_value(call: tuple[Transcript, Timeline]) -> None:
    for m in measure_call(*call):
        assert (m.low is None) == (m.high is None)
        if m.low is not None and m.high is not None:
            assert m.value is not None
            assert m.low - 1e-9 <= m.value <= m.high + 1e-9, m.name


@settings(deadline=None)
@given(calls())
def test_values_keep_inside_their_bounds(call: tuple[Transcript, Timeline]) -> None:
    values = {m.name: m.value for m in measure_call(*call) if m.value is not None}
    assert all(v >= 0 for name, v in values.items() if name != "patience")
    assert values.get("talk_share", 0) <= 100
    assert values.get("longest_monologue", 0) <= call[1].extent_s + 1e-9


@settings(deadline=None, max_examples=60)
@given(calls(), st.integers(1, 20))
def test_a_call_measures_the_same_at_any_time(
    call: tuple[Transcript, Timeline], quarters: int
) -> None:
    # Powers of two shift without rounding, so that no pause crosses a limit by an ulp.
    moved = measure_call(*shifted(*call, by_s=1024.0 * quarters))
    for before, after in zip(measure_call(*call), moved, strict=True):
        if before.value is None or after.value is None:
            assert near_a_limit(before, after), before.name
        else:
            assert after.value == pytest.approx(before.value, rel=0.02, abs=0.02), before.name


def near_a_limit(one: Measure, other: Measure) -> bool:
    """Both without a value; rounding may not turn a value into none."""
    return one.value is None and other.value is None


def by_name(call: Any) -> dict[str, Measure]:
    return {m.name: m for m in measure_call(*call)}


LINE = "our customers save a lot of fuel with every single route that they plan"


@pytest.fixture
def long_call(call: Callable[..., Any]) -> Any:
    said = [("rep" if i % 2 else "buyer", i * 6.0, LINE) for i in range(50)]
    return call(said, wpm=150)


def test_pace_is_the_pace_that_was_spoken(long_call: Any) -> None:
    pace = by_name(long_call)["pace"]
    assert pace.value == pytest.approx(150)
    assert pace.low == pytest.approx(150)


def test_um_and_cut_off_words_are_no_words_of_the_pace(call: Callable[..., Any]) -> None:
    line = "our um customers sa- save a lot of fuel every uh day"
    said = [("rep" if i % 2 else "buyer", i * 6.0, line) for i in range(60)]
    assert by_name(call(said, wpm=120))["pace"].value == pytest.approx(120 * 9 / 12)


def test_patience_is_the_gap_that_was_left(long_call: Any) -> None:
    patience = by_name(long_call)["patience"]
    assert patience.value == pytest.approx(6.0 - 14 * 0.4)


def test_talk_share_of_equal_sides_is_half(long_call: Any) -> None:
    assert by_name(long_call)["talk_share"].value == pytest.approx(50)


def test_questions_tell_their_thirds(call: Callable[..., Any]) -> None:
    said = [
        ("rep", 0, "How do you plan today?"),
        ("buyer", 3, "By hand."),
        ("rep", 50, "And who else is involved?"),
        ("buyer", 58, "Only me, as it is."),
    ]
    questions = by_name(call(said))["questions"]
    assert questions.value == 2
    assert "1, 0, 1 in its thirds" in questions.denominator


def test_cutting_in_counts_once_and_a_nod_does_not(call: Callable[..., Any]) -> None:
    said = [
        ("buyer", 0.0, "we have been doing this by hand for a very long time and"),
        ("rep", 3.5, "yes but we can do that for you in minutes"),
        ("buyer", 10.0, "we have been doing this by hand for a very long time"),
        ("rep", 11.0, "right"),
    ]
    assert by_name(call(said))["interruptions"].value == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pace", "Not enough to judge: 5 s of your speech, 1 min needed."),
        ("filled_pauses", "Not enough to judge: 5 s of your speech, 2 min needed."),
        ("talk_share", "Not enough to judge: 10 s of conversation, 2 min needed."),
        ("patience", "Not enough to judge: 1 answer to the buyer, 5 needed."),
    ],
)
def test_too_little_is_said_with_figures(call: Callable[..., Any], name: str, reason: str) -> None:
    measure = by_name(call([("buyer", 0, LINE), ("rep", 5.0, LINE)], wpm=165))[name]
    assert measure.value is None
    assert measure.reason == reason


def test_no_um_in_the_words_is_no_zero(long_call: Any) -> None:
    measure = by_name(long_call)["filled_pauses"]
    assert measure.value is None
    assert measure.reason is not None
    assert "leaves most of them out" in measure.reason


def test_an_empty_call_has_reasons_only() -> None:
    assert all(m.value is None for m in measure_call(Transcript(()), Timeline((), ())))


def test_second_hand_figures_say_so(long_call: Any) -> None:
    for measure in measure_call(*long_call):
        if "Gong" in measure.reference:
            assert "second-hand" in measure.reference
