"""Sound on its way to the decoder: at its rate, in blocks, however it comes."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speech.clip import Clip
from speech.resample import resample
from speech.sphinx_words import RATE_HZ

BLOCK_S: Final = 0.1
_BLOCK = round(BLOCK_S * RATE_HZ)
_MARGIN_S = 0.01
"""Sound on either side that resampling looks at; its filter reaches a third of that."""


class BlockedSound:
    """Where blocks begin and end does not depend on how the sound was cut when it came."""

    def __init__(self) -> None:
        self._came = Clip(np.zeros(0, np.float32), RATE_HZ)
        """At the rate at which it comes; what lies before n_before only serves as margin."""
        self._n_before = 0
        self._ready = np.zeros(0, np.float32)
        """At RATE_HZ, less than a block."""
        self.duration_s = 0.0

    def add(self, sound: Clip) -> Iterator[Clip]:
        """Blocks of BLOCK_S at RATE_HZ that are whole now."""
        if sound.rate_hz != self._came.rate_hz:
            self._ready = self._rest_samples()
            self._came, self._n_before = Clip(sound.samples[:0], sound.rate_hz), 0
        self.duration_s += sound.duration_s
        joined = np.concatenate([self._came.samples, sound.samples])
        self._came = Clip(joined, sound.rate_hz)
        self._resample_more()
        while len(self._ready) >= _BLOCK:
            block, self._ready = self._ready[:_BLOCK], self._ready[_BLOCK:]
            yield Clip(block, RATE_HZ)

    def rest(self) -> Clip:
        """What came after the last whole block; it stays."""
        return Clip(self._rest_samples(), RATE_HZ)

    def _resample_more(self) -> None:
        rate_hz = self._came.rate_hz
        step = rate_hz // math.gcd(rate_hz, RATE_HZ)  # so many samples become a whole number
        margin = step * math.ceil(_MARGIN_S * rate_hz / step)
        n = step * max(1, round(BLOCK_S * rate_hz / step))
        while len(self._came.samples) >= self._n_before + n + margin:
            end = self._n_before + n
            around = Clip(self._came.samples[: end + margin], rate_hz)
            self._ready = np.concatenate([self._ready, self._resampled(around, n)])
            kept = max(0, end - margin)
            self._came, self._n_before = Clip(self._came.samples[kept:], rate_hz), end - kept

    def _rest_samples(self) -> NDArray[np.float32]:
        n = len(self._came.samples) - self._n_before
        return np.concatenate([self._ready, self._resampled(self._came, n)])

    def _resampled(self, around: Clip, n: int) -> NDArray[np.float32]:
        """n samples after n_before, at RATE_HZ; never longer than they were."""
        first = self._n_before * RATE_HZ // around.rate_hz
        n_out = n * RATE_HZ // around.rate_hz
        return resample(around, RATE_HZ).samples[first : first + n_out]
