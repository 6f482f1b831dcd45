"""A small call by script: who says what, when and how fast."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from configs.rubric import Criterion, Rubric
from configs.scenario import Lines, Objection, Scenario
from scoring.timeline import Timeline, spans_of_words
from speech.words import Speaker, Transcript, Utterance, Word

Said = tuple[Speaker, float, str]


class Call(NamedTuple):
    transcript: Transcript
    timeline: Timeline


def utterance(speaker: Speaker, start_s: float, text: str, wpm: float = 180.0) -> Utterance:
    """Words of equal length without pauses."""
    step_s = 60 / wpm
    words = tuple(
        Word(w, start_s + i * step_s, start_s + (i + 1) * step_s)
        for i, w in enumerate(text.split())
    )
    return Utterance(speaker, start_s, words[-1].end_s, text, words)


def make_call(said: Sequence[Said], wpm: float = 180.0) -> Call:
    made = tuple(utterance(who, at, text, wpm) for who, at, text in sorted(said, key=by_time))
    transcript = Transcript(made)
    rep, buyer = transcript.of("rep"), transcript.of("buyer")
    return Call(transcript, Timeline(spans_of_words(rep), spans_of_words(buyer)))


def by_time(said: Said) -> float:
    return said[1]


@pytest.fixture
def say() -> Callable[..., Utterance]:
    return utterance


@pytest.fixture
def call() -> Callable[..., Call]:
    return make_call


@pytest.fixture
def price() -> Objection:
    return Objection(
        id="too-expensive",
        kind="price",
        concern="the price against the budget",
        lines=("That is a lot more than we budgeted.", "It is too expensive for us."),
        harder=("I still think it is too expensive.", "The price has not changed."),
        explained=("We pay half of that today.", "My budget was set in spring."),
        settled=("All right, that makes sense.", "Okay, that works."),
        concern_words=("budget", "price", "expens", "cost", "money"),
        answer_words=("thirty percent", "payback", "fuel", "per vehicle"),
    )


@pytest.fixture
def scenario(price: Objection) -> Scenario:
    two = ("Yes.", "Right.")
    return Scenario(
        id="pricing",
        title="Pricing",
        kind="objection_drill",
        skill="price",
        language="en",
        minutes=5,
        briefing="You sell route planning.",
        goal="A next step.",
        product_facts=("It saves thirty percent of the fuel.",),
        good=("Ask first.",),
        persona="dana",
        rubric="sales-call",
        facts=(),
        objections=(price,),
        lines=Lines(*(two for _ in Lines.__dataclass_fields__)),
    )


@pytest.fixture
def rubric() -> Rubric:
    checks = ("listen", "acknowledge", "explore", "respond", "confirm")
    return Rubric(
        id="sales-call",
        title="Sales call",
        criteria=(
            *(Criterion(c, c.capitalize(), 2.0, "check", c) for c in checks),
            Criterion("talk", "Talk share", 1.0, "measure", "talk_share", 25, 60, 5, 90),
            Criterion("pace", "Pace", 1.0, "measure", "pace", 130, 208, 80, 270),
            Criterion("questions", "Questions", 1.0, "measure", "questions", 2, None, 0),
        ),
    )
