"""What pocketsphinx says, as words of ours."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from speech.clip import Clip
from speech.words import Word

RATE_HZ: Final = 16_000
"""What the decoder hears."""
_FRAME_S = 0.01
_VARIANT = re.compile(r"\(\d+\)$")


def words_of(
    heard: Iterable[tuple[str, int, int, float]], start_s: float, end_s: float
) -> Iterator[Word]:
    """The words between start_s, which is frame 0, and end_s, none running past it."""
    for text, first, last, p in heard:
        spoken = _VARIANT.sub("", text).lower()
        if spoken[0].isalpha():  # <sil>, [NOISE] and ++UH++ are no words
            first_s = round(start_s + first * _FRAME_S, 3)
            last_s = min(round(start_s + (last + 1) * _FRAME_S, 3), end_s)
            yield Word(spoken, min(first_s, last_s), last_s, min(p, 1.0))


def pcm_of(sound: Clip) -> bytes:
    """s16le of a clip at RATE_HZ."""
    return (np.clip(sound.samples, -1, 1) * 32767).astype("<i2").tobytes()
