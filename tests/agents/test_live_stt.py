"""Words of the live call lie where they were spoken."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import inference

from agents.clock import CallClock
from agents.live_stt import LiveTranscriber, to_clip
from speech.clip import Clip
from speech.espeak import EspeakSynthesizer
from speech.fault import SpeechFault
from speech.words import Utterance, Word


class Listener:
    """A Transcriber that hears one word a clip, or fails when told to."""

    name = "scripted"
    rough = False

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.clips: list[Clip] = []

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        self.clips.append(clip)
        if self.fails:
            raise SpeechFault("engine-gone", "The engine was expected to answer and did not.")
        loud = np.flatnonzero(np.abs(clip.samples) > 0.02) / clip.rate_hz
        return (Word("hello", float(loud[0]), float(loud[-1])),)


def spoken() -> Clip:
    voice = EspeakSynthesizer("en-us")
    sound = np.concatenate(
        [c.samples for c in voice.synthesize("Good morning, this is a plain sentence.")]
    )
    return Clip(sound, voice.rate_hz)


async def listen(transcriber: Listener) -> tuple[list[Utterance], list[SpeechFault], float, float]:
    """Feeds 1 s of silence, a sentence, 1 s of silence, in real time; gives where it lay."""
    said: list[Utterance] = []
    faults: list[SpeechFault] = []
    clock, clip = CallClock(), spoken()
    with ThreadPoolExecutor(1) as executor:
        live = LiveTranscriber(
            transcriber,
            inference.VAD(),
            clock,
            executor,
            language="en",
            on_utterance=said.append,
            on_fault=faults.append,
        )
        stream = live.stream()
        pad = np.zeros(clip.rate_hz, np.float32)
        whole = np.concatenate([pad, clip.samples, pad])
        step = clip.rate_hz // 50
        clock.answer()
        start = time.monotonic()
        for i in range(0, len(whole) - step, step):
            pcm = (whole[i : i + step] * 32767).astype("<i2").tobytes()
            stream.push_frame(rtc.AudioFrame(pcm, clip.rate_hz, 1, step))
            await asyncio.sleep(max(0.0, start + (i + step) / clip.rate_hz - time.monotonic()))
        for _ in range(40):
            if said or faults:
                break
            await asyncio.sleep(0.05)
        await stream.aclose()
    loud = np.flatnonzero(np.abs(whole) > 0.02) / clip.rate_hz
    return said, faults, float(loud[0]), float(loud[-1])


@pytest.mark.slow
async def test_an_utterance_lies_where_it_was_spoken_on_the_call_clock() -> None:
    said, faults, start_s, end_s = await listen(Listener())
    assert not faults
    assert said[0].text == "hello"
    assert said[0].start_s == pytest.approx(start_s, abs=0.1)
    assert said[-1].end_s == pytest.approx(end_s, abs=0.15)


@pytest.mark.slow
async def test_an_engine_that_fails_is_reported_and_the_call_goes_on() -> None:
    said, faults, _, _ = await listen(Listener(fails=True))
    assert not said
    assert faults[0].code == "engine-gone"


def test_frames_of_two_channels_become_one_clip() -> None:
    stereo = np.array([[1000, 3000]] * 100, np.int16)
    clip = to_clip([rtc.AudioFrame(stereo.tobytes(), 16_000, 2, 100)])
    assert clip.samples == pytest.approx(2000 / 32768)
