"""What a call may rely on, whatever line it goes over."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest
from livekit import rtc
from livekit.agents.voice import io

from agents.file_line import RATE_HZ, FileLine
from agents.line_frame import HEADER
from agents.lines import Line, SocketLine
from speech.clip import Clip

pytestmark = pytest.mark.slow


class FileEnd:
    """A recorded rep at the other end."""

    def __init__(self) -> None:
        self._line = FileLine()
        self.line: Line = self._line

    async def say(self, clip: Clip) -> None:
        await self._line.say(clip)

    async def aclose(self) -> None:
        await self.line.aclose()


class BrowserEnd:
    """What a page does: sends 20 ms frames all the time, plays what comes and reports it."""

    def __init__(self) -> None:
        self._line = SocketLine(rate_hz=RATE_HZ, send_audio=self._take, send_json=self._obey)
        self.line: Line = self._line
        self._segment = 0
        self._queued_s = 0.0
        self._flushed = self._cleared = self._held = False
        self._may_begin = asyncio.Event()
        self._may_begin.set()
        self._sound = asyncio.Event()
        self._said = asyncio.Event()
        self._speech: list[bytes] = []
        self._tasks = [
            asyncio.create_task(self._speak()),
            asyncio.create_task(self._play()),
        ]

    async def say(self, clip: Clip) -> None:
        pcm = (clip.samples * 32767).astype("<i2").tobytes()
        step = 2 * RATE_HZ // 50
        self._speech += [pcm[i : i + step] for i in range(0, len(pcm), step)]
        self._said.clear()
        await self._said.wait()

    async def _speak(self) -> None:
        for number in range(10_000):
            pcm = self._speech.pop(0) if self._speech else bytes(2 * RATE_HZ // 50)
            await self._line.receive_audio(HEADER.pack(number, number * 20) + pcm)
            if not self._speech:
                self._said.set()
            await asyncio.sleep(0.02)

    async def _take(self, message: bytes) -> None:
        self._segment, _ = HEADER.unpack(message[: HEADER.size])
        self._queued_s += (len(message) - HEADER.size) / 2 / RATE_HZ
        self._sound.set()

    async def _obey(self, message: dict[str, Any]) -> None:
        self._flushed |= message["type"] == "flush"
        self._cleared |= message["type"] == "clear"
        if message["type"] in ("hold", "release"):
            self._held = message["type"] == "hold"
        if self._held and not self._cleared:
            self._may_begin.clear()
        else:
            self._may_begin.set()

    async def _play(self) -> None:
        while True:
            await self._sound.wait()
            await self._may_begin.wait()
            if not self._cleared:
                await self._report("playback_started")
            played_s, last_at = 0.0, time.monotonic()
            while not self._cleared and not (self._flushed and played_s >= self._queued_s):
                await asyncio.sleep(0.02)
                step_s, last_at = time.monotonic() - last_at, time.monotonic()
                if not self._held:
                    played_s = min(played_s + step_s, self._queued_s)
                    await self._report("playback_progress", played_s=played_s)
            cut, self._queued_s = self._cleared, 0.0
            self._flushed = self._cleared = False
            self._sound.clear()
            await self._report("playback_finished", played_s=played_s, interrupted=cut)

    async def _report(self, kind: str, **more: Any) -> None:
        await self._line.receive_report({"type": kind, "segment": self._segment, **more})

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.line.aclose()


FarEnd = FileEnd | BrowserEnd


@pytest.fixture(params=[FileEnd, BrowserEnd], ids=["file", "socket"])
async def far(request: pytest.FixtureRequest) -> AsyncIterator[FarEnd]:
    end: FarEnd = request.param()
    yield end
    await end.aclose()


def hum(duration_s: float) -> Clip:
    n = round(duration_s * RATE_HZ)
    return Clip((0.3 * np.sin(np.arange(n) * 0.06)).astype(np.float32), RATE_HZ)


def reply(duration_s: float) -> rtc.AudioFrame:
    n = round(duration_s * RATE_HZ)
    return rtc.AudioFrame(b"\1\1" * n, RATE_HZ, 1, n)


def noted(line: Line) -> list[Any]:
    seen: list[Any] = []
    for kind in ("playback_started", "playback_progressed", "playback_finished"):
        line.audio_output.on(kind, seen.append)
    return seen


async def listen(line: Line, enough: Callable[[int], bool]) -> np.ndarray[Any, Any]:
    """Samples of the rep, until the number of loud ones is enough."""
    heard: list[np.ndarray[Any, Any]] = []
    async with asyncio.timeout(10):
        async for frame in line.audio_input:
            heard.append(np.frombuffer(frame.data, np.int16))
            if enough(int(np.count_nonzero(np.concatenate(heard)))):
                break
    return np.concatenate(heard)


async def test_what_the_rep_says_comes_in_whole(far: FarEnd) -> None:
    listening = asyncio.create_task(listen(far.line, lambda n: n > 0.45 * RATE_HZ))
    await asyncio.sleep(0.1)
    await far.say(hum(0.5))
    heard = await listening
    assert np.abs(heard).max() == pytest.approx(0.3 * 32767, rel=0.01)


async def test_a_held_line_is_silent_and_goes_on(far: FarEnd) -> None:
    listening = asyncio.create_task(listen(far.line, lambda n: n > 0.15 * RATE_HZ))
    await asyncio.sleep(0.1)
    far.line.hold(True)
    await far.say(hum(0.3))
    await asyncio.sleep(0.1)
    assert not listening.done()
    far.line.hold(False)
    await far.say(hum(0.2))
    heard = await listening
    loud = np.flatnonzero(heard)
    assert loud[0] > 0.3 * RATE_HZ  # the silence took its time


async def test_a_reply_is_reported_as_started_played_and_finished(far: FarEnd) -> None:
    seen = noted(far.line)
    await far.line.audio_output.capture_frame(reply(0.4))
    far.line.audio_output.flush()
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 5)
    assert isinstance(seen[0], io.PlaybackStartedEvent)
    assert isinstance(seen[-1], io.PlaybackFinishedEvent)
    assert seen[-1].playback_position == pytest.approx(0.4, abs=0.01)
    assert not seen[-1].interrupted
    progress = [e for e in seen if isinstance(e, io.PlaybackProgressedEvent)]
    assert sum(e.duration for e in progress) == pytest.approx(0.4, abs=0.01)
    assert [e.offset for e in progress] == sorted(e.offset for e in progress)


async def test_a_cleared_reply_stops_and_tells_how_far_it_came(far: FarEnd) -> None:
    seen = noted(far.line)
    await far.line.audio_output.capture_frame(reply(5.0))
    await asyncio.sleep(0.3)
    far.line.audio_output.clear_buffer()
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 2)
    assert seen[-1].interrupted
    assert 0.05 < seen[-1].playback_position < 1.0


async def test_the_next_reply_after_an_interruption_plays_from_its_start(far: FarEnd) -> None:
    await far.line.audio_output.capture_frame(reply(5.0))
    await asyncio.sleep(0.1)
    far.line.audio_output.flush()  # livekit flushes what it gives up, then clears
    far.line.audio_output.clear_buffer()
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 2)
    seen = noted(far.line)
    await far.line.audio_output.capture_frame(reply(0.2))
    far.line.audio_output.flush()
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 5)
    assert isinstance(seen[0], io.PlaybackStartedEvent)
    assert seen[-1].playback_position == pytest.approx(0.2, abs=0.01)


async def test_a_line_that_closes_in_mid_reply_ends_it(far: FarEnd) -> None:
    seen = noted(far.line)
    await far.line.audio_output.capture_frame(reply(5.0))
    await asyncio.sleep(0.2)
    await far.line.aclose()
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 2)
    assert seen[-1].interrupted


def played_s(seen: list[Any]) -> float:
    return sum(e.duration for e in seen if isinstance(e, io.PlaybackProgressedEvent))


async def test_a_paused_reply_stops_where_it_is_and_goes_on_from_there(far: FarEnd) -> None:
    seen, output = noted(far.line), far.line.audio_output
    assert output.can_pause
    await output.capture_frame(reply(0.8))
    output.flush()
    await asyncio.sleep(0.3)
    output.pause()
    await asyncio.sleep(0.15)  # until the far end has heard of it
    stopped_s, n_seen = played_s(seen), len(seen)
    assert 0.05 < stopped_s < 0.7
    await asyncio.sleep(0.5)
    assert seen[n_seen:] == []
    output.resume()
    await asyncio.wait_for(output.wait_for_playout(), 5)
    assert played_s(seen) == pytest.approx(0.8, abs=0.01)
    assert not seen[-1].interrupted
    runs = [e for e in seen if isinstance(e, io.PlaybackProgressedEvent)]
    first_after = next(e for e in runs if e.offset >= stopped_s - 0.001)
    first = runs[0]
    assert first_after.started_at - first.started_at - first_after.offset > 0.4


async def test_what_is_given_while_paused_waits_and_is_whole(far: FarEnd) -> None:
    seen, output = noted(far.line), far.line.audio_output
    output.pause()
    await output.capture_frame(reply(0.3))
    output.flush()
    await asyncio.sleep(0.3)
    assert seen == []
    output.resume()
    await asyncio.wait_for(output.wait_for_playout(), 5)
    assert isinstance(seen[0], io.PlaybackStartedEvent)
    assert seen[-1].playback_position == pytest.approx(0.3, abs=0.01)


async def test_a_paused_reply_that_is_cleared_ends_where_it_stopped(far: FarEnd) -> None:
    seen, output = noted(far.line), far.line.audio_output
    await output.capture_frame(reply(5.0))
    await asyncio.sleep(0.3)
    output.pause()
    await asyncio.sleep(0.15)
    stopped_s = played_s(seen)
    output.flush()
    output.clear_buffer()
    await asyncio.wait_for(output.wait_for_playout(), 2)
    assert seen[-1].interrupted
    assert seen[-1].playback_position == pytest.approx(stopped_s, abs=0.001)
    output.resume()
    await output.capture_frame(reply(0.2))
    output.flush()
    await asyncio.wait_for(output.wait_for_playout(), 5)
    assert seen[-1].playback_position == pytest.approx(0.2, abs=0.01)
