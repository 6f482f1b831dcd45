"""Lets the voice activity detector sleep while there is nothing but the room to be heard."""

import math
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

SILENT_DB: Final = -70.0
"""dB to full scale below which a frame is silence whatever the room is like."""
ABOVE_FLOOR_DB: Final = 5.0
"""A frame this much above the room's own level is worth a closer look."""
FLOOR_OF_S: Final = 3.0
"""The room's level is the quietest tenth of a second of the last three seconds."""
BLOCK_S: Final = 0.1
N_LEAST: Final = 10
"""Tenths of a second before the room counts as known."""


class QuietGate:
    """Pure: fed with frames, it says whether each is worth looking at."""

    def __init__(self) -> None:
        self._blocks_db: deque[float] = deque(maxlen=round(FLOOR_OF_S / BLOCK_S))
        self._block_s = 0.0
        self._block_power = 0.0
        self._floor_db: float | None = None

    def passes(self, samples: NDArray[np.int16], rate_hz: int) -> bool:
        """samples: mono, shape (n_samples,), not empty."""
        power = float(np.dot(samples.astype(np.float32), samples.astype(np.float32)))
        power /= len(samples) * 32768.0**2
        level_db = _db(power)
        floor_db = self._floor_db
        self._note(power, len(samples) / rate_hz)
        if level_db < SILENT_DB:
            return False
        return floor_db is None or level_db > floor_db + ABOVE_FLOOR_DB

    def _note(self, power: float, duration_s: float) -> None:
        self._block_power += power * duration_s
        self._block_s += duration_s
        if self._block_s >= BLOCK_S:
            self._blocks_db.append(_db(self._block_power / self._block_s))
            self._block_s = self._block_power = 0.0
            if len(self._blocks_db) >= N_LEAST:
                self._floor_db = min(self._blocks_db)


def _db(power: float) -> float:
    return 10 * math.log10(max(power, 1e-12))
