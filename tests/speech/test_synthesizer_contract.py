"""What every Synthesizer promises, run on each of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from speech.espeak import EspeakSynthesizer
from speech.piper_voice import PiperSynthesizer
from speech.synthesizer import Synthesizer
from tests.fakes.tone_synthesizer import ToneSynthesizer

TEXT = "Thanks for taking the call. How does your team prepare new people today?"


@pytest.fixture(params=["espeak", "piper", "tone"])
def synthesizer(request: pytest.FixtureRequest, tiny_piper_voice: Path) -> Synthesizer:
    made: dict[str, Callable[[], Synthesizer]] = {
        "espeak": lambda: EspeakSynthesizer("en-us+f3"),
        "piper": lambda: PiperSynthesizer(tiny_piper_voice / "en_US-amy-medium.onnx"),
        "tone": ToneSynthesizer,
    }
    return made[request.param]()


def length_s(synthesizer: Synthesizer, text: str) -> float:
    return sum(clip.duration_s for clip in synthesizer.synthesize(text))


def test_text_gives_sound_at_the_stated_rate(synthesizer: Synthesizer) -> None:
    clips = list(synthesizer.synthesize(TEXT))
    assert {clip.rate_hz for clip in clips} == {synthesizer.rate_hz}
    sound = np.concatenate([clip.samples for clip in clips])
    assert sound.dtype == np.float32
    assert 0.1 < np.abs(sound).max() <= 1
    assert 2 < len(sound) / synthesizer.rate_hz < 10


def test_longer_text_is_longer(synthesizer: Synthesizer) -> None:
    assert length_s(synthesizer, TEXT) > 2 * length_s(synthesizer, "Thanks for that.")


@pytest.mark.parametrize("text", ["", " ", "...", "\n\t", "?!", "\0", "—"])
def test_text_without_a_speakable_character_gives_nothing(
    synthesizer: Synthesizer, text: str
) -> None:
    assert list(synthesizer.synthesize(text)) == []


@pytest.mark.parametrize(
    "text",
    ["<b>no</b> & yes", "a\0b", "naïve café", "€ 40,000", "[[x]] [pause] hi", "你好", "💬 ok"],
)
def test_odd_characters_are_no_fault(synthesizer: Synthesizer, text: str) -> None:
    assert all(np.isfinite(clip.samples).all() for clip in synthesizer.synthesize(text))


def test_several_threads_each_get_their_own_sound(synthesizer: Synthesizer) -> None:
    texts = ["Yes.", TEXT, "That is more than we planned for.", TEXT]
    alone = [length_s(synthesizer, text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda text: length_s(synthesizer, text), texts))
    assert together == pytest.approx(alone, abs=0.01)


def test_it_has_a_name_and_says_whether_it_is_rough(synthesizer: Synthesizer) -> None:
    assert synthesizer.name
    assert synthesizer.rough is ("espeak" in synthesizer.name)
