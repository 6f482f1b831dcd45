"""A line says that sound played only when it did."""

import asyncio
import struct
from typing import Any

import pytest
from livekit import rtc
from livekit.agents.voice import io

from agents.file_line import RATE_HZ, FileLine
from agents.lines import HEADER, MAX_QUEUED_FRAMES, LineInput, SocketLine
from configs.fault import Fault


def frame(duration_s: float, rate_hz: int = 48_000) -> rtc.AudioFrame:
    n = round(duration_s * rate_hz)
    return rtc.AudioFrame(b"\1\0" * n, rate_hz, 1, n)


class FarEnd:
    """A browser that keeps what it was sent."""

    def __init__(self) -> None:
        self.pcm = b""
        self.offsets: list[tuple[int, int]] = []
        self.messages: list[dict[str, Any]] = []
        self.line = SocketLine(rate_hz=48_000, send_audio=self.take_audio, send_json=self.take_json)
        self.started: list[io.PlaybackStartedEvent] = []
        self.progressed: list[io.PlaybackProgressedEvent] = []
        self.finished: list[io.PlaybackFinishedEvent] = []
        self.line.audio_output.on("playback_started", self.started.append)
        self.line.audio_output.on("playback_progressed", self.progressed.append)
        self.line.audio_output.on("playback_finished", self.finished.append)

    async def take_audio(self, message: bytes) -> None:
        self.offsets.append(HEADER.unpack(message[:8]))
        self.pcm += message[8:]

    async def take_json(self, message: dict[str, Any]) -> None:
        self.messages.append(message)

    async def report(self, kind: str, segment: int, **more: Any) -> None:
        await self.line.receive_report({"type": kind, "segment": segment, **more})


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_reply_reaches_the_far_end_whole_and_in_order() -> None:
    far = FarEnd()
    for _ in range(3):
        await far.line.audio_output.capture_frame(frame(0.25))
    far.line.audio_output.flush()
    await settle()
    assert len(far.pcm) == 2 * 36_000
    assert far.messages == [{"type": "flush", "segment": 1}]
    assert [o for _, o in far.offsets] == sorted({o for _, o in far.offsets})
    await far.line.aclose()


async def test_nothing_counts_as_played_until_the_far_end_says_so() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(0.5))
    far.line.audio_output.flush()
    await settle()
    assert (far.started, far.finished) == ([], [])
    await far.report("playback_started", 1)
    await far.report("playback_progress", 1, played_s=0.2)
    await far.report("playback_finished", 1, played_s=0.5, interrupted=False)
    assert len(far.started) == 1
    assert sum(p.duration for p in far.progressed) == pytest.approx(0.5)
    assert far.finished[0].playback_position == pytest.approx(0.5)
    assert not far.finished[0].interrupted
    await far.line.aclose()


async def test_an_interruption_clears_the_far_end_and_keeps_what_was_heard() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(2.0))
    await far.report("playback_started", 1)
    far.line.audio_output.clear_buffer()
    await settle()
    assert {"type": "clear", "segment": 1} in far.messages
    await far.report("playback_finished", 1, played_s=0.7, interrupted=True)
    assert far.finished[0].playback_position == pytest.approx(0.7)
    assert far.finished[0].interrupted
    await far.line.aclose()


async def test_a_far_end_that_claims_more_than_it_was_sent_is_not_believed() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(0.5))
    await far.report("playback_started", 1)
    await far.report("playback_finished", 1, played_s=90.0, interrupted=False)
    assert far.finished[0].playback_position == pytest.approx(0.5)
    await far.line.aclose()


async def test_late_reports_about_an_old_reply_are_dropped() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(0.1))
    far.line.audio_output.flush()
    await far.report("playback_started", 1)
    await far.report("playback_finished", 1, played_s=0.1, interrupted=False)
    await far.line.audio_output.capture_frame(frame(0.1))
    await far.report("playback_finished", 1, played_s=0.1, interrupted=False)
    assert len(far.finished) == 1
    await far.line.aclose()


@pytest.mark.slow
async def test_a_far_end_that_never_reports_does_not_hold_up_the_call() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(0.1))
    far.line.audio_output.clear_buffer()
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 2.0)
    assert far.finished[0].playback_position == 0.0
    await far.line.aclose()


@pytest.mark.parametrize(
    "message", [b"", b"\0" * 8, b"\0" * 9, struct.pack("<II", 0, 0) + b"\0" * 96_002]
)
async def test_a_frame_that_is_not_one_is_refused_with_a_code(message: bytes) -> None:
    far = FarEnd()
    with pytest.raises(Fault, match="16-bit") as caught:
        await far.line.receive_audio(message)
    assert caught.value.code == "line-frame-not-valid"
    await far.line.aclose()


async def test_a_report_that_is_not_one_is_refused_with_a_code() -> None:
    far = FarEnd()
    with pytest.raises(Fault) as caught:
        await far.line.receive_report({"type": "playback_progress", "segment": "x"})
    assert caught.value.code == "line-report-not-valid"
    await far.line.aclose()


async def test_the_oldest_microphone_frame_goes_first_when_the_call_cannot_keep_up() -> None:
    line_input = LineInput("test")
    reader = asyncio.create_task(line_input.__anext__())
    await settle()
    for i in range(MAX_QUEUED_FRAMES + 10):
        line_input.push(struct.pack("<h", i), 8_000)
    await reader
    assert line_input.n_dropped in (9, 10)


async def test_sound_from_before_the_call_listens_is_not_part_of_it() -> None:
    line_input = LineInput("test")
    line_input.push(b"\1\0", 8_000)
    reader = asyncio.create_task(line_input.__anext__())
    await settle()
    line_input.push(b"\2\0", 8_000)
    assert bytes((await reader).data) == b"\2\0"


async def test_a_held_line_carries_silence_so_that_the_time_line_goes_on() -> None:
    line_input = LineInput("test")
    reader = asyncio.create_task(line_input.__anext__())
    await settle()
    line_input.held = True
    line_input.push(b"\1\0\1\0", 8_000)
    heard = await reader
    assert bytes(heard.data) == bytes(4)


@pytest.mark.slow
async def test_a_clocked_player_reports_real_time_and_stops_when_cleared() -> None:
    line = FileLine()
    finished: list[io.PlaybackFinishedEvent] = []
    line.audio_output.on("playback_finished", finished.append)
    await line.audio_output.capture_frame(frame(0.3, RATE_HZ))
    line.audio_output.flush()
    await line.audio_output.wait_for_playout()
    await line.audio_output.capture_frame(frame(5.0, RATE_HZ))
    await asyncio.sleep(0.2)
    line.audio_output.clear_buffer()
    await line.audio_output.wait_for_playout()
    assert finished[0].playback_position == pytest.approx(0.3)
    assert not finished[0].interrupted
    assert finished[1].interrupted
    assert 0.05 < finished[1].playback_position < 1.0
    await line.aclose()
