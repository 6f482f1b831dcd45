"""Records both sides of a call on one time line while it happens.

livekit's RecorderIO places sound in the same way, but its file trails the call by what its muxer
buffers: a killed process lost twelve seconds. This one loses about two.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from livekit import rtc
from livekit.agents.voice import io

from agents.clock import CallClock, StreamClock
from agents.recorder_track import RATE_HZ, Track
from speech.fault import SpeechFault
from speech.recording_file import not_written

BIT_RATE: Final = 96_000
"""Both sides together."""
BYTES_PER_S: Final = 16_000
"""Of the file, at the most."""
WRITE_EVERY_S: Final = 0.5
LAG_S: Final = 1.0
"""The file ends this much before now: reports about what played may come that late."""
BUFFER_BYTES: Final = 4096
PAGE_US: Final = 200_000
"""Sound in one page of the Ogg file, microseconds: what a kill may take besides."""

_Placed = tuple[int, float, rtc.AudioFrame]
"""Track (0 rep, 1 buyer), start in seconds of the call, sound."""


class Recorder:
    """Two-channel Ogg Opus, rep left, buyer right.

    The rep's sound lies where it arrived, the buyer's where the line says that it played, so the
    file is what was heard; silence is what nothing was placed over. Starting it answers the call:
    its first sample is time zero.
    """

    def __init__(
        self, clock: CallClock, path: Path, *, on_fault: Callable[[SpeechFault], None]
    ) -> None:
        """`on_fault` is called from a thread when nothing more can be written."""
        self._clock = clock
        self._rep_clock = StreamClock(clock)
        self._path = path
        self._on_fault = on_fault
        self._jobs: queue.Queue[_Placed | float | None] = queue.Queue()
        self._output: RecordedOutput | None = None
        self._writer = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._ticker: asyncio.Task[None] | None = None

    def record_input(self, source: io.AudioInput) -> io.AudioInput:
        return RecordedInput(source, self._place_rep)

    def record_output(self, sink: io.AudioOutput) -> io.AudioOutput:
        self._output = RecordedOutput(sink, self._place_buyer)
        return self._output

    async def start(self) -> None:
        """Begin the file and the call's clock."""
        self._clock.answer()
        self._writer.start()
        self._ticker = asyncio.create_task(self._tick(), name="recorder-tick")

    async def aclose(self) -> None:
        """Write what is left and close the file. Safe to call twice, and before start."""
        if self._ticker is None:
            return
        self._ticker.cancel()
        self._ticker = None
        self._jobs.put(self._clock.now_s())
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)

    def _place_rep(self, frame: rtc.AudioFrame) -> None:
        self._jobs.put((0, self._rep_clock.arrived(frame.duration), frame))

    def _place_buyer(self, wall_time: float, frame: rtc.AudioFrame) -> None:
        self._jobs.put((1, self._clock.at_s(wall_time), frame))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            settled_s = self._clock.now_s() - LAG_S
            playing_since = self._output.unsettled_since if self._output else None
            if playing_since is not None:
                settled_s = min(settled_s, self._clock.at_s(playing_since))
            self._jobs.put(settled_s)

    def _write(self) -> None:
        try:
            self._write_all()
        except OSError as error:
            self._on_fault(not_written(error))
        except av.FFmpegError as error:
            self._on_fault(not_written(OSError(error.errno, type(error).__name__)))

    def _write_all(self) -> None:
        tracks = (Track(), Track())
        n_written = 0
        options = {"page_duration": str(PAGE_US), "flush_packets": "1"}
        # A file object, not a path: FFmpeg's own writer keeps quiet about a full disk.
        with (
            self._path.open("wb", buffering=0) as sink,
            av.open(sink, "w", format="ogg", options=options, buffer_size=BUFFER_BYTES) as file,
        ):
            stream = file.add_stream("libopus", rate=RATE_HZ, layout="stereo", bit_rate=BIT_RATE)
            while (job := self._jobs.get()) is not None:
                if isinstance(job, tuple):
                    track, start_s, frame = job
                    tracks[track].place(start_s, frame)
                    continue
                end = round(job * RATE_HZ)
                if end > n_written:
                    both = np.stack([track.take(n_written, end) for track in tracks], axis=1)
                    file.mux(stream.encode(_frame(both, n_written)))
                    n_written = end
            file.mux(stream.encode(None))


