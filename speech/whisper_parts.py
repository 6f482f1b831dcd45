"""Where a stretch of speech too long for Whisper is cut, told from what was heard so far."""

import numpy as np

from speech.clip import Clip
from speech.spans import HOP_S, frame_levels

LONGEST_PART_S = 24.0
"""Well below the 30 s of Whisper: the last part also holds what comes while it is waited for."""
_SHORTEST_PART_S = LONGEST_PART_S / 2
_QUIET_S = 0.2
"""As long as a pause between words; the closed lips of a p are shorter."""


def next_cut_s(sound: Clip, start_s: float) -> float | None:
    """Where the part that starts at start_s ends; None while it may still grow.

    Looks at LONGEST_PART_S of sound and no further, so that the answer stays the same whatever
    comes later. The middle of the quietest 0.2 s of its second half, on a multiple of HOP_S from
    start_s.
    """
    if sound.duration_s < start_s + LONGEST_PART_S + _QUIET_S:
        return None
    first_s = start_s + _SHORTEST_PART_S
    levels = frame_levels(sound.between(first_s, start_s + LONGEST_PART_S))
    n_quiet = round(_QUIET_S / HOP_S)
    mean = np.convolve(levels, np.full(n_quiet, 1 / n_quiet), mode="valid")
    return first_s + (int(np.argmin(mean)) + n_quiet // 2) * HOP_S
