"""A line with no browser: the rep's recorded turns go in, in real time, and the buyer's sound is
played by a clock. `rehearse demo` and the tests call over it; the pipeline is the same."""

import asyncio
import time

import numpy as np
from livekit import rtc
from livekit.agents.voice import io

from agents.line_frame import FRAME_S
from agents.line_health import LineHealth
from agents.line_input import LineInput
from speech.clip import Clip

RATE_HZ = 24_000


class ClockedOutput(io.AudioOutput):
    """Plays in real time by the clock and reports it as a loudspeaker would."""

    def __init__(self) -> None:
        super().__init__(
            label="file",
            capabilities=io.AudioOutputCapabilities(pause=True),
            sample_rate=RATE_HZ,
        )
        self._given_s = 0.0
        self._played_s = 0.0
        self._last_at = 0.0  # time.time() up to which was accounted for
        self._flushed = asyncio.Event()
        self._cleared = asyncio.Event()
        self._player: asyncio.Task[None] | None = None
        self._held = False
        self._may_begin = asyncio.Event()  # not held, or not to be heard at all
        self._may_begin.set()
        self.playing = False

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        if self._player is not None and (self._flushed.is_set() or self._cleared.is_set()):
            await self._player
        await super().capture_frame(frame)
        if self._player is None or self._player.done():
            self._given_s = 0.0
            self._flushed.clear()
            self._cleared.clear()
            self._player = asyncio.create_task(self._play(), name="line-player")
        self._given_s += frame.duration

    def flush(self) -> None:
        super().flush()
        self._flushed.set()

    def clear_buffer(self) -> None:
        self._cleared.set()
        self._may_begin.set()

    def pause(self) -> None:
        super().pause()
        if self.playing:
            self._advance()
        self._held = True
        self._may_begin.clear()

    def resume(self) -> None:
        super().resume()
        if self._held:
            self._last_at = time.time()
        self._held = False
        self._may_begin.set()

    async def _play(self) -> None:
        await self._may_begin.wait()
        self._played_s, self._last_at = 0.0, time.time()
        if not self._cleared.is_set():
            self.playing = True
            self.on_playback_started(created_at=self._last_at)
        while not self._cleared.is_set():
            await asyncio.sleep(FRAME_S)
            self._advance()
            if self._flushed.is_set() and self._played_s >= self._given_s:
                break
        self.playing = False
        self.on_playback_finished(
            playback_position=self._played_s,
            interrupted=self._played_s < self._given_s - FRAME_S,
        )

    def _advance(self) -> None:
        """Play up to now, unless held."""
        now = time.time()
        step_s = min(now - self._last_at, self._given_s - self._played_s)
        if step_s > 0 and not self._held:
            self.on_playback_progressed(
                started_at=self._last_at, offset=self._played_s, duration=step_s
            )
            self._played_s += step_s
        self._last_at = now

    async def aclose(self) -> None:
        self.clear_buffer()
        if self._player is not None:
            await self._player


class FileLine:
    """Feeds silence until told to say a clip; 20 ms frames on a steady clock."""

    def __init__(self) -> None:
        self._input = LineInput("file")
        self._output = ClockedOutput()
        self._pending: list[bytes] = []
        self._said = asyncio.Event()
        self._said.set()
        self._feeder = asyncio.create_task(self._feed(), name="line-feeder")

    @property
    def audio_input(self) -> io.AudioInput:
        return self._input

    @property
    def audio_output(self) -> io.AudioOutput:
        return self._output

    @property
    def buyer_is_playing(self) -> bool:
        return self._output.playing

    def hold(self, on: bool) -> None:
        self._input.held = on

    def health(self) -> LineHealth:
        return LineHealth(n_dropped=self._input.n_dropped)

    async def say(self, clip: Clip) -> None:
        """Speak the clip onto the line; returns when its last frame has gone in.

        The clip must be at 24 kHz."""
        if clip.rate_hz != RATE_HZ:
            raise ValueError(f"a clip for this line is at {RATE_HZ} Hz, not {clip.rate_hz}")
        pcm = (np.clip(clip.samples, -1, 1) * 32767).astype("<i2").tobytes()
        size = 2 * round(FRAME_S * RATE_HZ)
        self._said.clear()
        self._pending += [pcm[i : i + size].ljust(size, b"\0") for i in range(0, len(pcm), size)]
        await self._said.wait()

    async def _feed(self) -> None:
        silence = bytes(2 * round(FRAME_S * RATE_HZ))
        due = time.monotonic()
        while True:
            self._input.push(self._pending.pop(0) if self._pending else silence, RATE_HZ)
            if not self._pending:
                self._said.set()
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def aclose(self) -> None:
        self._feeder.cancel()
        await asyncio.gather(self._feeder, return_exceptions=True)
        self._input.close()
        await self._output.aclose()
