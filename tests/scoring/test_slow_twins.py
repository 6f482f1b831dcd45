"""Pace, talk share and patience a second, slower way: on a grid of ticks, not with intervals."""

from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.measures import measure_call
from scoring.timeline import Timeline
from speech.span import Span
from speech.words import Speaker, Transcript, Utterance, Word

TICK_S = 0.25
"""A power of two: sums of ticks are exact."""
Grid = tuple[list[str], dict[int, int]]


@st.composite
def grids(draw: st.DrawFn) -> list[tuple[Speaker, int, int]]:
    """Stretches as (speaker, ticks of silence before, ticks of speech), both sides taking turns
    or going on, never at once."""
    side = st.sampled_from(("rep", "buyer"))
    stretch = st.tuples(side, st.integers(1, 8), st.integers(8, 60))
    return draw(st.lists(stretch, min_size=2, max_size=40))


def as_call(stretches: list[tuple[Speaker, int, int]]) -> tuple[Transcript, Timeline]:
    """One word a tick; "say" is neither a filler nor a nod."""
    said: list[Utterance] = []
    spans: dict[str, list[Span]] = {"rep": [], "buyer": []}
    at = 0
    for who, silence, n in stretches:
        at += silence
        words = tuple(Word("say", (at + i) * TICK_S, (at + i + 1) * TICK_S) for i in range(n))
        span = Span(at * TICK_S, (at + n) * TICK_S)
        said.append(Utterance(who, span.start_s, span.end_s, " ".join(["say"] * n), words))
        spans[who].append(span)
        at += n
    return Transcript(tuple(said)), Timeline(tuple(spans["rep"]), tuple(spans["buyer"]))


def ticks(stretches: list[tuple[Speaker, int, int]]) -> str:
    """r, b or a dot for each tick."""
    return "".join("." * silence + who[0] * n for who, silence, n in stretches)


def slow_share(line: str) -> float | None:
    heard = line.strip(".")
    if len(heard) * TICK_S < 120:
        return None
    return 100 * line.count("r") / (line.count("r") + line.count("b"))


def slow_patience(line: str) -> float | None:
    """Walk along: count the dots since the last b whenever an r follows."""
    waits, dots, last = [], 0, ""
    for tick in line:
        if tick == ".":
            dots += 1
            continue
        if tick == "r" and last == "b":
            waits.append(dots * TICK_S)
        last, dots = tick, 0
    return median(waits) if len(waits) >= 5 else None


def slow_pace(line: str) -> float | None:
    """Split the rep's ticks where four or more dots, or the buyer, come between."""
    runs: list[tuple[int, int]] = []  # words, ticks
    words = dots = length = 0
    for tick in [*line, "b"]:
        if tick == ".":
            dots += 1
            continue
        if words and (tick == "b" or dots >= 4):
            runs.append((words, length))
            words = length = 0
        if tick == "r":
            length += 1 + (dots if words else 0)
            words += 1
        dots = 0
    rated = [run for run in runs if run[0] >= 8]
    if sum(n for _, n in runs) * TICK_S < 60 or not rated:
        return None
    return 60 * sum(w for w, _ in rated) / (sum(n for _, n in rated) * TICK_S)


@settings(deadline=None)
@given(grids())
def test_the_fast_figures_are_those_of_the_slow_way(
    stretches: list[tuple[Speaker, int, int]],
) -> None:
    values = {m.name: m.value for m in measure_call(*as_call(stretches))}
    line = ticks(stretches)
    for name, slow in (
        ("talk_share", slow_share(line)),
        ("patience", slow_patience(line)),
        ("pace", slow_pace(line)),
    ):
        assert values[name] == (None if slow is None else pytest.approx(slow)), name
