"""A reply is made ahead, in clauses, and can be thrown away."""

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from agents.frame_buffer import AHEAD_S, FRAME_S, N_AHEAD
from agents.openers import Opener
from agents.speaker import Speaker
from agents.spoken_reply import SpokenReply
from speech.clip import Clip
from speech.espeak import EspeakSynthesizer
from speech.fault import SpeechFault
from speech.loudness import TARGET_LUFS, VoiceGains, loudness_lufs
from speech.pool import InferencePool
from speech.synthesizer import Synthesizer
from tests.fakes.tone_synthesizer import PER_CHARACTER_S, ToneSynthesizer

RATE_HZ = 24_000
TEXT = ("To be honest, we plan ", "all of it by hand. ", "Every single week.")
CLAUSES = ["To be honest, ", "we plan all of it by hand. ", "Every single week."]


class BrokenVoice(ToneSynthesizer):
    """Fails from the nth clause on."""

    name = "broken"

    def __init__(self, n_good: int = 0) -> None:
        super().__init__()
        self._n_left = n_good + 1  # one for measuring its loudness

    def synthesize(self, text: str) -> Iterator[Clip]:
        self._n_left -= 1
        if self._n_left < 0:
            raise SpeechFault("voice-broken", "A voice was expected, and failed.")
        yield from super().synthesize(text)


class CountedVoice(ToneSynthesizer):
    def __init__(self) -> None:
        super().__init__()
        self.n_asked = threading.Semaphore(0)

    def synthesize(self, text: str) -> Iterator[Clip]:
        yield from super().synthesize(text)
        self.n_asked.release()


class HangingVoice(ToneSynthesizer):
    name = "hanging"

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def synthesize(self, text: str) -> Iterator[Clip]:
        self.go_on.wait(60)
        yield from super().synthesize(text)


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(2)
    yield pool
    pool.close()


async def words(*pieces: str, then: asyncio.Event | None = None) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece
    if then is not None:
        then.set()


def spoken(
    pool: InferencePool,
    pieces: AsyncIterator[str],
    *,
    voice: Synthesizer | None = None,
    fallback: Synthesizer | None = None,
    told: list[str] | None = None,
    opener: Opener | None = None,
    limit_s: float = 30,
) -> SpokenReply:
    speaker = Speaker(
        voice or ToneSynthesizer(),
        fallback or ToneSynthesizer(rough=True),
        pool,
        VoiceGains(),
        limit_s=limit_s,
    )
    faults = [] if told is None else told
    return SpokenReply(
        pieces,
        speaker,
        rate_hz=RATE_HZ,
        on_fault=lambda fault: faults.append(fault.code),
        opener=opener,
    )


async def sound_of(reply: SpokenReply) -> Clip:
    heard = []
    async for frame in reply.frames():
        assert (frame.sample_rate, frame.num_channels) == (RATE_HZ, 1)
        assert frame.duration == pytest.approx(FRAME_S)
        heard.append(np.frombuffer(frame.data, np.int16) / 32768)
    sound = np.concatenate(heard) if heard else np.zeros(0)
    return Clip(sound.astype(np.float32), RATE_HZ)


async def text_of(reply: SpokenReply) -> str:
    return "".join([piece async for piece in reply.text()])


def hum_s(text: str) -> float:
    return len("".join(text.split())) * PER_CHARACTER_S


async def test_every_word_is_made_and_heard_once(pool: InferencePool) -> None:
    voice = ToneSynthesizer()
    reply = spoken(pool, words(*TEXT), voice=voice)
    text, sound = await asyncio.gather(text_of(reply), sound_of(reply))
    assert text == reply.written == "".join(TEXT)
    assert voice.said[1:] == CLAUSES
    pauses_s = 0.1 + 0.2
    assert sound.duration_s == pytest.approx(hum_s(text) + pauses_s, abs=0.1)


async def test_text_and_sound_do_not_wait_for_each_other(pool: InferencePool) -> None:
    reply = spoken(pool, words(*TEXT))
    assert await text_of(reply) == "".join(TEXT)
    assert (await sound_of(reply)).duration_s > 1
    await reply.aclose()


