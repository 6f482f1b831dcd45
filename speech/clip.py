"""A stretch of sound in memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One track of sound."""

    samples: NDArray[np.float32]
    """Mono, in [-1, 1], shape (n_samples,)."""
    rate_hz: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 1:
            raise ValueError(f"a clip is mono, shape (n_samples,), not {self.samples.shape}")
        if self.rate_hz <= 0:
            raise ValueError(f"rate_hz must be positive, not {self.rate_hz}")

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz

    def between(self, start_s: float, end_s: float) -> "Clip":
        """The part from start_s to end_s, in seconds of this clip; clamped to it."""
        first, last = (max(0, round(t * self.rate_hz)) for t in (start_s, end_s))
        return Clip(self.samples[first:last], self.rate_hz)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """The two tracks of a call on one time line that starts when the call was answered."""

    rep: Clip
    buyer: Clip

    @property
    def duration_s(self) -> float:
        return max(self.rep.duration_s, self.buyer.duration_s)
