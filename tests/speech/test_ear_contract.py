"""What every Ear promises, run on each of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from speech.clip import Clip
from speech.ear import Ear
from speech.resample import resample
from speech.sphinx import SphinxTranscriber
from speech.transcriber import Transcriber
from speech.whisper import WhisperTranscriber
from speech.words import Word
from tests.fakes.scripted_transcriber import ScriptedTranscriber

Say = Callable[[str], Clip]
SENTENCE = "So what would have to happen for this to be worth it?"
RATE_HZ = 16_000


@pytest.fixture(params=["pocketsphinx", "whisper", "scripted"])
def transcriber(
    request: pytest.FixtureRequest, sphinx: SphinxTranscriber, tiny_whisper: Path
) -> Transcriber:
    made: dict[str, Callable[[], Transcriber]] = {
        "pocketsphinx": lambda: sphinx,
        "whisper": lambda: WhisperTranscriber(tiny_whisper, "tiny"),
        "scripted": lambda: ScriptedTranscriber([SENTENCE]),
    }
    return made[request.param]()


@pytest.fixture
def ear(transcriber: Transcriber) -> Iterator[Ear]:
    with closing(transcriber.listen()) as listening:
        yield listening


@pytest.fixture
def speech(say: Say) -> Clip:
    return resample(say(SENTENCE), RATE_HZ)


def heard(transcriber: Transcriber, pieces: list[Clip]) -> tuple[Word, ...]:
    with closing(transcriber.listen()) as ear:
        for piece in pieces:
            ear.feed(piece)
        return ear.words()


def cut(clip: Clip, every_s: float) -> list[Clip]:
    times_s = [*np.arange(0, clip.duration_s, every_s).tolist(), clip.duration_s]
    return [clip.between(*ends) for ends in pairwise(times_s)]


def assert_in_order_and_inside(words: tuple[Word, ...], duration_s: float) -> None:
    starts = [word.start_s for word in words]
    assert starts == sorted(starts)
    assert all(0 <= word.start_s <= word.end_s <= duration_s for word in words)
    assert all(word.text and word.text == word.text.strip() for word in words)
    assert all(word.p is None or 0 <= word.p <= 1 for word in words)


def test_speech_gives_words_in_order_inside_the_stretch(ear: Ear, speech: Clip) -> None:
    ear.feed(speech)
    words = ear.words()
    assert len(words) >= 3
    assert_in_order_and_inside(words, speech.duration_s)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 48_000])
def test_any_rate_is_heard(ear: Ear, speech: Clip, rate_hz: int) -> None:
    clip = resample(speech, rate_hz)
    for piece in cut(clip, 0.3):
        ear.feed(piece)
    words = ear.words()
    assert words
    assert_in_order_and_inside(words, clip.duration_s)


@pytest.mark.parametrize("n_samples", [0, 1, 100, 48_000])
def test_silence_gives_nothing(ear: Ear, n_samples: int) -> None:
    ear.feed(Clip(np.zeros(n_samples, np.float32), RATE_HZ))
    assert ear.words() == ()


def test_near_silence_gives_nothing(ear: Ear) -> None:
    noise = np.random.default_rng(1).standard_normal(2 * RATE_HZ) * 1e-4
    ear.feed(Clip(noise.astype(np.float32), RATE_HZ))
    assert ear.words() == ()


def test_nothing_fed_gives_nothing(ear: Ear) -> None:
    assert ear.words() == ()


@pytest.mark.parametrize("every_s", [0.02, 0.5])
def test_feeding_in_pieces_equals_feeding_at_once(
    transcriber: Transcriber, speech: Clip, every_s: float
) -> None:
    assert heard(transcriber, cut(speech, every_s)) == heard(transcriber, [speech])


def test_words_may_be_asked_for_twice(ear: Ear, speech: Clip) -> None:
    ear.feed(speech)
    first = ear.words()
    assert ear.words() == first


def test_asking_while_it_goes_on_changes_nothing_at_the_end(
    transcriber: Transcriber, speech: Clip
) -> None:
    with closing(transcriber.listen()) as ear:
        for piece in cut(speech, 0.5):
            ear.feed(piece)
            interim = ear.words()
            assert_in_order_and_inside(interim, speech.duration_s)
        assert ear.words() == heard(transcriber, [speech])


def test_two_stretches_at_once_do_not_mix(transcriber: Transcriber, speech: Clip) -> None:
    alone = heard(transcriber, [speech])
    with closing(transcriber.listen()) as one, closing(transcriber.listen()) as other:
        for piece in cut(speech, 0.5):
            one.feed(piece)
            other.feed(Clip(np.zeros_like(piece.samples), piece.rate_hz))
        assert other.words() == ()
        assert one.words() == alone


def test_several_threads_get_what_one_gets(transcriber: Transcriber, speech: Clip) -> None:
    alone = heard(transcriber, [speech])
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda _: heard(transcriber, [speech]), range(3))) == [alone] * 3


def test_several_threads_may_ask_one_ear(ear: Ear, speech: Clip) -> None:
    ear.feed(speech)
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: ear.words(), range(3)))
    assert len(set(answers)) == 1


def test_feeding_and_asking_may_overlap(ear: Ear, speech: Clip) -> None:
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(ear.words) for _ in range(4)]
        for piece in cut(speech, 0.1):
            ear.feed(piece)
        for answer in asked:
            assert_in_order_and_inside(answer.result(60), speech.duration_s)
    assert ear.words()


def test_closing_twice_is_safe_and_a_closed_ear_has_no_words(ear: Ear, speech: Clip) -> None:
    ear.feed(speech)
    ear.close()
    ear.close()
    ear.feed(speech)
    assert ear.words() == ()


def test_a_transcriber_listens_on_after_an_ear_was_closed_early(
    transcriber: Transcriber, speech: Clip
) -> None:
    alone = heard(transcriber, [speech])
    ear = transcriber.listen()
    ear.feed(speech)
    ear.close()
    assert heard(transcriber, [speech]) == alone


def test_a_transcriber_says_whether_feeding_does_the_work(transcriber: Transcriber) -> None:
    assert transcriber.keeps_pace is ("pocketsphinx" in transcriber.name)
