"""The rep's frames come out once each, in order, and take up the time they took."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.line_frame import MicrophoneFrame
from agents.line_jitter import LATE_S, MAX_WAITING, RESTART_AFTER, JitterBuffer

RATE_HZ = 8_000
N = RATE_HZ // 50


def frame(n: int) -> MicrophoneFrame:
    pcm = np.full(N, 1 + n % 30_000, "<i2").tobytes()
    return MicrophoneFrame(n % 2**32, 20 * n % 2**32, pcm, RATE_HZ)


def fed(order: list[int], came_s: list[float] | None = None) -> tuple[JitterBuffer, list[int]]:
    """Numbers of the frames that came out; 0 for silence in place of one."""
    buffer, out = JitterBuffer(), []
    for i, n in enumerate(order):
        at_s = came_s[i] if came_s else 0.02 * i
        out += [int(np.frombuffer(pcm, "<i2")[0]) for pcm in buffer.arrived(frame(n), at_s)]
    return buffer, [value and value - 1 for value in out]


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_frames_in_order_go_straight_through_however_they_come(gaps_s: list[float]) -> None:
    numbers = list(range(100, 100 + len(gaps_s)))
    buffer, out = fed(numbers, np.cumsum(gaps_s).tolist())
    assert out == numbers
    assert buffer.counts.n_missing == buffer.counts.n_doubled == 0


@given(st.sets(st.integers(1, 58), max_size=30), st.integers(0, 2**32 - 1))
def test_lost_frames_leave_silence_of_their_length(lost: set[int], first: int) -> None:
    kept = [n for n in range(60) if n not in lost]
    came_s = [0.1 * n for n in kept]  # far apart: nothing is waited for in vain
    buffer = JitterBuffer()
    out = [
        pcm
        for n, at_s in zip(kept, came_s, strict=True)
        for pcm in buffer.arrived(frame(first + n), at_s)
    ]
    out += [pcm for n in range(60, 66) for pcm in buffer.arrived(frame(first + n), n * 0.1)]
    silent = {i for i, pcm in enumerate(out) if not any(pcm)}
    assert len(out) == 66
    assert silent == lost
    assert buffer.counts.n_missing == len(lost)


@given(st.permutations(range(10)), st.data())
def test_frames_in_another_order_come_out_in_theirs(order: list[int], data: st.DataObject) -> None:
    """All ten come within the time that a missing one is waited for."""
    twice = data.draw(st.lists(st.sampled_from(order), max_size=5))
    sent = [0, *(n + 1 for n in order), *(n + 1 for n in twice)]
    buffer, out = fed(sent, [0.0] * len(sent))
    assert out == list(range(11))
    assert buffer.counts.n_doubled == len(twice)
    assert buffer.counts.n_missing == 0


@given(
    st.lists(st.tuples(st.integers(0, 200), st.floats(0, 0.2)), max_size=200),
    st.lists(st.integers(0, 2**32 - 1), max_size=30),
)
def test_garbage_is_bounded(sent: list[tuple[int, float]], wild: list[int]) -> None:
    buffer, at_s, n_out = JitterBuffer(), 0.0, 0
    for n, wait_s in [*sent, *((n, 0.0) for n in wild)]:
        at_s += wait_s
        n_out += len(buffer.arrived(frame(n), at_s))
        assert len(buffer._waiting) <= MAX_WAITING
        assert len(buffer._given_up) <= 1_000
    assert n_out <= len(sent) + buffer.counts.n_missing + len(wild)


def test_a_missing_frame_is_waited_for_no_longer_than_said() -> None:
    buffer = JitterBuffer()
    buffer.arrived(frame(0), 0.0)
    assert buffer.arrived(frame(2), 0.02) == []
    assert buffer.arrived(frame(3), 0.02 + LATE_S - 0.01) == []
    assert len(buffer.arrived(frame(4), 0.02 + LATE_S)) == 4
    assert buffer.arrived(frame(1), 0.2) == []
    counts = buffer.counts
    assert (counts.n_missing, counts.n_late, counts.n_doubled) == (1, 1, 0)


def test_a_sender_that_counts_anew_is_followed_after_half_a_second() -> None:
    buffer, out = fed([*range(500, 600), *range(100)])
    assert out == [*range(500, 600), *range(RESTART_AFTER - 1, 100)]
    assert buffer.counts.n_restarts == 1


def test_a_sender_that_jumps_far_ahead_is_followed_without_a_flood_of_silence() -> None:
    buffer, out = fed([*range(10), *range(1_000_000, 1_000_010)])
    assert out == [*range(10), *(n % 30_000 for n in range(1_000_000, 1_000_010))][: len(out)]
    assert len(out) >= 17
    assert (buffer.counts.n_missing, buffer.counts.n_restarts) == (0, 1)


@pytest.mark.parametrize("n_burst", [1, 50, 500])
def test_a_burst_after_a_break_is_all_there(n_burst: int) -> None:
    """A tab in the background may deliver a second at once."""
    came_s = [0.02 * n for n in range(50)] + [5.0] * n_burst
    _, out = fed(list(range(50 + n_burst)), came_s)
    assert out == list(range(50 + n_burst))
