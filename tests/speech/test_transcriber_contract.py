"""What every Transcriber promises, run on each of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from speech.clip import Clip
from speech.resample import resample
from speech.sphinx import SphinxTranscriber
from speech.transcriber import Transcriber
from speech.whisper import WhisperTranscriber
from speech.words import Word
from tests.fakes.scripted_transcriber import ScriptedTranscriber

Say = Callable[[str], Clip]
SENTENCE = "So what would have to happen for this to be worth it?"


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


def assert_in_order_and_inside(words: tuple[Word, ...], clip: Clip) -> None:
    starts = [word.start_s for word in words]
    assert starts == sorted(starts)
    assert all(0 <= word.start_s <= word.end_s <= clip.duration_s for word in words)
    assert all(word.text and word.text == word.text.strip() for word in words)
    assert all(word.p is None or 0 <= word.p <= 1 for word in words)


def test_speech_gives_words_in_order_inside_the_clip(transcriber: Transcriber, say: Say) -> None:
    clip = say(SENTENCE)
    words = transcriber.transcribe(clip)
    assert len(words) >= 3
    assert_in_order_and_inside(words, clip)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100, 48_000])
def test_any_rate_is_heard(transcriber: Transcriber, say: Say, rate_hz: int) -> None:
    clip = resample(say(SENTENCE), rate_hz)
    words = transcriber.transcribe(clip)
    assert words
    assert_in_order_and_inside(words, clip)


@pytest.mark.parametrize("n_samples", [0, 1, 100, 48_000])
def test_silence_gives_nothing(transcriber: Transcriber, n_samples: int) -> None:
    assert transcriber.transcribe(Clip(np.zeros(n_samples, np.float32), 16_000)) == ()


def test_near_silence_gives_nothing(transcriber: Transcriber) -> None:
    noise = np.random.default_rng(1).standard_normal(32_000) * 1e-4
    assert transcriber.transcribe(Clip(noise.astype(np.float32), 16_000)) == ()


def test_words_never_run_past_a_clip_cut_off_in_a_word(transcriber: Transcriber, say: Say) -> None:
    clip = say(SENTENCE).between(0, 0.7)
    assert_in_order_and_inside(transcriber.transcribe(clip), clip)


def test_several_threads_get_what_one_gets(transcriber: Transcriber, say: Say) -> None:
    clip = say("So what would have to happen?")
    alone = transcriber.transcribe(clip)
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(transcriber.transcribe, [clip] * 3)) == [alone] * 3


def test_it_has_a_name_and_says_whether_it_is_rough(transcriber: Transcriber) -> None:
    assert transcriber.name
    assert transcriber.rough is ("pocketsphinx" in transcriber.name)
