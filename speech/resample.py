"""One rate to another."""

from collections.abc import Iterator

import av
import numpy as np
from numpy.typing import NDArray

from speech.clip import Clip

_BLOCK = 1 << 18
"""Samples handed over at a time: bounded memory, and other threads get their turn."""


def resample(clip: Clip, rate_hz: int) -> Clip:
    """The same sound at rate_hz, band-limited to both rates, round(n * rate_hz / clip.rate_hz)
    samples. By FFmpeg's swresample (windowed sinc), which keeps the sound where it was in time.
    """
    if rate_hz == clip.rate_hz:
        return clip
    n_out = round(len(clip.samples) * rate_hz / clip.rate_hz)
    pieces = list(_pieces(clip, rate_hz)) if n_out else []
    sound = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    missing = max(0, n_out - len(sound))
    return Clip(np.pad(sound[:n_out], (0, missing)).astype(np.float32, copy=False), rate_hz)


def _pieces(clip: Clip, rate_hz: int) -> Iterator[NDArray[np.float32]]:
    converter = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
    samples = np.ascontiguousarray(clip.samples, dtype=np.float32)
    for first in range(0, len(samples), _BLOCK):
        block = samples[None, first : first + _BLOCK]
        frame = av.AudioFrame.from_ndarray(block, format="flt", layout="mono")
        frame.rate = clip.rate_hz
        yield from (f.to_ndarray()[0] for f in converter.resample(frame))
    yield from (f.to_ndarray()[0] for f in converter.resample(None))
