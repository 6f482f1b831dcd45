"""How separately made stretches of one voice's speech are joined: no click, an even pause."""

import numpy as np

from speech.clip import Clip

_HOP_S = 0.005
_QUIET = 10 ** (-55 / 20)
"""RMS below which an engine's sound counts as silence."""
_KEPT_S = 0.02
"""Of silence at either end: weak consonants lie below the threshold."""
_FADE_S = 0.004


def without_edges(clip: Clip) -> Clip:
    """The clip without the silence that the engine left before and after, faded in and out over
    what is kept; empty when it is all silence."""
    hop = max(1, round(_HOP_S * clip.rate_hz))
    n_hops = -(-len(clip.samples) // hop)
    padded = np.pad(clip.samples, (0, n_hops * hop - len(clip.samples))).reshape(n_hops, hop)
    loud = np.flatnonzero(np.sqrt(np.mean(np.square(padded), axis=1)) > _QUIET)
    if not len(loud):
        return Clip(clip.samples[:0], clip.rate_hz)
    kept = round(_KEPT_S * clip.rate_hz)
    first, last = max(0, loud[0] * hop - kept), (loud[-1] + 1) * hop + kept
    return _faded(Clip(clip.samples[first:last], clip.rate_hz))


def after_pause(clip: Clip, pause_s: float) -> Clip:
    """The clip with a pause before it."""
    return Clip(np.pad(clip.samples, (round(pause_s * clip.rate_hz), 0)), clip.rate_hz)


def _faded(clip: Clip) -> Clip:
    n = min(round(_FADE_S * clip.rate_hz), len(clip.samples) // 2)
    samples, ramp = clip.samples.copy(), np.arange(n, dtype=np.float32) / max(1, n)
    samples[:n] *= ramp
    samples[len(samples) - n :] *= ramp[::-1]
    return Clip(samples, clip.rate_hz)
