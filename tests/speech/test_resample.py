"""Resampling keeps what both rates can hold, and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.clip import Clip
from speech.resample import resample


def sine(hz: float, rate_hz: int, duration_s: float = 2.0) -> Clip:
    time_s = np.arange(round(rate_hz * duration_s)) / rate_hz
    return Clip(np.sin(2 * np.pi * hz * time_s).astype(np.float32), rate_hz)


def level_db(samples: np.ndarray) -> float:
    """Against a full sine, away from the ends."""
    return float(10 * np.log10(2 * np.mean(samples[1000:-1000] ** 2) + 1e-20))


@pytest.mark.parametrize("hz", [50, 300, 1_000, 3_000, 5_000, 6_500, 7_000])
def test_what_the_lower_rate_can_hold_stays_as_loud(hz: float) -> None:
    assert level_db(resample(sine(hz, 48_000), 16_000).samples) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize("hz", [8_000, 8_200, 8_500, 9_000, 12_000, 15_700, 20_000, 23_000])
def test_what_it_cannot_hold_does_not_fold_back(hz: float) -> None:
    assert level_db(resample(sine(hz, 48_000), 16_000).samples) < -80


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("from_hz", [8_000, 22_050, 44_100, 48_000])
def test_the_sound_stays_where_it_was_in_time(from_hz: int, rate_hz: int) -> None:
    moved = resample(sine(440, from_hz), rate_hz).samples
    difference = moved - sine(440, rate_hz).samples
    assert level_db(difference) < -80


@settings(max_examples=40, deadline=None)
@given(
    n_samples=st.integers(0, 5_000),
    from_hz=st.integers(4_000, 96_000),
    to_hz=st.sampled_from([8_000, 16_000, 22_050, 44_100, 48_000]),
)
def test_the_length_is_that_of_the_clip(n_samples: int, from_hz: int, to_hz: int) -> None:
    clip = resample(Clip(np.full(n_samples, 0.5, np.float32), from_hz), to_hz)
    assert len(clip.samples) == round(n_samples * to_hz / from_hz)
    assert clip.samples.dtype == np.float32
    assert clip.rate_hz == to_hz


def test_the_same_rate_is_the_same_clip() -> None:
    clip = sine(440, 16_000)
    assert resample(clip, 16_000) is clip
