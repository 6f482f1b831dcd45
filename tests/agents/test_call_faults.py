"""What goes wrong on a call: it goes on or ends well, and the rep is told."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agents.demo import turn_clip
from agents.events import CallEvent
from agents.file_line import RATE_HZ
from agents.openers import VoiceOpeners
from agents.speaker import Speaker
from configs.demo import DemoTurn
from speech.audio_file import read_recording
from speech.clip import Clip
from speech.espeak import EspeakSynthesizer
from speech.fault import SpeechFault
from speech.loudness import VoiceGains
from speech.pool import InferencePool
from speech.spans import speech_spans
from tests.fakes.caller import SOUND, calling
from tests.fakes.troubled_transcriber import TroubledTranscriber

pytestmark = pytest.mark.slow


def codes(events: list[CallEvent]) -> list[str]:
    return [e.data["code"] for e in events if e.kind == "fault"]


def kinds(events: list[CallEvent]) -> list[str]:
    return [e.kind for e in events]


async def test_a_recognizer_that_hangs_costs_a_turn_and_not_the_call(tmp_path: Path) -> None:
    troubled = TroubledTranscriber(hangs=True)
    try:
        async with calling(tmp_path, {"transcriber": troubled}) as caller:
            await caller.until_kind("buyer_said")
            await caller.say("ask-others")
            beat = await caller.until_kind("beat")
            await caller.until_kind("buyer_said")
            outcome = await caller.hang_up()
    finally:
        troubled.let_go()
    assert codes(caller.events) == ["transcriber-hangs"]
    assert beat.data["beat"] == "clarify"
    assert outcome.ended_reason == "rep_hung_up"
    assert read_recording(tmp_path / "call.ogg").duration_s > 5


async def test_a_recognizer_that_dies_costs_a_turn_and_not_the_call(tmp_path: Path) -> None:
    async with calling(tmp_path, {"transcriber": TroubledTranscriber(dies=True)}) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("ask-others")
        beat = await caller.until_kind("beat")
        await caller.until_kind("buyer_said")
        outcome = await caller.hang_up()
    assert set(codes(caller.events)) == {"engine-gone"}
    assert beat.data["beat"] == "clarify"
    assert outcome.ended_reason == "rep_hung_up"


async def test_a_recognizer_that_takes_three_seconds_is_waited_for(tmp_path: Path) -> None:
    async with calling(tmp_path, {"transcriber": TroubledTranscriber(takes_s=3.0)}) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("goodbye")
        said = await caller.until_kind("rep_said")
        await caller.until_kind("buyer_said")
        await caller.hang_up()
    assert said.data["text"] == "what do you plan to do about the price"
    assert codes(caller.events) == []


class TroubledVoice:
    """A voice that speaks once, then fails or hangs."""

    name = "troubled"
    rough = False

    def __init__(self, *, hangs: bool = False) -> None:
        self._voice = EspeakSynthesizer("en-us")
        self.rate_hz = self._voice.rate_hz
        self._hangs = hangs
        self._left = 2  # its loudness is measured, and the buyer picks up
        self.may_go = threading.Event()

    def synthesize(self, text: str) -> Iterator[Clip]:
        self._left -= 1
        if self._left < 0:
            if self._hangs:
                self.may_go.wait()
            raise SpeechFault("voice-gone", "The voice was expected to speak and is gone.")
        yield from self._voice.synthesize(text)


@pytest.mark.parametrize(("hangs", "code"), [(False, "voice-gone"), (True, "voice-late")])
async def test_a_voice_that_is_lost_in_mid_call_is_replaced(
    tmp_path: Path, hangs: bool, code: str
) -> None:
    voice, pool = TroubledVoice(hangs=hangs), InferencePool(2)
    speaker = Speaker(voice, EspeakSynthesizer("en-us+m3"), pool, VoiceGains(), limit_s=1.0)
    troubled = TroubledTranscriber()
    try:
        others = {"speaker": speaker, "transcriber": troubled, "pool": pool}
        async with calling(tmp_path, others) as caller:
            await caller.until_kind("buyer_said")
            await caller.say("ask-others")
            heard = await caller.until_kind("buyer_said", 30)
            outcome = await caller.hang_up()
    finally:
        voice.may_go.set()
        pool.close(within_s=1)
    assert code in codes(caller.events)
    assert heard.data["text"]
    spoken = speech_spans(read_recording(tmp_path / "call.ogg").buyer)
    assert spoken[-1].end_s == pytest.approx(heard.data["end_s"], abs=0.6)
    assert outcome.ended_reason == "rep_hung_up"


def joined(*clips: Clip) -> Clip:
    return Clip(np.concatenate([clip.samples for clip in clips]), RATE_HZ)


def pause(duration_s: float) -> Clip:
    return Clip(np.zeros(round(duration_s * RATE_HZ), np.float32), RATE_HZ)


async def test_a_reply_to_half_a_turn_leaves_no_trace_when_the_rep_goes_on(tmp_path: Path) -> None:
    """The words read as finished at the pause, so that the reply is made ahead each time."""
    troubled = TroubledTranscriber(lambda fed_s: "what would it cost" + " us" * (fed_s > 1.8))
    first = turn_clip(SOUND, DemoTurn("ask-fuel", ""))
    start_s = speech_spans(first)[0].start_s
    half = first.between(start_s, start_s + 0.9)
    async with calling(tmp_path, {"transcriber": troubled}) as caller:
        await caller.until_kind("buyer_said")
        n_before = len(caller.logged())
        await caller.line.say(joined(half, pause(0.12), half, pause(0.12), half))
        await caller.until_kind("response_gap")
        outcome = await caller.hang_up()
    since = kinds(caller.logged()[n_before:])
    assert since.count("rep_said") == since.count("beat") == 1
    assert since.index("rep_said") < since.index("beat") < since.index("turn_timing")
    assert [u.text for u in outcome.transcript.of("rep")] == ["what would it cost us"]


async def test_a_nod_over_the_buyer_stops_nothing_and_the_reply_is_said_to_its_end(
    tmp_path: Path,
) -> None:
    troubled = TroubledTranscriber()
    clip = turn_clip(SOUND, DemoTurn("ask-fuel", ""))
    start_s = speech_spans(clip)[0].start_s
    async with calling(tmp_path, {"transcriber": troubled}) as caller:
        await caller.until_kind("buyer_said")
        await caller.line.say(clip)
        await caller.until_kind("response_gap")
        troubled.say = lambda _: "right"
        await asyncio.sleep(0.5)
        await caller.line.say(clip.between(start_s, start_s + 0.4))
        heard = await caller.until_kind("buyer_said")
        outcome = await caller.hang_up()
    assert not heard.data["interrupted"]
    assert "right" in [u.text for u in outcome.transcript.of("rep")]
    beats = [e for e in caller.logged() if e.kind == "beat"]
    assert len(beats) == 2  # the opening, and one answer
    assert codes(caller.events) == []


async def test_a_pause_taken_for_the_end_is_counted_and_the_turn_is_heard_as_a_whole(
    tmp_path: Path,
) -> None:
    """The buyer's voice is slow, so that the rep goes on before its first sound."""
    troubled = TroubledTranscriber(lambda _: "not really")
    clip = turn_clip(SOUND, DemoTurn("ask-fuel", ""))
    start_s = speech_spans(clip)[0].start_s
    half = clip.between(start_s, start_s + 1.2)
    voice, pool = SlowVoice(), InferencePool(8)  # replies that were thrown away fill it
    speaker = Speaker(voice, EspeakSynthesizer("en-us"), pool, VoiceGains())
    others = {"transcriber": troubled, "speaker": speaker, "pool": pool}
    others |= {"openers": VoiceOpeners(())}
    async with calling(tmp_path, others) as caller:
        await caller.until_kind("buyer_said")
        voice.takes_s = 2.0
        await caller.line.say(joined(half, pause(0.9), clip))
        await caller.until_kind("response_gap")
        outcome = await caller.hang_up()
    pool.close(within_s=1)
    assert outcome.n_false_cuts == 1
    assert len(outcome.response_gaps_s) == 1
    beats = [e for e in caller.logged() if e.kind == "beat"]
    assert beats[-1].data["because"] == "not really not really"


class SlowVoice:
    name = "slow"
    rough = False

    def __init__(self) -> None:
        self._voice = EspeakSynthesizer("en-us")
        self.rate_hz = self._voice.rate_hz
        self.takes_s = 0.0

    def synthesize(self, text: str) -> Iterator[Clip]:
        time.sleep(self.takes_s)
        yield from self._voice.synthesize(text)
