"""Where the wait for an answer went, by sums that can be done by hand."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.turn_timing import STAGES, TurnTiming, gaps, spread, stage_costs

TURN = TurnTiming(
    turn=1,
    speech_end_s=10.0,
    vad_s=10.06,
    preflight_s=10.2,
    committed_s=10.3,
    words_s=10.36,
    clause_s=10.4,
    sound_s=10.46,
    played_s=10.5,
)
time_s = st.floats(min_value=0.0, max_value=3600.0).map(lambda at_s: round(at_s, 3))


@st.composite
def timings(draw: st.DrawFn) -> TurnTiming:
    """Stages in any order, each after the speech and before the sound is played, or left out."""
    end_s = draw(time_s)
    after = st.floats(min_value=0.0, max_value=5.0).map(lambda s: round(end_s + s, 3))
    stages = draw(st.lists(st.none() | after, min_size=6, max_size=6))
    played_s = max([at_s for at_s in stages if at_s is not None] + [draw(after)])
    return TurnTiming(draw(st.integers(0, 99)), end_s, *stages, played_s)


def test_the_gap_is_from_the_end_of_speech_to_the_first_sound_played() -> None:
    assert TURN.gap_s == pytest.approx(0.5)


def test_each_stage_costs_what_it_added_to_the_one_before() -> None:
    costs = TURN.costs_s()
    assert tuple(costs) == STAGES
    assert list(costs.values()) == pytest.approx([0.06, 0.14, 0.1, 0.06, 0.04, 0.06, 0.04])


def test_what_was_ready_before_the_turn_was_over_cost_nothing() -> None:
    ahead = replace(TURN, words_s=10.22, clause_s=10.24, sound_s=10.28, played_s=10.32)
    costs = ahead.costs_s()
    assert [costs[one] for one in ("words", "clause", "sound")] == [0.0, 0.0, 0.0]
    assert costs["committed"] == pytest.approx(0.1)
    assert costs["played"] == pytest.approx(0.02)


def test_a_stage_that_did_not_happen_costs_nothing_and_is_not_counted() -> None:
    written = replace(TURN, preflight_s=None, words_s=None, clause_s=None)
    costs = written.costs_s()
    assert set(costs) == {"vad", "committed", "sound", "played"}
    assert costs["committed"] == pytest.approx(0.24)


@given(timings())
def test_the_costs_of_one_turn_add_up_to_its_gap(timing: TurnTiming) -> None:
    costs = timing.costs_s()
    assert min(costs.values()) >= 0.0
    assert sum(costs.values()) == pytest.approx(timing.gap_s, abs=1e-6)


def test_a_reply_that_the_rep_talked_into_has_a_gap_below_zero_but_no_cost_is() -> None:
    early = replace(TURN, speech_end_s=11.0)
    assert early.gap_s == pytest.approx(-0.5)
    assert set(early.costs_s().values()) == {0.0}


@given(timings())
def test_a_timing_comes_back_equal_from_the_log(timing: TurnTiming) -> None:
    assert TurnTiming.from_data(json.loads(json.dumps(timing.to_data()))) == timing


@pytest.mark.parametrize("missing", ["speech_end", "played"])
@pytest.mark.parametrize("value", [None, "soon", True, float("nan"), "left out"])
def test_without_one_of_its_ends_there_is_no_timing(missing: str, value: object) -> None:
    data = TURN.to_data()
    data["stages"][missing] = value
    if value == "left out":
        del data["stages"][missing]
    assert TurnTiming.from_data(data) is None


def test_stages_of_a_newer_log_are_passed_over_and_those_of_an_older_are_none() -> None:
    data = TURN.to_data()
    data["stages"]["thought_twice"] = 10.1
    del data["stages"]["clause"]
    assert TurnTiming.from_data(data) == replace(TURN, clause_s=None)


def test_fewer_than_three_turns_give_a_reason_in_the_place_of_figures() -> None:
    for n, reason in enumerate(
        (
            "needs 3 turns, and there were 0",
            "needs 3 turns, and there was 1",
            "needs 3 turns, and there were 2",
        )
    ):
        found = gaps([TURN] * n)
        assert (found.n_turns, found.reason) == (n, reason)
        assert (found.median_s, found.p95_s, found.slowest_s) == (None, None, None)


def test_the_spread_of_known_values() -> None:
    found = spread([0.3, 0.1, 0.2, 0.5, 0.4])
    assert found.median_s == pytest.approx(0.3)
    assert found.p95_s == pytest.approx(0.48)
    assert (found.slowest_s, found.n_turns, found.reason) == (0.5, 5, None)


@given(st.lists(st.floats(min_value=-5.0, max_value=60.0), min_size=3, max_size=60))
def test_p95_lies_where_a_slow_count_puts_it(values_s: list[float]) -> None:
    found = spread(values_s)
    known = sorted(values_s)
    place = 0.95 * (len(known) - 1)
    below, above = known[int(place)], known[min(int(place) + 1, len(known) - 1)]
    assert found.p95_s is not None
    assert found.median_s is not None
    assert found.p95_s == pytest.approx(below + (place - int(place)) * (above - below), abs=1e-9)
    assert known[0] <= found.median_s <= found.p95_s + 1e-9 <= known[-1] + 2e-9


def test_each_stage_is_counted_over_the_turns_in_which_it_happened() -> None:
    written = replace(TURN, words_s=None)
    costs = stage_costs([TURN, TURN, TURN, written])
    assert costs["vad"].n_turns == 4
    assert costs["words"].n_turns == 3
    assert costs["words"].median_s == pytest.approx(0.06)
    assert stage_costs([TURN, TURN, written])["words"].median_s is None
