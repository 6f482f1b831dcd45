"""Figures and times as people read them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ledger import ObjectionEnd
from scoring.objection import CheckName, FirstMove, GateCheckName, VerdictWord
from web import wording

CALL_S = st.floats(0, 36_000)


@given(CALL_S)
def test_a_place_in_a_call_reads_back_to_its_second(at_s: float) -> None:
    minutes, seconds = wording.clock(at_s).split(":")
    assert len(seconds) == 2
    assert int(minutes) * 60 + int(seconds) == int(at_s)


@given(CALL_S)
def test_a_length_is_rounded_to_a_second_and_never_has_sixty(length_s: float) -> None:
    said = wording.lasted(length_s)
    numbers = [int(n) for n in re.findall(r"\d+", said)]
    assert "60 s" not in said
    total = numbers[0] * 60 + sum(numbers[1:]) if "min" in said else numbers[0]
    assert total == round(length_s)


@given(st.floats(-1e6, 1e6))
def test_a_figure_keeps_three_digits_and_its_sign(value: float) -> None:
    said = wording.figure(value)
    read = float(said.replace("−", "-"))
    assert abs(read - value) <= max(0.5 * (abs(value) >= 100), 0.05 * (abs(value) >= 10), 0.005)
    assert said not in ("-0", "−0")


@pytest.mark.parametrize(
    ("value", "said"), [(151.2, "151"), (43.54, "43.5"), (1.25, "1.25"), (3.0, "3"), (-0.3, "−0.3")]
)
def test_figures_as_examples(value: float, said: str) -> None:
    assert wording.figure(value) == said


def test_an_interval_is_said_only_with_a_figure(card: Any) -> None:
    pace = card().measures[0]
    assert wording.interval(pace) == "138 to 165"
    assert wording.interval(replace(pace, low=None)) == ""
    assert wording.interval(replace(pace, value=None)) == ""


def test_every_check_verdict_and_move_has_words() -> None:
    assert set(wording.CHECKS) == set(get_args(CheckName))
    assert set(wording.GATE_CHECKS) == set(get_args(GateCheckName))
    assert set(wording.OBJECTION_ENDS) == set(get_args(ObjectionEnd))
    assert set(wording.VERDICTS) == set(get_args(VerdictWord))
    assert set(wording.FIRST_MOVES) == set(get_args(FirstMove))
    assert "".join(letter for letter, _ in wording.CHECKS.values()) == "LAERC"
    assert len({sign for sign, _ in wording.VERDICTS.values()}) == 3


@given(st.integers(-8_000, 8_000))
def test_a_day_says_its_year_only_when_it_is_another(n_days: int) -> None:
    at = datetime.now(UTC) + timedelta(days=n_days)
    local = at.astimezone()
    assert (str(local.year) in wording.day(at).split(",")[0]) == (
        local.year != datetime.now().astimezone().year
    )


def test_a_day_is_told_by_the_clock_of_this_machine() -> None:
    at = datetime.now(UTC) - timedelta(minutes=5)
    assert wording.day(at).endswith(f"{at.astimezone():%H:%M}")
    assert datetime.fromisoformat(wording.iso(at)) == at.replace(microsecond=0)


@given(st.text(min_size=1).filter(str.strip))
def test_a_sentence_ends_as_one(text: str) -> None:
    assert wording.sentence(text)[-1] in ".!?…"
