"""Puts the rep's frames back on their time line.

A WebSocket delivers in order, so most of the time every frame goes straight through, in however
large bursts; what is mended is what the sender lost, doubled or sent in another order.
"""

from dataclasses import dataclass
from typing import Final

from agents.line_frame import MicrophoneFrame

LATE_S: Final = 0.06
"""How long a missing frame is waited for, from the arrival of the next one on."""
MAX_WAITING: Final = 25
"""Frames kept back behind a missing one, at the most."""
LONGEST_GAP_S: Final = 10.0
"""A longer one is not filled: the sender began anew."""
RESTART_AFTER: Final = 25
"""Frames in a row from long ago: the sender counts anew."""
REMEMBERED: Final = 1_000
"""Missing frames that are recognised when they come after all."""
WRAP: Final = 2**32
"""Where the sequence runs on to 0."""


@dataclass(slots=True)
class JitterCounts:
    n_frames: int = 0
    """Frames that came."""
    n_missing: int = 0
    """Frames that did not, or too late: silence of their length lies in their place."""
    n_late: int = 0
    """Of them, those that came too late."""
    n_doubled: int = 0
    """Frames that came again, or from long ago."""
    n_restarts: int = 0
    """Times that the sender began anew."""


class JitterBuffer:
    """Fed with frames and when they came, in seconds of any steady clock."""

    def __init__(self) -> None:
        self.counts = JitterCounts()
        self._last: MicrophoneFrame | None = None  # the last that went on
        self._waiting: dict[int, tuple[MicrophoneFrame, float]] = {}
        self._given_up: dict[int, None] = {}  # in order
        self._n_behind = 0

    def restart(self) -> None:
        """What comes next is another sender's, or the same one's after a break."""
        self._last = None
        self._waiting.clear()
        self._given_up.clear()
        self._n_behind = 0

    def arrived(self, frame: MicrophoneFrame, at_s: float) -> list[bytes]:
        """The sound that may go on now, in order: s16le mono, a frame's length each."""
        self.counts.n_frames += 1
        if self._last is None:
            return [self._pass(frame)]
        if self._is_old(frame):
            self._n_behind += 1
            if self._n_behind < RESTART_AFTER:
                return []
            return self._begin_anew(frame)
        self._n_behind = 0
        if frame.sequence in self._waiting:
            self.counts.n_doubled += 1
            return []
        self._waiting[frame.sequence] = frame, at_s
        return self._released(at_s)

    def _is_old(self, frame: MicrophoneFrame) -> bool:
        if self._steps_to(frame) > 0:
            return False
        if frame.sequence in self._given_up:
            del self._given_up[frame.sequence]
            self.counts.n_late += 1
        else:
            self.counts.n_doubled += 1
        return True

    def _steps_to(self, frame: MicrophoneFrame) -> int:
        """1 for the frame that is due; 0 and less for what went by."""
        assert self._last is not None
        return (frame.sequence - self._last.sequence + WRAP // 2) % WRAP - WRAP // 2

    def _released(self, at_s: float) -> list[bytes]:
        released: list[bytes] = []
        while self._waiting:
            nearest, _ = min(self._waiting.values(), key=lambda pair: self._steps_to(pair[0]))
            n_missing = self._steps_to(nearest) - 1
            if n_missing:
                waited_s = at_s - min(came_s for _, came_s in self._waiting.values())
                if waited_s < LATE_S and len(self._waiting) < MAX_WAITING:
                    break
                released += self._filled(nearest, n_missing)
            del self._waiting[nearest.sequence]
            released.append(self._pass(nearest))
        return released

    def _filled(self, following: MicrophoneFrame, n_missing: int) -> list[bytes]:
        """Silence between the last frame and this one."""
        assert self._last is not None
        last = self._last
        gap_s = n_missing * last.duration_s
        if gap_s > LONGEST_GAP_S:
            self.counts.n_restarts += 1
            self._given_up.clear()
            return []
        self.counts.n_missing += n_missing
        for step in range(1, n_missing + 1):
            self._given_up[(last.sequence + step) % WRAP] = None
        while len(self._given_up) > REMEMBERED:
            del self._given_up[next(iter(self._given_up))]
        return [bytes(len(last.pcm))] * n_missing

    def _begin_anew(self, frame: MicrophoneFrame) -> list[bytes]:
        self.restart()
        self.counts.n_restarts += 1
        return [self._pass(frame)]

    def _pass(self, frame: MicrophoneFrame) -> bytes:
        self._last = frame
        return frame.pcm
