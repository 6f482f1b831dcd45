"""A line carries one call: the rep's sound in, the buyer's sound out.

Sound in and out are livekit's own io.AudioInput and io.AudioOutput. An output is truthful: it
says that playback started, progressed or finished only when the far end really played it, since
the recording, the transcript and the response gap all rest on that.
"""

import asyncio
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from livekit import rtc
from livekit.agents.voice import io

from configs.fault import Fault

FRAME_S: Final = 0.020
"""Sound travels in frames of this length."""
HEADER: Final = struct.Struct("<II")
"""Up: sequence number, milliseconds since capture began. Down: segment, sample offset in it."""
MAX_QUEUED_FRAMES: Final = 500
"""Ten seconds of microphone; the oldest frame goes first when the call cannot keep up."""
SILENT_FAR_END_S: Final = 3.0
"""How long the far end may owe a playback report before it is taken as lost."""
LARGEST_PIECE_S: Final = 0.1
"""Longest stretch of buyer sound in one message."""


class Line(Protocol):
    """What a call needs of the way onto it."""

    @property
    def audio_input(self) -> io.AudioInput: ...

    @property
    def audio_output(self) -> io.AudioOutput: ...

    def hold(self, on: bool) -> None:
        """While on, the rep's sound is replaced by silence, so that the time line goes on."""
        ...

    async def aclose(self) -> None: ...


