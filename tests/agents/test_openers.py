"""Openers are there before they are needed, and vary."""

from collections.abc import Iterator
from concurrent.futures import Future
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.openers import Opener, Openers, VoiceOpeners, without_opener
from speech.clip import Clip
from speech.fault import SpeechFault
from speech.loudness import PHRASE, VoiceGains
from speech.pool import InferencePool
from tests.fakes.tone_synthesizer import ToneSynthesizer

RATE_HZ = 24_000
TEXTS = ("Hm.", "Right.", "Well...")


class BrokenVoice(ToneSynthesizer):
    name = "broken"

    def synthesize(self, text: str) -> Iterator[Clip]:
        raise SpeechFault("voice-broken", "A voice was expected, and failed.")


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(1)
    yield pool
    pool.close()


def wait_for(openers: VoiceOpeners) -> VoiceOpeners:
    openers.wait(timeout_s=30)
    return openers


def test_each_opener_is_rendered_once_for_a_voice(pool: InferencePool) -> None:
    voice = ToneSynthesizer()
    openers = Openers(pool, VoiceGains(), RATE_HZ)
    first = wait_for(openers.for_voice(voice, TEXTS))
    assert openers.for_voice(voice, TEXTS) is first
    assert sorted(voice.said) == sorted((PHRASE, *TEXTS))
    opener = first.take(1, 1)
    assert isinstance(opener, Opener)
    assert opener.text in TEXTS
    assert opener.clip.rate_hz == RATE_HZ
    assert np.abs(opener.clip.samples).max() > 0.01


def test_another_voice_has_its_own(pool: InferencePool) -> None:
    openers = Openers(pool, VoiceGains(), RATE_HZ)
    one = wait_for(openers.for_voice(ToneSynthesizer(), TEXTS))
    assert openers.for_voice(ToneSynthesizer(), TEXTS) is not one


def test_there_is_none_while_it_is_not_rendered_or_cannot_be(pool: InferencePool) -> None:
    openers = Openers(pool, VoiceGains(), RATE_HZ)
    assert wait_for(openers.for_voice(BrokenVoice(), TEXTS)).take(1, 1) is None
    assert openers.for_voice(ToneSynthesizer(), ()).take(1, 1) is None
    pool.close()
    assert openers.for_voice(ToneSynthesizer(), TEXTS).take(1, 1) is None


@given(st.integers(), st.integers(1, 4))
def test_turns_open_differently_and_the_same_call_the_same(seed: int, n_texts: int) -> None:
    openers = VoiceOpeners(rendered(n_texts))
    taken = [openers.take(seed, turn) for turn in range(20)]
    texts = [opener.text for opener in taken if opener is not None]
    assert len(texts) == 20
    assert texts == [o.text for turn in range(20) if (o := openers.take(seed, turn))]
    assert set(texts) == {f"opener {n}" for n in range(n_texts)}
    if n_texts > 1:
        assert all(a != b for a, b in pairwise(texts))


def rendered(n_texts: int) -> list[tuple[str, Future[Clip]]]:
    clip: Future[Clip] = Future()
    clip.set_result(Clip(np.zeros(10, np.float32), RATE_HZ))
    return [(f"opener {n}", clip) for n in range(n_texts)]


@pytest.mark.parametrize(
    ("piece", "left"),
    [
        ("Hm. We plan by hand. ", "We plan by hand. "),
        ("hm, we plan", "we plan"),
        ("Hmm. We plan", "Hmm. We plan"),
        ("Hm we plan", "Hm we plan"),
        ("Hm. ", ""),
        ("We plan. Hm. ", "We plan. Hm. "),
        ("", ""),
    ],
)
def test_an_opener_is_not_said_twice(piece: str, left: str) -> None:
    assert without_opener(piece, "Hm.") == left
    assert without_opener(piece, "") == piece
