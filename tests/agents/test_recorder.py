"""The recording is what was heard, where it was heard, and it is on disk at once."""

import asyncio
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit import rtc
from livekit.agents.voice import io

from agents.clock import CallClock, StreamClock
from agents.file_line import RATE_HZ, FileLine
from agents.recorder import Recorder
from agents.recorder_track import RATE_HZ as OPUS_HZ
from agents.recorder_track import Track
from speech.audio_file import read_recording, read_tracks
from speech.clip import Clip
from speech.fault import SpeechFault
from speech.spans import speech_spans


def frame(value: int, n: int, rate_hz: int = OPUS_HZ) -> rtc.AudioFrame:
    return rtc.AudioFrame(np.full(n, value, np.int16).tobytes(), rate_hz, 1, n)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=12),
    st.lists(st.integers(1, 48_000), max_size=6),
)
def test_sound_is_taken_off_where_it_was_placed_however_it_is_cut(
    runs: list[tuple[int, int]], steps: list[int]
) -> None:
    """Runs of (seconds of silence before, tenths of a second of sound)."""
    track, slow, at_s = Track(), np.zeros(40 * OPUS_HZ, np.int16), 0.0
    for value, (gap_s, tenths) in enumerate(runs, start=1):
        at_s += gap_s
        n = tenths * OPUS_HZ // 10
        track.place(at_s, frame(value, n))
        slow[round(at_s * OPUS_HZ) :][:n] = value
        at_s += tenths / 10
    cuts = np.cumsum([0, *steps]).tolist()
    taken = [track.take(a, b) for a, b in pairwise(cuts)]
    rest = track.take(cuts[-1], len(slow))
    assert np.array_equal(np.concatenate([*taken, rest]), slow)


def test_jitter_is_not_heard_as_gaps() -> None:
    track = Track()
    for i in range(50):
        track.place(1.0 + i * 0.02 + (0.03 if i % 3 else 0.0), frame(5, 960))
    taken = track.take(0, 3 * OPUS_HZ)
    assert np.count_nonzero(taken[OPUS_HZ : 2 * OPUS_HZ]) == OPUS_HZ


def test_sound_of_another_rate_keeps_its_length() -> None:
    track = Track()
    for i in range(100):
        track.place(i * 0.02, frame(1000, 480, 24_000))
    track.place(5.0, frame(1000, 480, 24_000))
    taken = track.take(0, 4 * OPUS_HZ)
    assert np.count_nonzero(np.abs(taken) > 500) == pytest.approx(2 * OPUS_HZ, rel=0.02)


def test_a_late_burst_of_frames_lies_where_it_was_spoken() -> None:
    clock = CallClock()
    clock.answer(time.time() - 10.0)
    stream = StreamClock(clock)
    early = stream.arrived(0.02)
    late = [stream.arrived(0.02) for _ in range(20)]  # twenty frames at one moment
    assert late[-1] - early < 0.1
    assert stream.zero_s == pytest.approx(10.0 - 21 * 0.02, abs=0.05)


