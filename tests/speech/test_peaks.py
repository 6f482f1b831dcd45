"""The outline of a sound."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from speech.clip import Clip
from speech.peaks import peaks

SOUND = hnp.arrays(np.float32, st.integers(1, 300), elements=st.floats(-1.5, 1.5, width=32))


@given(SOUND, st.integers(1, 400))
def test_as_many_bins_as_asked_all_between_0_and_1(sound: np.ndarray, n_bins: int) -> None:
    outline = peaks(Clip(sound, 8_000), n_bins)
    assert len(outline) == n_bins
    assert all(0 <= peak <= 1 for peak in outline)


@given(SOUND, st.integers(1, 400))
def test_the_loudest_sample_is_in_one_of_the_bins(sound: np.ndarray, n_bins: int) -> None:
    assert max(peaks(Clip(sound, 8_000), n_bins)) == min(1.0, float(np.abs(sound).max()))


@given(SOUND, st.integers(1, 300))
def test_each_bin_is_what_a_slow_walk_finds(sound: np.ndarray, n_bins: int) -> None:
    n_bins = min(n_bins, len(sound))
    edges = [n * len(sound) // n_bins for n in range(n_bins + 1)]
    slow = [
        min(1.0, max(abs(float(x)) for x in sound[first:last])) for first, last in pairwise(edges)
    ]
    assert peaks(Clip(sound, 8_000), n_bins) == slow


def test_no_sound_is_flat() -> None:
    assert peaks(Clip(np.zeros(0, np.float32), 8_000), 3) == [0, 0, 0]


def test_no_bins_cannot_be() -> None:
    with pytest.raises(ValueError, match="n_bins"):
        peaks(Clip(np.zeros(5, np.float32), 8_000), 0)
