"""Hears that a voice has stopped before the voice activity detector does.

The detector's probability falls about a tenth of a second after the sound, and every answer waits
for that. Where a room is quiet the level itself tells: far below what the same voice had a moment
ago it is no speech any more. In a noisy room it never drops so far, and the detector decides.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

DROP_DB: Final = 30.0
"""Unstressed syllables and soft consonants lie up to 25 dB below a voice's peaks."""
FORGETS_DB_PER_S: Final = 3.0
"""The peak fades, so that a shout does not make what follows inaudible."""
FLOOR_DB: Final = -60.0
"""A voice whose peaks are not above this is left to the detector."""


class LevelDrop:
    """Pure: fed with one window of sound after the other."""

    def __init__(self) -> None:
        self._peak_db = -120.0

    def dropped(self, samples: NDArray[np.float32], duration_s: float) -> bool:
        """Whether this window is far below the voice. samples: mono, in [-1, 1]."""
        if len(samples) == 0:
            return False
        level_db = 10 * math.log10(max(float(np.dot(samples, samples)) / len(samples), 1e-12))
        self._peak_db = max(level_db, self._peak_db - FORGETS_DB_PER_S * duration_s)
        return self._peak_db > FLOOR_DB and level_db < self._peak_db - DROP_DB
