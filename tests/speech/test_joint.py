"""Joints have no click and no silence of the engine's own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from speech.clip import Clip
from speech.joint import after_pause, without_edges

RATE_HZ = 16_000


def between(before_s: float, said_s: float, after_s: float, peak: float = 0.3) -> Clip:
    angle = 2 * np.pi * 200 * np.arange(round(said_s * RATE_HZ)) / RATE_HZ
    parts = [np.zeros(round(before_s * RATE_HZ)), peak * np.cos(angle)]
    parts.append(np.zeros(round(after_s * RATE_HZ)))
    return Clip(np.concatenate(parts).astype(np.float32), RATE_HZ)


@given(st.floats(0, 1), st.floats(0.05, 1), st.floats(0, 1))
def test_what_is_said_is_kept_and_little_else(
    before_s: float, said_s: float, after_s: float
) -> None:
    kept = without_edges(between(before_s, said_s, after_s))
    assert said_s - 0.001 <= kept.duration_s <= said_s + 0.06


@given(st.floats(0, 0.5), st.floats(0.01, 0.5), st.floats(0, 0.5))
def test_it_begins_and_ends_without_a_step(before_s: float, said_s: float, after_s: float) -> None:
    samples = without_edges(between(before_s, said_s, after_s)).samples
    assert samples[0] == 0
    assert abs(samples[-1]) < 0.01


@given(st.integers(0, 20_000), st.floats(0, 1e-4))
def test_silence_is_nothing(n_samples: int, level: float) -> None:
    silent = Clip(np.full(n_samples, level, np.float32), RATE_HZ)
    assert len(without_edges(silent).samples) == 0


def test_the_clip_it_was_given_is_left_alone() -> None:
    clip = between(0, 0.5, 0)
    before = clip.samples.copy()
    without_edges(clip)
    assert np.array_equal(clip.samples, before)


def test_a_pause_is_silence_before_the_clip() -> None:
    clip = between(0, 0.5, 0)
    paused = after_pause(clip, 0.2)
    assert not paused.between(0, 0.2).samples.any()
    assert np.array_equal(paused.samples[3200:], clip.samples)
