"""Points, the total, and the two moments."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.rubric import Criterion, Rubric
from configs.scenario import Objection
from scoring.card import Points
from scoring.handling import handle
from scoring.measure import Measure
from scoring.moments import Found, fix, keep
from scoring.objection import Voiced
from scoring.places import places
from scoring.scorecard import band_points, total, weigh

BAND = Criterion("pace", "Pace", 1.0, "measure", "pace", 130, 200, 80, 260)
OBJECTED = Voiced("too-expensive", 10.0, 14.0, "That is a lot more than we have in the budget.")


def measure(value: float | None) -> Measure:
    reason = "Not enough." if value is None else None
    return Measure("pace", "Pace", value, "words/min", None, None, reason, "82 s", "How.", "")


def points(value: float | None, weight: float) -> Points:
    return Points("x", "X", value, weight, None if value is not None else "Too little.", "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (130, 100),
        (165, 100),
        (200, 100),
        (80, 0),
        (60, 0),
        (105, 50),
        (230, 50),
        (260, 0),
        (999, 0),
    ],
)
def test_points_fall_in_a_straight_line_outside_the_band(value: float, expected: float) -> None:
    assert band_points(value, BAND) == pytest.approx(expected)


def test_without_a_zero_point_outside_the_band_there_are_no_points() -> None:
    assert band_points(129, replace(BAND, zero_below=None)) == 0


@given(st.floats(-1e6, 1e6))
def test_points_keep_between_0_and_100(value: float) -> None:
    assert 0 <= band_points(value, BAND) <= 100


def test_no_value_gives_no_points_and_the_reason() -> None:
    rubric = Rubric("r", "R", (BAND,))
    (made,) = weigh(rubric, (measure(None),), ())
    assert (made.points, made.reason) == (None, "Not enough.")


def test_no_objections_give_no_points_for_checks() -> None:
    rubric = Rubric("r", "R", (Criterion("listen", "Listened", 1.0, "check", "listen"),))
    (made,) = weigh(rubric, (), ())
    assert (made.points, made.reason) == (None, "The buyer raised no objection.")


def test_a_check_counts_its_yes(call: Any, price: Objection) -> None:
    rubric = Rubric("r", "R", (Criterion("listen", "Listened", 1.0, "check", "listen"),))
    good = handle(OBJECTED, price, *call([("rep", 15.0, "I understand that it is a lot.")]))
    cut = handle(OBJECTED, price, *call([("rep", 11.0, "No, it is really not that much at all.")]))
    (made,) = weigh(rubric, (), (good, cut))
    assert (made.points, made.evidence) == (50, "1 of 2 objections")


def test_the_total_is_weighted_over_what_could_be_judged() -> None:
    assert total([points(100, 3), points(0, 1), points(None, 2)]) == (75, None)


def test_too_little_of_the_rubric_gives_no_total() -> None:
    value, reason = total([points(100, 1), points(None, 3)])
    assert value is None
    assert reason is not None
    assert "25 %" in reason
    assert total([])[0] is None


@given(st.lists(st.tuples(st.none() | st.floats(0, 100), st.floats(0.1, 9)), max_size=9))
def test_a_total_lies_among_its_points(parts: list[tuple[float | None, float]]) -> None:
    value, reason = total([points(p, w) for p, w in parts])
    assert (value is None) == (reason is not None)
    known = [p for p, _ in parts if p is not None]
    if value is not None:
        assert min(known) - 1e-9 <= value <= max(known) + 1e-9


def test_the_moments_show_what_to_keep_and_what_to_fix(
    call: Any, price: Objection, rubric: Rubric
) -> None:
    said = [
        ("buyer", 10.0, OBJECTED.text),
        ("rep", 15.0, "We save you thirty percent of the fuel."),
    ]
    transcript, timeline = call(said)
    handlings = (handle(OBJECTED, price, transcript, timeline),)
    criteria = weigh(rubric, (), handlings)
    found = Found(rubric, criteria, handlings, places(transcript, timeline), duration_s=60.0)
    kept, fixed = keep(found), fix(found)
    assert kept is not None
    assert fixed is not None
    assert "buyer finish" in kept.text
    assert kept.at_s == pytest.approx(13.0)
    assert "say the concern back" in fixed.text
    assert fixed.end_s - fixed.at_s == pytest.approx(12.0)


def test_a_moment_ends_with_the_call(call: Any, price: Objection, rubric: Rubric) -> None:
    transcript, timeline = call([("rep", 15.0, "We save you thirty percent of the fuel.")])
    handlings = (handle(OBJECTED, price, transcript, timeline),)
    found = Found(rubric, weigh(rubric, (), handlings), handlings, {}, duration_s=18.0)
    fixed = fix(found)
    assert fixed is not None
    assert (fixed.at_s, fixed.end_s) == (6.0, 18.0)


def test_nothing_judged_gives_no_moments(rubric: Rubric) -> None:
    found = Found(rubric, weigh(rubric, (), ()), (), {}, duration_s=10.0)
    assert keep(found) is None
    assert fix(found) is None


def test_what_is_praised_is_not_faulted_in_the_same_breath() -> None:
    rubric = Rubric("r", "R", (replace(BAND, of="questions"),))
    found = Found(rubric, (points(75, 1),), (), {"questions": 5.0}, duration_s=60.0)
    assert keep(found) is not None
    assert fix(found) is None
