"""The far end of the benchmark's line: what the rep let be heard, and what the buyer truly played.

Times are time.time(), which livekit stamps its events with. Every arm speaks over the same
FileLine; this only looks on.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from live_sound import Sound
from live_tape import Tape
from livekit import rtc
from livekit.agents.voice import io

from agents.file_line import FileLine

AUDIBLE: Final = round(32768 * 10 ** (-45 / 20))
"""Of a sample of the buyer's sound: -45 dBFS. Silence before the first word is no answer."""
POLL_S: Final = 0.02


@dataclass(slots=True)
class Playback:
    """One stretch of the buyer's sound, as the line says that it played."""

    started_at: float
    loud_s: float | None = None
    """Of its sound, where it is first audible; None as long as it is not."""
    given_s: float = 0.0
    played: list[tuple[float, float, float]] = field(default_factory=list)
    """When, from which second of the sound on, and how many seconds of it."""
    held: list[list[float]] = field(default_factory=list)
    """When it was paused, and when it went on: [start] or [start, end]."""
    ended_at: float | None = None
    interrupted: bool = False

    @property
    def audible_at(self) -> float | None:
        """When the buyer was first heard."""
        if self.loud_s is None:
            return None
        for at, offset_s, duration_s in self.played:
            if offset_s <= self.loud_s < offset_s + duration_s:
                return at + self.loud_s - offset_s
        return None

    @property
    def left_s(self) -> float:
        """Sound that it was given and has not played."""
        return self.given_s - (self.played[-1][1] + self.played[-1][2] if self.played else 0.0)

    @property
    def is_held(self) -> bool:
        return self.ended_at is None and bool(self.held) and len(self.held[-1]) == 1

    def played_after(self, at: float) -> float:
        """Seconds of sound that played from then on."""
        return sum(max(0.0, start + s - max(start, at)) for start, _, s in self.played)

    def silent_from(self, since: float) -> float | None:
        """When it was stopped or held from then on; None as long as it plays on."""
        for one in self.held:
            if one[0] >= since:
                return one[0]
        if self.interrupted and self.ended_at is not None and self.ended_at >= since:
            return self.ended_at
        return None


class WatchedOutput(io.AudioOutput):
    """Passes the buyer's sound on and notes what became of it."""

    def __init__(self, sink: io.AudioOutput) -> None:
        super().__init__(
            label="watched",
            next_in_chain=sink,
            capabilities=io.AudioOutputCapabilities(pause=sink.can_pause),
            sample_rate=sink.sample_rate,
        )
        assert self.next_in_chain is not None
        self._sink = self.next_in_chain
        self._early: list[rtc.AudioFrame] = []  # given before playback was seen to start
        self.playbacks: list[Playback] = []

    @property
    def now(self) -> Playback | None:
        """What plays, or is held, right now."""
        last = self.playbacks[-1] if self.playbacks else None
        return last if last and last.ended_at is None else None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await self._sink.capture_frame(frame)
        await super().capture_frame(frame)
        if self.now is None:
            self._early.append(frame)
        else:
            _give(self.now, frame)

    def flush(self) -> None:
        super().flush()
        self._sink.flush()

    def clear_buffer(self) -> None:
        self._sink.clear_buffer()

    def pause(self) -> None:
        if self.now is not None and not self.now.is_held:
            self.now.held.append([time.time()])
        super().pause()

    def resume(self) -> None:
        if self.now is not None and self.now.is_held:
            self.now.held[-1].append(time.time())
        super().resume()

    def on_playback_started(self, *, created_at: float) -> None:
        playback = Playback(created_at)
        self.playbacks.append(playback)
        for frame in self._early:
            _give(playback, frame)
        self._early.clear()
        super().on_playback_started(created_at=created_at)

    def on_playback_progressed(self, *, started_at: float, offset: float, duration: float) -> None:
        if self.now is not None:
            self.now.played.append((started_at, offset, duration))
        super().on_playback_progressed(started_at=started_at, offset=offset, duration=duration)

    def on_playback_finished(
        self,
        *,
        playback_position: float,
        interrupted: bool,
        synchronized_transcript: str | None = None,
    ) -> None:
        if self.now is not None:
            self.now.interrupted = interrupted
            self.now.ended_at = time.time()
        super().on_playback_finished(
            playback_position=playback_position,
            interrupted=interrupted,
            synchronized_transcript=synchronized_transcript,
        )


def _give(playback: Playback, frame: rtc.AudioFrame) -> None:
    if playback.loud_s is None:
        loud = np.flatnonzero(np.abs(np.frombuffer(frame.data, np.int16)) >= AUDIBLE)
        if len(loud):
            playback.loud_s = playback.given_s + float(loud[0]) / frame.sample_rate
    playback.given_s += frame.duration


@dataclass(frozen=True, slots=True)
class Said:
    """A sound that went onto the line."""

    sound: Sound
    at: float
    """When its first sample went."""

    @property
    def start(self) -> float:
        return self.at + self.sound.start_s

    @property
    def end(self) -> float:
        return self.at + self.sound.end_s


class BenchLine:
    """A Line: FileLine, watched."""

    def __init__(self) -> None:
        self._line = FileLine()
        self.output = WatchedOutput(self._line.audio_output)
        self.tape = Tape(self._line.audio_input)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    @property
    def audio_input(self) -> io.AudioInput:
        return self.tape

    @property
    def audio_output(self) -> io.AudioOutput:
        return self.output

    def begin(self, sound: Sound) -> tuple[Said, "asyncio.Task[None]"]:
        """Speak; the task ends when the last frame has gone in. The clock of the line is steady
        to a frame of 20 ms, so speech ends where it ends in the file, counted from now on."""
        said = Said(sound, time.time())
        self.tape.carries(sound.words)
        return said, asyncio.create_task(self._line.say(sound.clip), name="bench-say")

    async def quiet(self, for_s: float, limit_s: float = 40.0) -> bool:
        """Whether the buyer was silent for so long, within the limit."""
        until = time.time() + limit_s
        since = time.time()
        while time.time() < until:
            if self.output.now is not None:
                since = time.time()
            elif time.time() - since >= for_s:
                return True
            await asyncio.sleep(POLL_S)
        return False

    async def answer(self, after: float, limit_s: float) -> Playback | None:
        """The first reply that was heard to begin after that moment; None when none came, or one
        that had begun before was talked to its end."""
        while time.time() < after + limit_s:
            for one in self.output.playbacks:
                if one.audible_at is not None and one.audible_at >= after:
                    return one
            await asyncio.sleep(POLL_S)
        return None
