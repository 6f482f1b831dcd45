"""What faster-whisper adds to the transcriber contract, on a model that the tests make."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.whisper import WhisperTranscriber
from tests.models.tiny_whisper import SENTENCE, WORD_S

Say = Callable[[str], Clip]
WORDS = ["so", "what", "would", "have", "to", "happen?"]


def test_word_times_come_from_the_models_alignment(tiny_whisper: Path, say: Say) -> None:
    words = WhisperTranscriber(tiny_whisper, "tiny").transcribe(
        say("One two three four five six seven eight.")
    )
    assert [word.text for word in words] == WORDS == "".join(SENTENCE).split()
    steps_s = np.diff([word.start_s for word in words])
    assert steps_s == pytest.approx(np.full(5, WORD_S), abs=0.05)


def test_words_after_a_long_pause_keep_their_place(tiny_whisper: Path, say: Say) -> None:
    sentence = say("One two three four five six seven eight.")
    silence = np.zeros(60 * sentence.rate_hz, np.float32)
    samples = np.concatenate([silence, sentence.samples, silence, sentence.samples])
    words = WhisperTranscriber(tiny_whisper, "tiny").transcribe(Clip(samples, sentence.rate_hz))
    assert [word.text for word in words] == WORDS * 2
    assert words[0].start_s == pytest.approx(60, abs=0.2)
    assert words[6].start_s == pytest.approx(120 + sentence.duration_s, abs=0.2)


def test_what_the_model_itself_takes_for_silence_gives_nothing(
    deaf_whisper: Path, say: Say
) -> None:
    assert WhisperTranscriber(deaf_whisper, "deaf").transcribe(say("Hello there.")) == ()


def test_the_name_tells_engine_model_and_arithmetic(tiny_whisper: Path) -> None:
    transcriber = WhisperTranscriber(tiny_whisper, "base.en", compute_type="float32")
    assert transcriber.name == "faster-whisper base.en float32"


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "vocabulary.json", "config.json"])
def test_a_missing_file_is_named(tiny_whisper: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(tiny_whisper, tmp_path / "model"))
    (folder / name).unlink()
    with pytest.raises(SpeechFault) as caught:
        WhisperTranscriber(folder, "tiny")
    assert caught.value.code == "whisper-model-missing"
    assert Path(name).stem in caught.value.said


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "config.json"])
def test_a_damaged_file_is_a_fault(tiny_whisper: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(tiny_whisper, tmp_path / "model"))
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(SpeechFault) as caught:
        WhisperTranscriber(folder, "tiny")
    assert caught.value.code == "whisper-model-broken"
    assert "rehearse models download" in caught.value.remedy


def test_an_unknown_arithmetic_is_a_fault(tiny_whisper: Path) -> None:
    with pytest.raises(SpeechFault) as caught:
        WhisperTranscriber(tiny_whisper, "tiny", compute_type="int3")
    assert caught.value.code == "whisper-compute-unknown"
