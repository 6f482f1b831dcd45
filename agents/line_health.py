"""How well a line carried the rep's sound."""

from dataclasses import dataclass

from agents.line_jitter import JitterCounts


@dataclass(frozen=True, slots=True)
class LineHealth:
    n_frames: int = 0
    """Frames of the microphone that came."""
    n_missing: int = 0
    """Frames that did not come, or too late; silence took their place."""
    n_late: int = 0
    """Of them, those that came too late."""
    n_doubled: int = 0
    """Frames that came more than once, or from long ago; dropped."""
    n_restarts: int = 0
    """Times that the far end began to count anew."""
    n_dropped: int = 0
    """Frames that came and were lost because the call could not keep up: the oldest."""
    n_detached: int = 0
    """Times that the far end was lost."""

    @classmethod
    def of(cls, counts: JitterCounts, n_dropped: int, n_detached: int) -> "LineHealth":
        return cls(
            n_frames=counts.n_frames,
            n_missing=counts.n_missing,
            n_late=counts.n_late,
            n_doubled=counts.n_doubled,
            n_restarts=counts.n_restarts,
            n_dropped=n_dropped,
            n_detached=n_detached,
        )

    @property
    def sound(self) -> bool:
        """Whether nothing of the rep was lost."""
        return not (self.n_missing or self.n_dropped or self.n_detached)
