"""The outline of a sound, for drawing a waveform."""

import numpy as np

from speech.clip import Clip


def peaks(clip: Clip, n_bins: int) -> list[float]:
    """The largest |x| of n_bins equal stretches of the clip, each in [0, 1]; all zero for a clip
    without samples. Raises ValueError for n_bins below 1."""
    if n_bins < 1:
        raise ValueError(f"n_bins is 1 or more, not {n_bins}")
    n_samples = len(clip.samples)
    if n_samples == 0:
        return [0.0] * n_bins
    edges = np.arange(n_bins + 1) * n_samples // n_bins
    # A bin narrower than a sample shows the sample it lies in.
    highest = np.maximum.reduceat(np.abs(clip.samples), np.minimum(edges[:-1], n_samples - 1))
    return [float(peak) for peak in np.minimum(highest, 1.0)]
