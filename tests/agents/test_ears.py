"""The ears of a call with livekit's real detectors: what the rep does, told when it is done."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from livekit.agents import inference

from agents.clock import CallClock
from agents.demo import turn_clip
from agents.detectors import Detectors
from agents.ears import Ears
from agents.file_line import RATE_HZ, FileLine
from agents.turn import Turn
from agents.turn_taking import Limits
from configs.demo import DemoTurn
from speech.clip import Clip
from speech.fault import SpeechFault
from speech.pool import InferencePool
from speech.spans import speech_spans
from speech.transcriber import Transcriber
from tests.fakes.troubled_transcriber import TroubledTranscriber

pytestmark = pytest.mark.slow

SOUND = Path(str(files("configs"))) / "demo" / "sound" / "pricing-objection"


class Heard:
    """A turn.Listener that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.turns: list[Turn] = []
        self.ahead: list[Turn] = []
        self.nods: list[Turn] = []
        self.cuts: list[Turn] = []
        self.texts: list[str] = []
        self.faults: list[SpeechFault] = []
        self._news = asyncio.Event()

    def _tell(self, kind: str) -> None:
        self.told.append(kind)
        self._news.set()

    def rep_speaks(self, on: bool) -> None:
        self._tell(f"rep {'speaks' if on else 'pauses'}")

    def rep_so_far(self, text: str) -> None:
        self.texts.append(text)

    def turn_ahead(self, turn: Turn) -> None:
        self.ahead.append(turn)
        self._tell("ahead")

    def turn_withdrawn(self) -> None:
        self._tell("withdrawn")

    def turn_over(self, turn: Turn) -> None:
        self.turns.append(turn)
        self._tell("over")

    def rep_nodded(self, turn: Turn) -> None:
        self.nods.append(turn)
        self._tell("nodded")

    def rep_pauses(self, turn: Turn) -> None:
        self._tell("may nod")

    def cut_in(self, turn: Turn) -> None:
        self.cuts.append(turn)
        self._tell("cut in")

    def hold_buyer(self) -> None:
        self._tell("hold")

    def release_buyer(self) -> None:
        self._tell("release")

    def stop_buyer(self) -> None:
        self._tell("stop")

    async def until(self, there: Callable[[], object], limit_s: float = 20.0) -> None:
        async with asyncio.timeout(limit_s):
            while not there():
                self._news.clear()
                await self._news.wait()


class Hearing:
    """Ears on a FileLine."""

    def __init__(self, transcriber: Transcriber, limits: Limits) -> None:
        self.heard = Heard()
        self.clock = CallClock()
        self.line = FileLine()
        self.pool = InferencePool(2)
        self.ears = Ears(
            clock=self.clock,
            detectors=Detectors(
                self.clock, inference.VAD(), inference.TurnDetector(version="v1-mini")
            ),
            transcriber=transcriber,
            pool=self.pool,
            language="en",
            limits=limits,
            listener=self.heard,
            on_fault=self.heard.faults.append,
        )


@asynccontextmanager
async def hearing(transcriber: Transcriber, limits: Limits | None = None) -> AsyncIterator[Hearing]:
    made = Hearing(transcriber, limits or Limits())
    made.clock.answer()
    running = asyncio.create_task(made.ears.run(made.line.audio_input))
    await asyncio.sleep(0.3)
    try:
        yield made
    finally:
        await made.line.aclose()
        await running
        made.pool.close(within_s=0.5)


def spoken(turn: str = "ask-fuel") -> Clip:
    return turn_clip(SOUND, DemoTurn(turn, ""))


def part(clip: Clip, seconds: float) -> Clip:
    """The first seconds of its speech."""
    start_s = speech_spans(clip)[0].start_s
    return clip.between(start_s, start_s + seconds)


def noise(duration_s: float) -> Clip:
    random = np.random.default_rng(1)
    samples = 0.3 * random.standard_normal(round(duration_s * RATE_HZ))
    return Clip(samples.astype(np.float32), RATE_HZ)


async def test_a_turn_is_told_once_with_its_words_where_it_was_spoken() -> None:
    async with hearing(TroubledTranscriber()) as call:
        clip = spoken()
        spans = speech_spans(clip)
        before_s = call.clock.now_s()
        await call.line.say(clip)
        await call.heard.until(lambda: call.heard.turns)
    (turn,) = call.heard.turns
    assert turn.text == "what do you plan to do about the price"
    assert turn.utterance.start_s == pytest.approx(before_s + spans[0].start_s, abs=0.2)
    assert turn.utterance.end_s == pytest.approx(before_s + spans[-1].end_s, abs=0.2)
    assert call.heard.texts  # there was something to read before it was over


async def test_the_reply_is_asked_for_ahead_of_the_end_with_the_same_words() -> None:
    async with hearing(TroubledTranscriber()) as call:
        await call.line.say(spoken())
        await call.heard.until(lambda: call.heard.turns)
    assert call.heard.ahead[-1].n == call.heard.turns[0].n
    assert call.heard.ahead[-1].text == call.heard.turns[0].text


async def test_words_that_go_on_after_a_pause_are_one_turn() -> None:
    whole = "the price and we plan it"
    troubled = TroubledTranscriber(lambda fed_s: "the price and" if fed_s < 2.2 else whole)
    pause = Clip(np.zeros(round(0.6 * RATE_HZ), np.float32), RATE_HZ)
    async with hearing(troubled) as call:
        sound = [part(spoken(), 1.0), pause, part(spoken(), 1.5)]
        joined = np.concatenate([clip.samples for clip in sound])
        await call.line.say(Clip(joined, RATE_HZ))
        await call.heard.until(lambda: call.heard.turns)
    assert [turn.text for turn in call.heard.turns] == [whole]


