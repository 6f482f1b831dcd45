"""The time of a call: seconds since it was answered."""

import time
from collections import deque
from typing import Final

WINDOW: Final = 100
"""Frames of 20 ms: two seconds."""


class CallClock:
    """One time zero per call; tracks, words, events and notes all count from it.

    livekit stamps its events with time.time(), so this clock converts from that and nobody else
    on a call reads the wall clock.
    """

    def __init__(self) -> None:
        self._zero: float | None = None

    def answer(self, wall_time: float | None = None) -> None:
        """Set time zero, once."""
        if self._zero is not None:
            raise RuntimeError("a call is answered once")
        self._zero = time.time() if wall_time is None else wall_time

    @property
    def answered(self) -> bool:
        return self._zero is not None

    def now_s(self) -> float:
        """Seconds since the call was answered; 0.0 before."""
        return self.at_s(time.time())

    def at_s(self, wall_time: float) -> float:
        """A livekit time stamp in seconds of the call; never below 0."""
        return 0.0 if self._zero is None else max(0.0, wall_time - self._zero)


class StreamClock:
    """Where the sound of a steady stream lies in the call, from when its frames arrive.

    A frame can be late, never early: the least delayed of the last frames is right, and a stretch
    of lost frames is made up for within two seconds.
    """

    def __init__(self, clock: CallClock) -> None:
        self._clock = clock
        self._zeros_s: deque[float] = deque(maxlen=WINDOW)
        self._heard_s = 0.0

    def arrived(self, duration_s: float) -> float:
        """Count a frame that has just come in whole; gives its start in seconds of the call."""
        self._heard_s += duration_s
        self._zeros_s.append(self._clock.now_s() - self._heard_s)
        return max(0.0, self.zero_s + self._heard_s - duration_s)

    @property
    def zero_s(self) -> float:
        """Call time of the stream's first sample; 0.0 before any frame."""
        return min(self._zeros_s, default=0.0)
