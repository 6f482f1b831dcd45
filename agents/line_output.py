"""The buyer's sound on its way to a far end that plays it and reports what it really played."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from livekit import rtc
from livekit.agents.voice import io

from agents.line_frame import FRAME_S, HEADER

AHEAD_S: Final = 1.0
"""Sound sent ahead of what has been played: enough for a network that stutters, and little to
take back."""
SILENT_FAR_END_S: Final = 3.0
"""How long the far end may owe a playback report before it is taken as lost."""
UNREPORTED_S: Final = 0.2
"""A far end in mid-reply may leave this much unreported; it reports ten times a second."""


class SocketOutput(io.AudioOutput):
    """Keeps a reply and hands it out a second ahead of its playing.

    A far end that is held plays nothing and owes nothing. What was held goes on where it stopped.
    """

    def __init__(self, *, rate_hz: int, post: Callable[[bytes | dict[str, Any]], None]) -> None:
        super().__init__(
            label="socket",
            capabilities=io.AudioOutputCapabilities(pause=True),
            sample_rate=rate_hz,
        )
        self._rate_hz = rate_hz
        self._post = post
        self._segment = 0
        self._open = False  # the segment still takes frames
        self._in_flight = False  # the far end has not said that it finished
        self._ending = False  # it was told that nothing more comes
        self._cleared = False
        self._held = False
        self._attached = True
        self._unsent: deque[bytes] = deque()
        self._n_sent = 0
        self._played_s = 0.0
        self._started = False
        self._zero_at: float | None = None
        self._watch: asyncio.TimerHandle | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        while self._in_flight and not self._open:  # one reply at a time at the far end
            await self.wait_for_playout()
        await super().capture_frame(frame)
        if not self._open:
            self._begin_segment()
        pcm = bytes(frame.data)
        step = 2 * round(FRAME_S * self._rate_hz)
        self._unsent += [pcm[start : start + step] for start in range(0, len(pcm), step)]
        self._send()

    def _begin_segment(self) -> None:
        self._segment += 1
        self._open = self._in_flight = True
        self._ending = self._cleared = self._started = False
        self._n_sent = 0
        self._played_s = 0.0
        self._zero_at = None

    def _send(self) -> None:
        """What may go by now: AHEAD_S more than was played."""
        if not self._in_flight or not self._attached:
            return
        may_go = round((self._played_s + AHEAD_S) * self._rate_hz)
        while self._unsent and self._n_sent < may_go:
            piece = self._unsent.popleft()
            self._post(HEADER.pack(self._segment, self._n_sent) + piece)
            self._n_sent += len(piece) // 2
        if not self._open and not self._unsent and not self._ending:
            self._ending = True
            self._post({"type": "flush", "segment": self._segment})
            self._expect_report()
        elif self._watch is None:
            self._expect_report()

    def flush(self) -> None:
        super().flush()
        if not self._open:
            return
        self._open = False
        self._send()

    def clear_buffer(self) -> None:
        if not self._in_flight:
            return
        if not self._attached:  # nothing of it was heard
            self._finish(0.0, interrupted=True)
            return
        self._open = False
        self._ending = self._cleared = True
        self._unsent.clear()
        self._post({"type": "clear", "segment": self._segment})
        self._expect_report()

    def pause(self) -> None:
        super().pause()
        self._hold(True)

    def resume(self) -> None:
        super().resume()
        self._hold(False)

    def _hold(self, on: bool) -> None:
        """Holds until released, also the replies that come meanwhile."""
        if on == self._held:
            return
        self._held = on
        self._zero_at = None
        self._post({"type": "hold" if on else "release"})
        self._expect_report()

    # -- what the far end says --------------------------------------------------------------------

    def report(self, kind: str, segment: int, played_s: float, interrupted: bool) -> None:
        """Take the far end's word for what it played; late words about old segments are dropped."""
        if not self._in_flight or segment != self._segment:
            return
        played_s = min(max(played_s, self._played_s), self._n_sent / self._rate_hz)
        if kind == "playback_started" and not self._started:
            self._started = True
            self._zero_at = time.time()
            self.on_playback_started(created_at=self._zero_at)
        elif kind == "playback_progress":
            self._progress(played_s)
        elif kind == "playback_finished":
            self._finish(played_s, interrupted)
        if self._in_flight:
            self._expect_report()
            self._send()

    def _progress(self, played_s: float) -> None:
        gained_s = played_s - self._played_s
        if not self._started or gained_s <= 0:
            return
        at = self._began_at(played_s) + self._played_s
        self.on_playback_progressed(started_at=at, offset=self._played_s, duration=gained_s)
        self._played_s = played_s
        if self._open and played_s * self._rate_hz >= self._n_sent:
            self._zero_at = None  # it ran dry: what follows plays when it gets there

    def _began_at(self, played_s: float) -> float:
        """time.time() at which the reply would have begun, had this run of it not been held up.

        A report can be late, never early: the least delayed of a run is right.
        """
        zero_at = time.time() - played_s
        self._zero_at = zero_at if self._zero_at is None else min(zero_at, self._zero_at)
        return self._zero_at

    def _finish(self, played_s: float, interrupted: bool) -> None:
        self._progress(played_s)
        self._stop_watch()
        self._unsent.clear()
        self._in_flight = self._open = False
        self.on_playback_finished(playback_position=self._played_s, interrupted=interrupted)

    # -- a far end that says nothing --------------------------------------------------------------

    def _expect_report(self) -> None:
        self._stop_watch()
        limit_s = self._owed_within_s()
        if limit_s is not None:
            loop = asyncio.get_running_loop()
            self._watch = loop.call_later(limit_s, self._give_up)

    def _owed_within_s(self) -> float | None:
        """None while the far end owes no report."""
        if not self._in_flight or not self._attached:
            return None
        if self._cleared:
            return SILENT_FAR_END_S / 3
        left_s = self._n_sent / self._rate_hz - self._played_s
        if self._held or not (self._ending or left_s > UNREPORTED_S):
            return None
        return left_s + SILENT_FAR_END_S

    def _give_up(self) -> None:
        self._watch = None
        if not self._cleared:  # should it play after all, then not into the next reply
            self._post({"type": "clear", "segment": self._segment})
        self._finish(self._played_s, interrupted=True)

    def _stop_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    # -- a far end that goes ----------------------------------------------------------------------

    def detach(self) -> None:
        """What comes now waits for a far end."""
        self.close()
        self._attached = False

    def attach(self) -> None:
        self._attached = True
        if self._held:
            self._post({"type": "hold"})
        self._send()

    def close(self) -> None:
        """The far end is gone: whatever it owed is taken as not played."""
        if self._in_flight:
            self._finish(self._played_s, interrupted=True)