async def test_a_noise_is_no_turn_and_does_not_make_the_buyer_pause() -> None:
    async with hearing(TroubledTranscriber(lambda _: "")) as call:
        call.ears.buyer(True)
        for duration_s in (0.03, 0.1, 0.2):
            await call.line.say(noise(duration_s))
            await asyncio.sleep(0.6)
    assert not call.heard.turns
    assert not {"hold", "stop"} & set(call.heard.told)


async def test_the_buyer_is_held_then_stopped_when_the_rep_speaks_over_it() -> None:
    async with hearing(TroubledTranscriber()) as call:
        call.ears.buyer(True)
        await call.line.say(spoken())
        await call.heard.until(lambda: call.heard.turns)
    order = [kind for kind in call.heard.told if kind in ("hold", "stop", "over")]
    assert order == ["hold", "stop", "over"]


async def test_a_nod_lets_the_buyer_go_on_and_is_kept() -> None:
    async with hearing(TroubledTranscriber(lambda _: "right")) as call:
        call.ears.buyer(True)
        await call.line.say(part(spoken(), 0.4))
        await call.heard.until(lambda: call.heard.nods)
    assert not call.heard.turns
    assert "stop" not in call.heard.told
    assert call.heard.nods[0].text == "right"
    assert call.heard.told.count("hold") == call.heard.told.count("release")


async def test_a_call_on_hold_hears_nothing() -> None:
    async with hearing(TroubledTranscriber()) as call:
        call.ears.hold(True)
        await call.line.say(part(spoken(), 1.5))
        await asyncio.sleep(1.5)
        assert not call.heard.turns
        call.ears.hold(False)
        await call.line.say(spoken())
        await call.heard.until(lambda: call.heard.turns)


async def test_a_long_quiet_room_loses_nothing_of_what_is_said_after_it() -> None:
    async with hearing(TroubledTranscriber()) as call:
        await asyncio.sleep(2.5)  # the detectors have gone to sleep
        clip = spoken()
        before_s = call.clock.now_s()
        await call.line.say(clip)
        await call.heard.until(lambda: call.heard.turns)
    start_s = before_s + speech_spans(clip)[0].start_s
    assert call.heard.turns[0].utterance.start_s == pytest.approx(start_s, abs=0.2)


async def test_a_recognizer_that_dies_is_told_and_the_turn_still_ends() -> None:
    async with hearing(TroubledTranscriber(dies=True)) as call:
        await call.line.say(spoken())
        await call.heard.until(lambda: call.heard.turns)
    assert call.heard.faults[0].code == "engine-gone"
    assert call.heard.turns[0].text == ""


async def test_a_recognizer_that_hangs_is_told_and_the_turn_still_ends() -> None:
    troubled = TroubledTranscriber(hangs=True)
    try:
        async with hearing(troubled) as call:
            await call.line.say(spoken())
            await call.heard.until(lambda: call.heard.turns)
            assert call.pool.submit(0, lambda: "free").result(10) == "free"  # type: ignore[arg-type]
    finally:
        troubled.let_go()
    assert "transcriber-hangs" in [fault.code for fault in call.heard.faults]


async def test_a_slow_recognizer_is_waited_for() -> None:
    async with hearing(TroubledTranscriber(takes_s=3.0)) as call:
        await call.line.say(part(spoken(), 2.0))
        await call.heard.until(lambda: call.heard.turns)
    assert call.heard.turns[0].text == "what do you plan to do about the price"
    assert not call.heard.faults


async def test_the_same_script_goes_through_a_real_whisper_model(tiny_whisper: Path) -> None:
    from speech.whisper import WhisperTranscriber

    async with hearing(WhisperTranscriber(tiny_whisper, "tiny")) as call:
        await call.line.say(spoken())
        await call.heard.until(lambda: call.heard.turns)
    turn = call.heard.turns[0]
    assert turn.text.startswith("so what would have to happen")
    starts = [w.start_s for w in turn.utterance.words]
    assert starts == sorted(starts)
    assert turn.utterance.start_s - 0.3 <= starts[0] <= turn.utterance.end_s


async def test_a_rep_who_talks_and_talks_is_cut_into_with_the_words_so_far() -> None:
    clip = part(spoken(), 3.0)
    turn = [clip, clip, part(spoken(), 1.5)]
    long = Clip(np.concatenate([one.samples for one in turn]), RATE_HZ)
    limits = Limits(talks_over_s=4.0)
    async with hearing(TroubledTranscriber(), limits) as call:
        before_s = call.clock.now_s()
        saying = asyncio.create_task(call.line.say(long))
        await call.heard.until(lambda: call.heard.cuts)
        call.ears.buyer(True)
        said_at_s = call.clock.now_s() - before_s
        assert not saying.done()
        await saying
        await call.heard.until(lambda: call.heard.turns)
    (cut,) = call.heard.cuts
    assert 3.9 < said_at_s < 5.0
    assert cut.text.startswith("what do you plan to do about the price")
    assert cut.utterance.end_s - cut.utterance.start_s == pytest.approx(4.0, abs=0.3)
    (rest,) = call.heard.turns  # the rep did not stop: that is a turn of its own
    assert rest.utterance.start_s >= cut.utterance.end_s


async def test_a_recognizer_that_hangs_does_not_keep_the_buyer_from_cutting_in() -> None:
    troubled = TroubledTranscriber(hangs=True)
    clip = part(spoken(), 3.0)
    try:
        async with hearing(troubled, Limits(talks_over_s=2.0)) as call:
            await call.line.say(clip)
            await call.heard.until(lambda: call.heard.cuts)
    finally:
        troubled.let_go()
    assert call.heard.cuts[0].text == ""
