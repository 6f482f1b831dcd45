"""One track of a recording that is being made: sound placed on a time line, taken off in order."""

from typing import Final

import numpy as np
from livekit import rtc
from numpy.typing import NDArray

RATE_HZ: Final = 48_000
"""Opus' own."""
DRIFT_S: Final = 0.1
"""Sound that comes later than this, or earlier, begins a new run; closer than this it is joined
on, so that jitter of the network is not heard as gaps."""


class Track:
    """Runs of sound at RATE_HZ; where nothing was placed there is silence."""

    def __init__(self) -> None:
        self._placed: list[tuple[int, NDArray[np.int16]]] = []
        self._end: int | None = None  # sample after the open run; None when none is open
        self._resampler: rtc.AudioResampler | None = None
        self._from_hz = 0

    def place(self, start_s: float, frame: rtc.AudioFrame) -> None:
        """Mono sound of any rate that begins at start_s."""
        start = round(start_s * RATE_HZ)
        if self._end is None or abs(start - self._end) > DRIFT_S * RATE_HZ:
            self._end_run()
            self._end = start
        for made in self._at_rate(frame):
            self._append(made)

    def take(self, first: int, last: int) -> NDArray[np.int16]:
        """Samples [first, last), shape (last - first,); what lay before is forgotten."""
        taken = np.zeros(last - first, np.int16)
        kept: list[tuple[int, NDArray[np.int16]]] = []
        for at, samples in self._placed:
            begin, end = max(at, first), min(at + len(samples), last)
            if begin < end:
                taken[begin - first : end - first] = samples[begin - at : end - at]
            if at + len(samples) > last:
                rest = max(0, last - at)
                kept.append((at + rest, samples[rest:]))
        self._placed = kept
        return taken

    def _append(self, frame: rtc.AudioFrame) -> None:
        assert self._end is not None
        samples = np.frombuffer(frame.data, np.int16).copy()
        self._placed.append((self._end, samples))
        self._end += len(samples)

    def _at_rate(self, frame: rtc.AudioFrame) -> list[rtc.AudioFrame]:
        if frame.sample_rate == RATE_HZ:
            return [frame]
        if self._resampler is None or self._from_hz != frame.sample_rate:
            self._from_hz = frame.sample_rate
            self._resampler = rtc.AudioResampler(frame.sample_rate, RATE_HZ, num_channels=1)
        return self._resampler.push(frame)

    def _end_run(self) -> None:
        if self._resampler is not None:
            for held_back in self._resampler.flush():
                self._append(held_back)
        self._resampler = None
        self._end = None
