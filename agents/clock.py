"""The time of a call: seconds since it was answered."""

import time


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