async def test_the_first_clause_is_heard_before_the_rest_is_written(pool: InferencePool) -> None:
    goes_on = asyncio.Event()

    async def slow() -> AsyncIterator[str]:
        yield "To be honest, we"
        await goes_on.wait()
        yield " do not. "

    reply = spoken(pool, slow())
    frames = reply.frames()
    await anext(frames)
    assert reply.written == "To be honest, we"
    goes_on.set()
    rest = [frame async for frame in frames]
    assert reply.written == "To be honest, we do not. "
    assert len(rest) * FRAME_S > hum_s("To be honest,")


async def test_the_stages_come_in_order(pool: InferencePool) -> None:
    reply = spoken(pool, words(*TEXT))
    assert (reply.stages.words, reply.stages.clause, reply.stages.sound) == (None, None, None)
    await sound_of(reply)
    stages = reply.stages
    reached = [at for at in (stages.words, stages.clause, stages.sound) if at is not None]
    assert len(reached) == 3
    assert reached == sorted(reached)


async def test_joints_do_not_click(pool: InferencePool) -> None:
    sound = await sound_of(spoken(pool, words(*TEXT)))
    steps = np.abs(np.diff(sound.samples))
    loudest_step = 2 * np.pi * 220 / RATE_HZ * np.abs(sound.samples).max()
    assert steps.max() < 1.5 * loudest_step


async def test_no_more_is_made_than_is_soon_needed(pool: InferencePool) -> None:
    voice = CountedVoice()
    text = [f"This is sentence number {n} of them. " for n in itertools.islice("abcdefghijk", 11)]
    reply = spoken(pool, words(*text), voice=voice)
    await text_of(reply)
    for _ in range(1 + N_AHEAD):
        await asyncio.to_thread(voice.n_asked.acquire, timeout=30)
    await asyncio.sleep(0.1)  # time enough to make one too many
    assert len(voice.said) == 1 + N_AHEAD
    taken_s = 0.0
    async for _ in reply.frames():
        taken_s += FRAME_S
        made_s = sum(hum_s(said) for said in voice.said[1:])
        assert made_s - taken_s < AHEAD_S + 2 * hum_s(text[0])
    assert voice.said[1:] == text


async def test_a_reply_that_is_thrown_away_ends_and_tells_nothing(pool: InferencePool) -> None:
    told: list[str] = []

    async def endless() -> AsyncIterator[str]:
        for n in itertools.count():
            yield f"This is sentence {n}. "
            await asyncio.sleep(0.01)

    reply = spoken(pool, endless(), voice=BrokenVoice(), told=told)
    frames = reply.frames()
    await anext(frames)
    await reply.aclose()
    await reply.aclose()
    assert [frame async for frame in frames] == []
    assert await text_of(reply) == ""
    assert told == []


async def test_a_reply_can_be_thrown_away_before_it_begins(pool: InferencePool) -> None:
    reply = spoken(pool, words(*TEXT))
    await reply.aclose()
    assert (await sound_of(reply)).duration_s == 0


@pytest.mark.parametrize("n_good", [0, 1])
async def test_another_voice_says_the_rest_when_one_fails(pool: InferencePool, n_good: int) -> None:
    told: list[str] = []
    fallback = ToneSynthesizer(16_000)
    reply = spoken(pool, words(*TEXT), voice=BrokenVoice(n_good), fallback=fallback, told=told)
    sound = await sound_of(reply)
    assert fallback.said[1:] == CLAUSES[n_good:]
    assert sound.duration_s == pytest.approx(hum_s("".join(TEXT)) + 0.3, abs=0.1)
    assert told == []
    reply.used()
    assert told == ["voice-broken"]


async def test_a_voice_that_hangs_is_left_alone_until_it_comes_back(pool: InferencePool) -> None:
    told: list[str] = []
    voice, fallback = HangingVoice(), ToneSynthesizer()
    reply = spoken(pool, words(*TEXT), voice=voice, fallback=fallback, told=told, limit_s=0.1)
    reply.used()
    assert (await sound_of(reply)).duration_s > hum_s("".join(TEXT))
    assert told == ["voice-late"]
    assert fallback.said[1:] == CLAUSES
    voice.go_on.set()