class LineInput(io.AudioInput):
    """The rep's sound: a bounded queue of frames, the oldest dropped first."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label)
        self._frames: asyncio.Queue[rtc.AudioFrame | None] = asyncio.Queue()
        self._closed = False
        self._listening = False
        self.held = False
        self.n_dropped = 0
        """Frames lost because the call could not keep up."""

    def push(self, pcm: bytes, rate_hz: int) -> None:
        """Add s16le mono sound; what comes before the call listens is not part of it."""
        if self._closed or not self._listening:
            return
        if self._frames.qsize() >= MAX_QUEUED_FRAMES:
            self._frames.get_nowait()
            self.n_dropped += 1
        data = bytes(len(pcm)) if self.held else pcm
        self._frames.put_nowait(rtc.AudioFrame(data, rate_hz, 1, len(data) // 2))

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._frames.put_nowait(None)

    async def __anext__(self) -> rtc.AudioFrame:
        self._listening = True
        frame = await self._frames.get()
        if frame is None:
            self._frames.put_nowait(None)
            raise StopAsyncIteration
        return frame


class SocketOutput(io.AudioOutput):
    """The buyer's sound, sent ahead of time to a player that reports what it really played."""

    def __init__(self, *, rate_hz: int, post: Callable[[bytes | dict[str, Any]], None]) -> None:
        super().__init__(
            label="socket",
            capabilities=io.AudioOutputCapabilities(pause=False),
            sample_rate=rate_hz,
        )
        self._rate_hz = rate_hz
        self._post = post
        self._segment = 0
        self._open = False  # the segment still takes frames
        self._in_flight = False  # the far end has not said that it finished
        self._n_sent = 0
        self._played_s = 0.0
        self._started_at: float | None = None
        self._watch: asyncio.Task[None] | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        while self._in_flight and not self._open:  # one reply at a time at the far end
            await self.wait_for_playout()
        await super().capture_frame(frame)
        if not self._open:
            self._begin_segment()
        pcm = bytes(frame.data)
        step = 2 * round(LARGEST_PIECE_S * self._rate_hz)
        for start in range(0, len(pcm), step):
            piece = pcm[start : start + step]
            self._post(HEADER.pack(self._segment, self._n_sent) + piece)
            self._n_sent += len(piece) // 2

    def _begin_segment(self) -> None:
        self._segment += 1
        self._open = self._in_flight = True
        self._n_sent = 0
        self._played_s = 0.0
        self._started_at = None

    def flush(self) -> None:
        super().flush()
        if not self._open:
            return
        self._open = False
        self._post({"type": "flush", "segment": self._segment})
        left_s = self._n_sent / self._rate_hz - self._played_s
        self._expect_report_within(left_s + SILENT_FAR_END_S)

    def clear_buffer(self) -> None:
        if not self._in_flight:
            return
        self._open = False
        self._post({"type": "clear", "segment": self._segment})
        self._expect_report_within(SILENT_FAR_END_S / 3)

    def report(self, kind: str, segment: int, played_s: float, interrupted: bool) -> None:
        """Take the far end's word for what it played; late words about old segments are dropped."""
        if not self._in_flight or segment != self._segment:
            return
        played_s = min(max(played_s, self._played_s), self._n_sent / self._rate_hz)
        if kind == "playback_started" and self._started_at is None:
            self._started_at = time.time()
            self.on_playback_started(created_at=self._started_at)
        elif kind == "playback_progress":
            self._progress(played_s)
        elif kind == "playback_finished":
            self._finish(played_s, interrupted)

    def _progress(self, played_s: float) -> None:
        gained_s = played_s - self._played_s
        if self._started_at is None or gained_s <= 0:
            return
        self.on_playback_progressed(
            started_at=time.time() - gained_s, offset=self._played_s, duration=gained_s
        )
        self._played_s = played_s

    def _finish(self, played_s: float, interrupted: bool) -> None:
        self._progress(played_s)
        if self._watch is not None:
            self._watch.cancel()
        self._in_flight = self._open = False
        self.on_playback_finished(playback_position=self._played_s, interrupted=interrupted)

    def _expect_report_within(self, limit_s: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = asyncio.create_task(self._give_up_after(limit_s), name="line-playback-watch")

    async def _give_up_after(self, limit_s: float) -> None:
        await asyncio.sleep(limit_s)
        self._watch = None
        self._finish(self._played_s, interrupted=True)

    def close(self) -> None:
        """The far end is gone: whatever it owed is taken as not played."""
        if self._in_flight:
            self._finish(self._played_s, interrupted=True)
        elif self._watch is not None:
            self._watch.cancel()


class SocketLine:
    """A browser over a WebSocket."""

    def __init__(
        self,
        *,
        rate_hz: int,
        send_audio: Callable[[bytes], Awaitable[None]],
        send_json: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._rate_hz = rate_hz
        self._send_audio = send_audio
        self._send_json = send_json
        self._outbox: asyncio.Queue[bytes | dict[str, Any]] = asyncio.Queue()
        self._input = LineInput("socket")
        self._output = SocketOutput(rate_hz=rate_hz, post=self._outbox.put_nowait)
        self._sender = asyncio.create_task(self._send_all(), name="line-sender")

    @property
    def audio_input(self) -> io.AudioInput:
        return self._input

    @property
    def audio_output(self) -> io.AudioOutput:
        return self._output

    def hold(self, on: bool) -> None:
        self._input.held = on

    async def receive_audio(self, message: bytes) -> None:
        """One binary message: header and s16le mono. Raises Fault "line-frame-not-valid"."""
        pcm = message[HEADER.size :]
        longest = 2 * self._rate_hz  # one second
        if len(message) <= HEADER.size or len(pcm) % 2 or len(pcm) > longest:
            raise Fault(
                "line-frame-not-valid",
                f"Expected {HEADER.size} bytes of header and up to one second of 16-bit mono "
                f"sound, got {len(message)} bytes.",
            )
        self._input.push(pcm, self._rate_hz)

    async def receive_report(self, message: dict[str, Any]) -> None:
        """One playback report. Raises Fault "line-report-not-valid"."""
        segment, played_s = message.get("segment"), message.get("played_s", 0.0)
        if not isinstance(segment, int) or not isinstance(played_s, int | float):
            raise Fault(
                "line-report-not-valid", "Expected a whole segment and played_s in seconds."
            )
        self._output.report(
            str(message.get("type")), segment, float(played_s), bool(message.get("interrupted"))
        )

    async def _send_all(self) -> None:
        while True:
            message = await self._outbox.get()
            if isinstance(message, bytes):
                await self._send_audio(message)
            else:
                await self._send_json(message)

    async def aclose(self) -> None:
        self._input.close()
        self._output.close()
        self._sender.cancel()
        await asyncio.gather(self._sender, return_exceptions=True)
