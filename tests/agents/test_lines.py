"""A line says that sound played only when it did."""

import asyncio
import struct
from typing import Any

import pytest
from livekit import rtc
from livekit.agents.voice import io

from agents.file_line import RATE_HZ, FileLine
from agents.line_frame import HEADER
from agents.line_input import MAX_QUEUED_FRAMES, LineInput
from agents.lines import SocketLine
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
    await settle()
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


async def test_only_a_second_of_sound_is_sent_ahead_of_what_has_played() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(5.0))
    far.line.audio_output.flush()
    await settle()
    assert len(far.pcm) / 2 / 48_000 == pytest.approx(1.0)
    await far.report("playback_started", 1)
    for tenth in range(1, 50):
        await far.report("playback_progress", 1, played_s=tenth / 10)
        await settle()
        assert len(far.pcm) / 2 / 48_000 == pytest.approx(min(5.0, 1.0 + tenth / 10))
    assert far.messages == [{"type": "flush", "segment": 1}]
    assert {far.offsets[i + 1][1] - o for i, (_, o) in enumerate(far.offsets[:-1])} == {960}
    await far.line.aclose()


async def test_an_interruption_takes_back_what_was_not_sent() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(5.0))
    far.line.audio_output.flush()
    far.line.audio_output.clear_buffer()
    await settle()
    await far.report("playback_started", 1)
    await far.report("playback_finished", 1, played_s=0.3, interrupted=True)
    await settle()
    assert len(far.pcm) / 2 / 48_000 == pytest.approx(1.0)
    assert far.messages == [{"type": "clear", "segment": 1}]
    await far.line.aclose()


async def test_reports_that_come_late_in_a_burst_are_placed_where_it_was_played() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(1.0))
    await far.report("playback_started", 1)
    await asyncio.sleep(0.5)
    for tenth in (1, 2, 3, 4):  # the network held them up
        await far.report("playback_progress", 1, played_s=tenth / 10)
    zero = far.progressed[0].started_at
    assert [p.started_at - zero for p in far.progressed] == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert zero == pytest.approx(far.started[0].created_at, abs=0.01)
    await far.line.aclose()


async def test_a_far_end_that_is_held_owes_no_report() -> None:
    far = FarEnd()
    far.line.audio_output.pause()
    await far.line.audio_output.capture_frame(frame(0.5))
    far.line.audio_output.flush()
    await settle()
    assert [m["type"] for m in far.messages] == ["hold", "flush"]
    assert far.line.audio_output._owed_within_s() is None
    far.line.audio_output.resume()
    assert far.line.audio_output._owed_within_s() == pytest.approx(3.5)
    await far.line.aclose()


@pytest.mark.slow
async def test_a_far_end_that_never_reports_in_mid_reply_is_given_up_and_told() -> None:
    far = FarEnd()
    await far.line.audio_output.capture_frame(frame(9.0))
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 8)  # nobody flushed
    assert (far.finished[0].playback_position, far.finished[0].interrupted) == (0.0, True)
    await settle()
    assert far.messages == [{"type": "clear", "segment": 1}]
    assert len(far.pcm) / 2 / 48_000 == pytest.approx(1.0)
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


async def receive_all(line: SocketLine, messages: list[bytes]) -> None:
    for message in messages:
        await line.receive_audio(message)


async def heard_by(line_input: io.AudioInput, n: int) -> list[bytes]:
    async with asyncio.timeout(5):
        return [bytes((await line_input.__anext__()).data) for _ in range(n)]


async def test_lost_and_doubled_frames_are_mended_and_counted() -> None:
    far = FarEnd()
    hearing = asyncio.create_task(heard_by(far.line.audio_input, 60))
    await settle()
    for n in [*range(10), *range(12, 30), 29, 28, *range(30, 60)]:
        await far.line.receive_audio(HEADER.pack(n, 20 * n) + bytes([n + 1, 0]) * 960)
    heard = [pcm[0] and pcm[0] - 1 for pcm in await hearing]
    assert heard == [*range(10), 0, 0, *range(12, 60)]
    health = far.line.health()
    assert (health.n_missing, health.n_doubled, health.n_frames) == (2, 2, 60)
    assert not health.sound
    await far.line.aclose()


async def test_stereo_that_was_said_to_be_mono_is_refused_with_a_code() -> None:
    far = FarEnd()
    messages = [HEADER.pack(n, 20 * n) + bytes(4 * 960) for n in range(60)]
    with pytest.raises(Fault, match="96000") as caught:
        await receive_all(far.line, messages)
    assert caught.value.code == "line-rate-not-true"
    await far.line.aclose()


async def test_a_lost_far_end_ends_the_reply_where_it_was_and_the_next_one_waits() -> None:
    far = FarEnd()
    output = far.line.audio_output
    await output.capture_frame(frame(3.0))
    await far.report("playback_started", 1)
    await far.report("playback_progress", 1, played_s=0.4)
    await far.line.detach()
    assert (far.finished[0].playback_position, far.finished[0].interrupted) == (0.4, True)
    output.flush()  # livekit ends what it had begun
    far.pcm, far.messages = b"", []
    await output.capture_frame(frame(0.5))
    output.flush()
    await settle()
    assert (far.pcm, far.messages) == (b"", [])
    back = FarEnd()
    far.line.attach(rate_hz=48_000, send_audio=back.take_audio, send_json=back.take_json)
    await settle()
    assert len(back.pcm) == 48_000
    assert back.messages == [{"type": "flush", "segment": 2}]
    await far.report("playback_started", 2)
    await far.report("playback_finished", 2, played_s=0.5)
    assert not far.finished[1].interrupted
    assert far.line.health().n_detached == 1
    await back.line.aclose()
    await far.line.aclose()


async def test_what_waits_for_a_far_end_can_be_taken_back() -> None:
    far = FarEnd()
    await far.line.detach()
    await far.line.audio_output.capture_frame(frame(0.5))
    far.line.audio_output.flush()
    far.line.audio_output.clear_buffer()
    await asyncio.wait_for(far.line.audio_output.wait_for_playout(), 1)
    assert (far.finished[0].playback_position, far.finished[0].interrupted) == (0.0, True)
    await far.line.aclose()


async def test_a_far_end_that_comes_back_is_held_again_when_the_buyer_is() -> None:
    far = FarEnd()
    far.line.audio_output.pause()
    await far.line.detach()
    far.line.attach(rate_hz=48_000, send_audio=far.take_audio, send_json=far.take_json)
    await settle()
    assert far.messages[-1] == {"type": "hold"}
    await far.line.aclose()


@pytest.mark.slow
async def test_while_the_far_end_is_lost_the_rep_is_silent_and_time_goes_on() -> None:
    far = FarEnd()
    reading = asyncio.create_task(heard_by(far.line.audio_input, 25))
    await settle()
    await far.line.detach()
    assert await reading == [bytes(1920)] * 25
    far.line.attach(rate_hz=16_000, send_audio=far.take_audio, send_json=far.take_json)
    for n in range(50):  # it came back with another rate, and counts anew
        await far.line.receive_audio(HEADER.pack(n, 20 * n) + b"\1\1" * 320)
    far.line.audio_input.close()
    heard = b"".join([bytes(f.data) async for f in far.line.audio_input])
    assert len(heard.strip(b"\0")) / 2 == pytest.approx(48_000, rel=0.1)
    await far.line.aclose()


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
