"""A part of a stretch: what the decoder hears as one utterance."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from speech.clip import Clip
from speech.spans import HOP_S, frame_levels, speech_spans
from speech.sphinx_words import RATE_HZ, pcm_of

_LONG_S: Final = 8.0
"""From here on a part ends in a pause; what it takes to end an utterance grows with it ..."""
_LONGEST_S: Final = 20.0
"""... and here it ends wherever it is."""
_PAUSE: Final = round(0.15 / HOP_S)
"""Frames."""
_NOW: Final = round(0.05 / HOP_S)
"""Frames."""
_TELLING: Final = round(0.5 / HOP_S)
"""Frames that a part must have before loud and quiet can be told in it."""
_LOUD_DB, _LOUD = -45.0, round(0.1 / HOP_S)
"""dBFS and frames; so loud, so long is worth hearing also where no speech stands out."""


@dataclass(slots=True)
class SphinxPart:
    start_s: float
    """In the stretch."""
    pcm: bytearray = field(default_factory=bytearray)
    """s16le at RATE_HZ, kept until its words are known."""
    levels: list[float] = field(default_factory=list)
    """dBFS of each 10 ms."""
    _spoken: bool = False

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.pcm) / 2 / RATE_HZ

    def add(self, block: Clip) -> bytes:
        """The block as PCM."""
        pcm = pcm_of(block)
        self.pcm += pcm
        self.levels += frame_levels(block).tolist()
        return pcm

    @property
    def is_over(self) -> bool:
        """In the first real pause after _LONG_S; the longer it is, the less quiet a pause may be,
        for there may be noise, or none at all."""
        long_s = len(self.levels) * HOP_S
        if long_s < _LONG_S:
            return False
        share = min(1.0, 0.1 + 0.9 * (long_s - _LONG_S) / (_LONGEST_S - _LONG_S))
        return max(self.levels[-_PAUSE:]) <= float(np.quantile(self.levels, share))

    def in_mid_word(self, rest: Clip) -> bool:
        """Whether part and rest end loud, for that part: nobody is waiting for these words."""
        if len(self.levels) < _TELLING:
            return False
        levels = np.concatenate([self.levels, frame_levels(rest)])
        quiet, loud = np.quantile(levels, (0.1, 0.95))
        return bool(np.mean(levels[-_NOW:]) > quiet + 0.6 * (loud - quiet))

    def has_speech(self, rest: Clip) -> bool:
        if not self._spoken:
            fed = np.frombuffer(self.pcm, "<i2").astype(np.float32) / 32767
            sound = Clip(np.concatenate([fed, rest.samples]), RATE_HZ)
            n_loud = int(np.sum(frame_levels(sound) > _LOUD_DB))
            self._spoken = n_loud >= _LOUD or bool(speech_spans(sound))
        return self._spoken