async def test_a_call_goes_on_in_silence_when_no_voice_works(pool: InferencePool) -> None:
    told: list[str] = []
    broken = BrokenVoice(n_good=-1)
    reply = spoken(pool, words("Not really"), voice=broken, fallback=broken, told=told)
    reply.used()
    assert (await sound_of(reply)).duration_s == 0
    assert await text_of(reply) == "Not really"
    assert told == ["voice-broken", "voice-broken"]


async def test_late_words_are_opened_with_what_is_there(pool: InferencePool) -> None:
    come = asyncio.Event()

    async def late() -> AsyncIterator[str]:
        await come.wait()
        yield "Hm. We plan by hand. "

    hum = Clip(np.full(RATE_HZ // 2, 0.1, np.float32), RATE_HZ)
    reply = spoken(pool, late(), opener=Opener("Hm.", hum))
    assert reply.begin_with_opener()
    assert not reply.begin_with_opener()
    await anext(reply.frames())
    come.set()
    assert await text_of(reply) == reply.written == "Hm. We plan by hand. "


async def test_a_late_voice_is_opened_with_what_is_there(pool: InferencePool) -> None:
    voice, written = HangingVoice(), asyncio.Event()
    hum = Clip(np.full(RATE_HZ // 2, 0.1, np.float32), RATE_HZ)
    reply = spoken(pool, words(*TEXT, then=written), voice=voice, opener=Opener("Hm.", hum))
    await written.wait()
    assert reply.begin_with_opener()
    voice.go_on.set()
    text, sound = await asyncio.gather(text_of(reply), sound_of(reply))
    assert text == reply.written == "Hm. " + "".join(TEXT)
    assert sound.duration_s == pytest.approx(0.5 + 0.2 + hum_s("".join(TEXT)) + 0.3, abs=0.1)


async def test_words_that_begin_with_the_opener_are_not_opened_with_it(pool: InferencePool) -> None:
    voice, written = HangingVoice(), asyncio.Event()
    hum = Clip(np.full(RATE_HZ // 2, 0.1, np.float32), RATE_HZ)
    reply = spoken(
        pool, words("Hm. We plan.", then=written), voice=voice, opener=Opener("Hm.", hum)
    )
    await written.wait()
    assert not reply.begin_with_opener()
    voice.go_on.set()
    assert await text_of(reply) == "Hm. We plan."


async def test_a_reply_that_sounds_needs_no_opener(pool: InferencePool) -> None:
    reply = spoken(pool, words(*TEXT), opener=Opener("Hm.", Clip(np.zeros(9, np.float32), 8_000)))
    await anext(reply.frames())
    assert not reply.begin_with_opener()
    assert await text_of(reply) == reply.written == "".join(TEXT)
    await reply.aclose()
    assert not reply.begin_with_opener()


async def test_no_words_make_no_sound(pool: InferencePool) -> None:
    reply = spoken(pool, words())
    assert (await sound_of(reply)).duration_s == 0
    assert reply.stages.sound is None


async def test_a_real_voice_is_joined_without_a_click_and_evenly_loud(pool: InferencePool) -> None:
    voice = EspeakSynthesizer("en-us+f3")
    sound = await sound_of(spoken(pool, words(*TEXT), voice=voice))
    assert sound.duration_s > 2
    assert np.abs(sound.samples).max() < 1
    assert loudness_lufs(sound) == pytest.approx(TARGET_LUFS, abs=3)
    alone = EspeakSynthesizer("en-us+f3").synthesize("".join(TEXT))
    natural = np.abs(np.diff(np.concatenate([clip.samples for clip in alone]))).max()
    assert np.abs(np.diff(sound.samples)).max() < 1.5 * natural


async def test_what_breaks_the_words_is_raised_where_they_are_taken(pool: InferencePool) -> None:
    async def breaks() -> AsyncIterator[str]:
        yield "To be honest, "
        raise LookupError("a bug")

    reply = spoken(pool, breaks())
    with pytest.raises(ExceptionGroup):
        await sound_of(reply)
    await reply.aclose()
