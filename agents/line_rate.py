"""Whether the far end's sound runs at the rate it said, and a bridge to one with another rate."""

from typing import Final

from livekit import rtc

from agents.line_frame import HEADER, WRAP_MS, MicrophoneFrame
from configs.fault import Fault

WINDOW_S: Final = 1.0
"""Of the sender's clock, over which sound and clock are compared."""
TOLERANCE: Final = 0.03
"""Share. 44.1 kHz taken for 48 kHz is 0.08 off."""
FASTEST_S: Final = 15.0
"""Sound may come this much ahead of real time: a stalled network delivers ten seconds at once."""


class RateCheck:
    """Compares the sound that comes with the sender's clock in its frames, and with real time."""

    def __init__(self) -> None:
        self._first: MicrophoneFrame | None = None  # of the window
        self._last: MicrophoneFrame | None = None
        self._window_s = 0.0
        self._came_at_s: float | None = None
        self._heard_s = 0.0

    def arrived(self, frame: MicrophoneFrame, at_s: float) -> None:
        """`at_s` is of any steady clock. Raises Fault "line-rate-not-true"."""
        self._came_at_s = at_s if self._came_at_s is None else self._came_at_s
        self._heard_s += frame.duration_s
        if self._heard_s - (at_s - self._came_at_s) > FASTEST_S:
            raise _not_true(frame.rate_hz, "sends sound faster than time goes by")
        follows = self._last is not None and frame.sequence == self._last.sequence + 1
        self._last = frame
        if self._first is None or not follows:
            self._first, self._window_s = frame, frame.duration_s
            return
        by_clock_s = (frame.start_ms - self._first.start_ms) % WRAP_MS / 1000
        if max(by_clock_s, self._window_s) >= WINDOW_S:
            self._compare(self._window_s, by_clock_s, frame.rate_hz)
            self._first, self._window_s = frame, 0.0
        self._window_s += frame.duration_s

    def _compare(self, sound_s: float, by_clock_s: float, rate_hz: int) -> None:
        if abs(sound_s - by_clock_s) <= TOLERANCE * sound_s:
            return
        if by_clock_s < TOLERANCE * sound_s:
            raise _not_true(rate_hz, "sends frames whose clock stands still")
        came_hz = rate_hz * sound_s / by_clock_s
        raise _not_true(rate_hz, f"sends {came_hz:.0f} samples for each second of its clock")


def _not_true(rate_hz: int, but: str) -> Fault:
    return Fault(
        "line-rate-not-true",
        f"The page said that its sound is mono at {rate_hz} Hz, but it {but}.",
        "Reload the page; if it happens again, update the browser or choose another microphone.",
    )


class RateBridge:
    """Between a line and a far end that came back with sound at another rate."""

    def __init__(self, line_hz: int, far_hz: int) -> None:
        self._line_hz = line_hz
        self._far_hz = far_hz
        self._up = rtc.AudioResampler(far_hz, line_hz, num_channels=1)
        self._down = rtc.AudioResampler(line_hz, far_hz, num_channels=1)

    def up(self, pcm: bytes) -> list[bytes]:
        """The far end's sound at the line's rate; may keep a little back."""
        frame = rtc.AudioFrame(pcm, self._far_hz, 1, len(pcm) // 2)
        return [bytes(made.data) for made in self._up.push(frame)]

    def down(self, message: bytes) -> list[bytes]:
        """A message of the buyer's sound at the far end's rate; its offset stays the line's."""
        header, pcm = message[: HEADER.size], message[HEADER.size :]
        frame = rtc.AudioFrame(pcm, self._line_hz, 1, len(pcm) // 2)
        return [header + bytes(made.data) for made in self._down.push(frame)]
