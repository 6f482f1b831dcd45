"""What espeak-ng adds to the synthesizer contract."""

import threading

import numpy as np
import pytest

from speech.espeak import EspeakSynthesizer
from speech.fault import SpeechFault

SENTENCE = "Who else looks at this before you decide?"


def spoken(voice: EspeakSynthesizer, text: str = SENTENCE) -> np.ndarray:
    return np.concatenate([piece.samples for piece in voice.synthesize(text)])


def test_a_higher_rate_is_shorter() -> None:
    slow, normal, fast = (len(spoken(EspeakSynthesizer("en-us", rate))) for rate in (0.7, 1.0, 1.5))
    assert slow > normal * 1.2 > fast * 1.4


def test_two_variants_sound_different_and_keep_their_sound_side_by_side() -> None:
    one, other = EspeakSynthesizer("en-us+f3"), EspeakSynthesizer("en-us+m3")
    n_one, n_other = len(spoken(one)), len(spoken(other))
    turns = [(one, n_one), (other, n_other)] * 4
    lengths: dict[int, int] = {}
    threads = [
        threading.Thread(target=lambda i=i, v=v: lengths.update({i: len(spoken(v))}))
        for i, (v, _) in enumerate(turns)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The engine's own jitter between two runs is under 5 ms.
    assert all(abs(lengths[i] - n) < 110 for i, (_, n) in enumerate(turns))
    first, second = spoken(one), spoken(other)
    shared = min(len(first), len(second))
    assert not np.allclose(first[:shared], second[:shared], atol=0.05)


@pytest.mark.parametrize("voice", ["xx-nowhere", "en-us+nobody", "", "../en", "en-us+../../en"])
def test_an_unknown_voice_is_a_fault(voice: str) -> None:
    with pytest.raises(SpeechFault) as caught:
        EspeakSynthesizer(voice)
    assert caught.value.code == "espeak-voice-unknown"


def test_a_nul_in_the_text_does_not_cut_it_short() -> None:
    voice = EspeakSynthesizer("en-us")
    assert len(spoken(voice, "one two\0 three four")) > 1.4 * len(spoken(voice, "one two"))
