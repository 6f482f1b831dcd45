"""Who spoke when, from the sound of one track."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from speech.clip import Clip
from speech.span import Span

HOP_S = 0.01
"""Spans start and end on multiples of this."""
MIN_SPEECH_S = 0.1
JOIN_GAP_S = 0.2

_DIGITAL_SILENCE_DB = -75.0
"""dBFS; below it a microphone was muted or nothing was played, so it says nothing of noise."""
_FAINTEST_DB = -55.0
"""dBFS; nothing below it is speech, however quiet the rest is."""
_ABOVE_FLOOR_DB = 9.0
"""Speech starts this far above the noise floor ..."""
_ABOVE_UNSTEADY_DB = 6.0
"""... or this far above the quiet parts, where they are no steady noise ..."""
_HYSTERESIS_DB = 4.0
"""... and goes on until it is this much fainter than that."""
_BELOW_PEAK_DB = 32.0
"""Where there is no noise to measure, speech is what lies within this of its loud parts."""


def speech_spans(clip: Clip) -> tuple[Span, ...]:
    """Stretches of speech in seconds of the clip, sorted, apart by JOIN_GAP_S or more.

    Short-time energy (10 ms hop, 30 ms window) against a noise floor taken from the track's own
    10th percentile, with hysteresis. Stretches under MIN_SPEECH_S are dropped after gaps under
    JOIN_GAP_S are joined. Digital silence and steady noise alone give (). Telling speech from
    other loud sounds is not tried: on a call's own track, what stands out is the speaker.
    """
    levels = frame_levels(clip)
    start_db = _threshold(levels)
    if start_db is None:
        return ()
    loud = _with_hysteresis(levels, start_db, start_db - _HYSTERESIS_DB)
    joined = _join(_runs(loud), round(JOIN_GAP_S / HOP_S))
    least = round(MIN_SPEECH_S / HOP_S)
    end_s = clip.duration_s
    return tuple(
        Span(first * HOP_S, min(last * HOP_S, end_s))
        for first, last in joined
        if last - first >= least
    )


def frame_levels(clip: Clip) -> NDArray[np.float64]:
    """dBFS of each 10 ms, over the 30 ms around it, clamped at -120; shape (n_frames,). The last
    frame may be short."""
    hop = max(1, round(clip.rate_hz * HOP_S))
    n_frames = -(-len(clip.samples) // hop)
    if n_frames == 0:
        return np.zeros(0)
    padded = np.pad(clip.samples.astype(np.float64), (0, n_frames * hop - len(clip.samples)))
    # The variance of a frame, not its power: a constant offset or slow rumble is no speech.
    power = padded.reshape(n_frames, hop).var(axis=1)
    around = np.convolve(np.pad(power, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    return np.asarray(10 * np.log10(np.maximum(around, 1e-12)))


def _threshold(levels: NDArray[np.float64]) -> float | None:
    """dBFS from which a frame starts speech; None where nothing stands out."""
    sounding = levels[levels > _DIGITAL_SILENCE_DB]
    if len(sounding) == 0:
        return None
    floor, peak = np.percentile(sounding, (10, 95))
    if peak < _FAINTEST_DB:
        return None
    stands_out = peak - floor >= _ABOVE_FLOOR_DB
    # Noise lies close together; the quiet parts of clean speech are spread over tens of dB.
    steady = np.mean(np.abs(sounding - floor) < 3.0) > 0.2
    between_silences = len(sounding) < 0.95 * len(levels)
    if stands_out:
        above_floor = floor + (_ABOVE_FLOOR_DB if steady else _ABOVE_UNSTEADY_DB)
        start = above_floor if steady else max(above_floor, peak - _BELOW_PEAK_DB)
        return float(max(start, _FAINTEST_DB))
    return float(max(peak - _BELOW_PEAK_DB, _FAINTEST_DB)) if between_silences else None


def _with_hysteresis(
    levels: NDArray[np.float64], start_db: float, go_on_db: float
) -> NDArray[np.bool_]:
    """True in every run above go_on_db that reaches start_db."""
    marked = np.zeros(len(levels), dtype=bool)
    for first, last in _runs(levels >= go_on_db):
        if levels[first:last].max() >= start_db:
            marked[first:last] = True
    return marked


def _runs(marked: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and past-the-last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.pad(marked.astype(np.int8), 1)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _join(runs: Iterator[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