class Session:
    """What reads the rep's sound and makes the buyer's, as livekit does."""

    def __init__(self, path: Path) -> None:
        self.faults: list[SpeechFault] = []
        self.line = FileLine()
        self.recorder = Recorder(CallClock(), path, on_fault=self.faults.append)
        self.heard = self.recorder.record_input(self.line.audio_input)
        self.spoken = self.recorder.record_output(self.line.audio_output)

    async def start(self) -> None:
        await self.recorder.start()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for _ in self.heard:
            pass

    async def say(self, clip: Clip) -> None:
        pcm = (clip.samples * 32767).astype("<i2").tobytes()
        await self.spoken.capture_frame(rtc.AudioFrame(pcm, clip.rate_hz, 1, len(pcm) // 2))

    async def aclose(self) -> None:
        await self.line.aclose()
        await self.recorder.aclose()
        self._reader.cancel()


def hum(duration_s: float) -> Clip:
    n = round(duration_s * RATE_HZ)
    return Clip((0.3 * np.sin(np.arange(n) * 0.06)).astype(np.float32), RATE_HZ)


@pytest.mark.slow
async def test_each_side_lies_on_its_own_track_at_its_time(tmp_path: Path) -> None:
    session = Session(tmp_path / "call.ogg")
    await session.start()
    await asyncio.sleep(0.5)
    await session.line.say(hum(0.6))
    await asyncio.sleep(0.4)
    await session.say(hum(0.8))
    session.spoken.flush()
    await session.spoken.wait_for_playout()
    await asyncio.sleep(0.3)
    await session.aclose()
    recording = read_recording(tmp_path / "call.ogg")
    (rep,), (buyer,) = speech_spans(recording.rep), speech_spans(recording.buyer)
    assert (rep.start_s, rep.duration_s) == pytest.approx((0.5, 0.6), abs=0.12)
    assert (buyer.start_s, buyer.duration_s) == pytest.approx((1.5, 0.8), abs=0.15)
    assert session.faults == []


@pytest.mark.slow
async def test_of_an_interrupted_reply_only_what_played_is_recorded(tmp_path: Path) -> None:
    session = Session(tmp_path / "call.ogg")
    finished: list[Any] = []
    session.spoken.on("playback_finished", finished.append)
    await session.start()
    await session.say(hum(5.0))
    await asyncio.sleep(0.7)
    session.spoken.flush()
    session.spoken.clear_buffer()
    await session.spoken.wait_for_playout()
    await asyncio.sleep(0.3)
    await session.aclose()
    (buyer,) = speech_spans(read_recording(tmp_path / "call.ogg").buyer)
    assert isinstance(finished[0], io.PlaybackFinishedEvent)
    assert buyer.duration_s == pytest.approx(finished[0].playback_position, abs=0.1)


@pytest.mark.slow
async def test_a_paused_reply_lies_on_its_track_in_two_parts_where_they_played(
    tmp_path: Path,
) -> None:
    session = Session(tmp_path / "call.ogg")
    await session.start()
    await asyncio.sleep(0.3)
    await session.say(hum(1.6))
    session.spoken.flush()
    await asyncio.sleep(0.8)
    session.spoken.pause()
    await asyncio.sleep(3.0)
    while_held = read_tracks(tmp_path / "call.ogg")[1]
    assert while_held.duration_s > 1.5  # a long pause does not hold up the file
    assert np.count_nonzero(np.abs(while_held.samples) > 0.1) > 0
    session.spoken.resume()
    await session.spoken.wait_for_playout()
    await asyncio.sleep(0.3)
    await session.aclose()
    first, second = speech_spans(read_recording(tmp_path / "call.ogg").buyer)
    assert first.duration_s + second.duration_s == pytest.approx(1.6, abs=0.2)
    assert first.duration_s == pytest.approx(0.8, abs=0.2)
    assert second.start_s - first.end_s == pytest.approx(3.0, abs=0.2)


@pytest.mark.slow
async def test_what_was_said_is_on_the_disk_two_seconds_later(tmp_path: Path) -> None:
    session = Session(tmp_path / "call.ogg")
    await session.start()
    await session.line.say(hum(1.0))
    await asyncio.sleep(2.2)
    so_far = read_tracks(tmp_path / "call.ogg")  # as after a kill: nobody closed the file
    assert so_far[0].duration_s > 1.0
    assert np.abs(so_far[0].samples).max() > 0.2
    await session.aclose()


@pytest.mark.slow
async def test_a_full_disk_is_told_and_closing_still_works() -> None:
    session = Session(Path("/dev/full"))
    await session.start()
    await session.line.say(hum(0.5))
    await asyncio.sleep(2.0)
    await session.aclose()
    assert [fault.code for fault in session.faults] == ["disk-full"]
