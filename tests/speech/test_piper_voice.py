"""What Piper adds to the synthesizer contract, on a voice that the tests make."""

import logging
import shutil
import threading
from pathlib import Path

import pytest

from speech.espeak import EspeakSynthesizer
from speech.fault import SpeechFault
from speech.piper_voice import PiperSynthesizer
from speech.synthesizer import Synthesizer

TEXT = "Thanks for taking the call. How does your team prepare new people today?"
VOICE = "en_US-amy-medium.onnx"


def lengths_s(voice: Synthesizer) -> list[float]:
    return [clip.duration_s for clip in voice.synthesize(TEXT)]


def test_each_sentence_is_a_clip(tiny_piper_voice: Path) -> None:
    voice = PiperSynthesizer(tiny_piper_voice / VOICE)
    assert len(lengths_s(voice)) == 2
    assert voice.name == "Piper en_US-amy-medium"


def test_twice_the_rate_takes_half_the_time(tiny_piper_voice: Path) -> None:
    normal, fast = (PiperSynthesizer(tiny_piper_voice / VOICE, rate) for rate in (1.0, 2.0))
    assert sum(lengths_s(normal)) == pytest.approx(2 * sum(lengths_s(fast)), rel=0.01)


def test_pipers_own_espeak_and_ours_live_in_one_process(tiny_piper_voice: Path) -> None:
    piper, espeak = PiperSynthesizer(tiny_piper_voice / VOICE), EspeakSynthesizer("en-us+f3")
    alone: dict[Synthesizer, float] = {v: sum(lengths_s(v)) for v in (piper, espeak)}
    wrong: list[str] = []

    def speak(voice: Synthesizer) -> None:
        for _ in range(10):
            if sum(lengths_s(voice)) != pytest.approx(alone[voice], abs=0.02):
                wrong.append(voice.name)

    threads = [threading.Thread(target=speak, args=(v,)) for v in (piper, espeak, piper, espeak)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_said_is_not_logged(
    tiny_piper_voice: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        lengths_s(PiperSynthesizer(tiny_piper_voice / VOICE))
    assert "prepare" not in caplog.text


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_a_missing_file_is_a_fault(tiny_piper_voice: Path, tmp_path: Path, suffix: str) -> None:
    folder = Path(shutil.copytree(tiny_piper_voice, tmp_path / "voices"))
    (folder / (VOICE + suffix)).unlink()
    with pytest.raises(SpeechFault) as caught:
        PiperSynthesizer(folder / VOICE)
    assert caught.value.code == "piper-voice-missing"


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("content", [b"", b"garbage", b"{}"])
def test_a_damaged_file_is_a_fault(
    tiny_piper_voice: Path, tmp_path: Path, suffix: str, content: bytes
) -> None:
    folder = Path(shutil.copytree(tiny_piper_voice, tmp_path / "voices"))
    (folder / (VOICE + suffix)).write_bytes(content)
    with pytest.raises(SpeechFault) as caught:
        PiperSynthesizer(folder / VOICE)
    assert caught.value.code == "piper-voice-broken"