def _frame(both: "np.ndarray[tuple[int, int], np.dtype[np.int16]]", at: int) -> av.AudioFrame:
    """Shape (n_samples, 2), int16, as the encoder takes it."""
    frame = av.AudioFrame.from_ndarray(both.reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate = RATE_HZ
    frame.time_base = Fraction(1, RATE_HZ)
    frame.pts = at
    return frame


class RecordedInput(io.AudioInput):
    """Passes the rep's sound on and lets it be placed."""

    def __init__(self, source: io.AudioInput, place: Callable[[rtc.AudioFrame], None]) -> None:
        super().__init__(label="recorded", source=source)
        self._from = source
        self._place = place

    async def __anext__(self) -> rtc.AudioFrame:
        frame = await self._from.__anext__()
        self._place(frame)
        return frame


class RecordedOutput(io.AudioOutput):
    """Passes the buyer's sound on and lets what was played be placed."""

    def __init__(
        self, sink: io.AudioOutput, place: Callable[[float, rtc.AudioFrame], None]
    ) -> None:
        super().__init__(
            label="recorded",
            next_in_chain=sink,
            capabilities=io.AudioOutputCapabilities(pause=True),
            sample_rate=sink.sample_rate,
        )
        assert self.next_in_chain is not None  # livekit puts a proxy around the sink
        self._sink = self.next_in_chain
        self._place = place
        self._segment = bytearray()
        self._rate_hz = sink.sample_rate or RATE_HZ
        self._known_until: float | None = None
        self._held_at: float | None = None

    @property
    def unsettled_since(self) -> float | None:
        """time.time() up to which it is known what played of the reply under way; None when
        none is, or when it is held and all that played before has been told."""
        return None if self._held_for_long() else self._known_until

    def _held_for_long(self) -> bool:
        return self._held_at is not None and time.time() - self._held_at > LAG_S

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await self._sink.capture_frame(frame)
        await super().capture_frame(frame)
        self._rate_hz = frame.sample_rate
        self._segment += frame.data.tobytes()

    def flush(self) -> None:
        super().flush()
        self._sink.flush()

    def clear_buffer(self) -> None:
        self._sink.clear_buffer()

    def pause(self) -> None:
        super().pause()
        self._held_at = time.time() if self._held_at is None else self._held_at

    def resume(self) -> None:
        super().resume()
        if self._known_until is not None and self._held_for_long():
            self._known_until = time.time()
        self._held_at = None

    def on_playback_started(self, *, created_at: float) -> None:
        self._known_until = created_at
        super().on_playback_started(created_at=created_at)

    def on_playback_progressed(self, *, started_at: float, offset: float, duration: float) -> None:
        first, last = (2 * round(at * self._rate_hz) for at in (offset, offset + duration))
        pcm = bytes(self._segment[first:last])
        if pcm:
            self._place(started_at, rtc.AudioFrame(pcm, self._rate_hz, 1, len(pcm) // 2))
        self._known_until = started_at + duration
        super().on_playback_progressed(started_at=started_at, offset=offset, duration=duration)

    def on_playback_finished(
        self,
        *,
        playback_position: float,
        interrupted: bool,
        synchronized_transcript: str | None = None,
    ) -> None:
        self._known_until = None
        self._segment.clear()
        super().on_playback_finished(
            playback_position=playback_position,
            interrupted=interrupted,
            synchronized_transcript=synchronized_transcript,
        )
