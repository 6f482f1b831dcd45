"""How Whisper's ear spends its looks, and what long stretches are made of."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor  # noqa: TID251 - the slow twin
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.resample import resample
from speech.whisper import WhisperTranscriber
from speech.whisper_decode import WindowDecoder, window_for
from speech.whisper_ear import WhisperEar
from speech.whisper_features import MelFeatures
from speech.whisper_guard import Attempt
from speech.whisper_parts import LONGEST_PART_S, next_cut_s
from tests.models.tiny_whisper import build_tiny_whisper

Say = Callable[[str], Clip]
RATE_HZ = 16_000
WORDS = ["so", "what", "would", "have", "to", "happen?"]


class Hearing:
    """Stands where the model does: writes how many it has heard, and remembers for how long."""

    def __init__(self, **attempt: float) -> None:
        self.durations_s: list[float] = []
        self._attempt = attempt

    def __call__(self, samples: NDArray[np.float32]) -> Attempt:
        self.durations_s.append(len(samples) / RATE_HZ)
        said = {"mean_log_p": -0.1, "p_no_speech": 0.0, **self._attempt}
        return Attempt(f"attempt{len(self.durations_s)}", ended=True, **said)


class Model:
    """Stands where CTranslate2's Whisper does: plays results, remembers the windows."""

    def __init__(self, results: list[tuple[list[int], float]]) -> None:
        self.windows_s: list[float] = []
        self._results = results

    def generate(self, features: object, prompts: object, **_: object) -> list["Model"]:
        self.windows_s.append(features.shape[2] / 100)  # type: ignore[attr-defined]
        tokens, log_p = self._results[len(self.windows_s) - 1]
        self.sequences_ids, self.scores, self.no_speech_prob = [tokens], [log_p], 0.0
        return [self]


def decoder(model: Model, window_s: float = 10.0) -> WindowDecoder:
    features = MelFeatures(FeatureExtractor().mel_filters)
    return WindowDecoder(model, features, [1], 1000, lambda t: " ".join(map(str, t)), window_s)


def noise(duration_s: float, seed: int = 0, level: float = 0.1) -> NDArray[np.float32]:
    n_samples = round(duration_s * RATE_HZ)
    return (np.random.default_rng(seed).standard_normal(n_samples) * level).astype(np.float32)


def talk(duration_s: float) -> Clip:
    """Something like speech: syllables of 0.25 s, a pause of 0.4 s every 3 s."""
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    level = np.where((times_s % 0.25 < 0.18) & (times_s % 3 < 2.6), 1.0, 0.003)
    return Clip((noise(duration_s) * level).astype(np.float32), RATE_HZ)


@pytest.mark.parametrize("folder", ["tiny", "multilingual"])
def test_the_real_model_hears_its_sentence_in_a_short_window(
    tiny_whisper: Path, tmp_path: Path, say: Say, folder: str
) -> None:
    multilingual = folder == "multilingual"
    model = build_tiny_whisper(tmp_path, multilingual=True) if multilingual else tiny_whisper
    ear = WhisperTranscriber(model, folder).listen()
    ear.feed(say("One two three four five six seven eight."))
    words = ear.words()
    assert [word.text for word in words] == WORDS
    assert all(word.p == pytest.approx(1.0, abs=0.01) for word in words)


def test_a_model_that_takes_it_for_silence_gives_nothing(deaf_whisper: Path, say: Say) -> None:
    ear = WhisperTranscriber(deaf_whisper, "deaf").listen()
    ear.feed(say("Hello there."))
    assert ear.words() == ()


def test_a_model_that_goes_round_in_circles_gives_nothing(tmp_path: Path, say: Say) -> None:
    ear = WhisperTranscriber(build_tiny_whisper(tmp_path, ends=False), "lost").listen()
    ear.feed(say("One two three four five six seven eight nine ten eleven twelve."))
    assert ear.words() == ()


@pytest.mark.parametrize("window_s", [9.9, 30.1])
def test_a_window_that_whisper_has_not_is_an_error(tiny_whisper: Path, window_s: float) -> None:
    with pytest.raises(ValueError, match="10 to 30 s"):
        WhisperTranscriber(tiny_whisper, "tiny", window_s=window_s)


@pytest.mark.parametrize(
    ("duration_s", "least_s", "window_s"),
    [(3, 10, 10), (9.5, 10, 10), (9.6, 10, 11), (16.2, 10, 17), (29.9, 10, 30), (3, 30, 30)],
)
def test_the_window_follows_the_sound(duration_s: float, least_s: float, window_s: float) -> None:
    assert window_for(duration_s, least_s) == window_s


def test_what_looks_right_is_looked_at_once() -> None:
    model = Model([([5, 6], -0.1)])
    assert decoder(model).hear(noise(3)).text == "5 6"
    assert model.windows_s == [10]


@pytest.mark.parametrize(
    "doubtful",
    [([5, 6], -2.0), (list(range(100)), -0.1), ([5, 6] * 4, -0.1)],
    ids=["unsure", "without an end", "in circles"],
)
def test_what_looks_wrong_is_looked_at_again_at_full_length(
    doubtful: tuple[list[int], float],
) -> None:
    model = Model([doubtful, ([7], -0.1)])
    assert decoder(model).hear(noise(3)).text == "7"
    assert model.windows_s == [10, 30]


def test_at_full_length_there_is_no_second_look() -> None:
    model = Model([([5, 6], -2.0)])
    assert decoder(model, 30.0).hear(noise(3)).text == "5 6"
    assert model.windows_s == [30]


def test_tokens_that_are_no_words_are_not_written() -> None:
    assert decoder(Model([([5, 1001, 6], -0.1)])).hear(noise(3)).text == "5 6"


def test_an_engine_that_fails_is_a_fault() -> None:
    class Failing:
        def generate(self, *_: object, **__: object) -> None:
            raise RuntimeError("out of memory")

    ear = WhisperEar(decoder(Failing()).hear)  # type: ignore[arg-type]
    ear.feed(talk(2))
    with pytest.raises(SpeechFault) as caught:
        ear.words()
    assert caught.value.code == "whisper-failed"
    assert caught.value.retry


@given(st.integers(200, 8 * RATE_HZ), st.integers(0, 9))
@settings(max_examples=30, deadline=None)
def test_features_are_those_of_faster_whisper(n_samples: int, seed: int) -> None:
    twin = FeatureExtractor()
    samples = noise(n_samples / RATE_HZ, seed)
    # A window's worth of silence at the end, which theirs is given by the caller.
    theirs = twin(samples, padding=400)
    ours = MelFeatures(twin.mel_filters).of(samples)
    assert ours.shape == (80, -(-n_samples // 160))
    assert ours == pytest.approx(theirs[:, : ours.shape[1]], abs=2e-3)


def test_words_are_asked_of_the_model_once_for_what_was_fed() -> None:
    hearing = Hearing()
    ear = WhisperEar(hearing)
    ear.feed(talk(3))
    assert ear.words() == ear.words()
    ear.feed(talk(1))
    ear.words()
    assert hearing.durations_s == [3, 4]


def test_silence_is_not_asked_of_the_model() -> None:
    hearing = Hearing()
    ear = WhisperEar(hearing)
    ear.feed(Clip(noise(3, level=1e-3), RATE_HZ))
    assert ear.words() == ()
    assert hearing.durations_s == []


@pytest.mark.parametrize(("p_no_speech", "n_words"), [(0.5, 1), (0.7, 0)])
def test_where_no_speech_stands_out_the_models_doubt_is_enough(
    p_no_speech: float, n_words: int
) -> None:
    ear = WhisperEar(Hearing(p_no_speech=p_no_speech))
    ear.feed(Clip(noise(3), RATE_HZ))
    assert len(ear.words()) == n_words


def test_a_long_stretch_keeps_the_words_of_its_older_parts() -> None:
    hearing = Hearing()
    ear = WhisperEar(hearing)
    spoken, early = talk(60), ()
    for start_s in range(0, 60, 2):
        ear.feed(spoken.between(start_s, start_s + 2))
        words = ear.words()
        assert words[: len(early)] == early
        early = words[:-1]
    assert max(hearing.durations_s) <= LONGEST_PART_S + 2
    assert len(words) == 3


def test_a_long_stretch_is_cut_alike_however_often_its_words_are_asked_for() -> None:
    asked, unasked = Hearing(), Hearing()
    ears = [WhisperEar(asked), WhisperEar(unasked)]
    spoken = talk(70)
    for start_s in range(0, 70, 7):
        for ear in ears:
            ear.feed(spoken.between(start_s, start_s + 7))
        ears[0].words()
    ears[0].words()
    ears[1].words()
    assert set(unasked.durations_s) <= set(asked.durations_s)


def test_closing_in_the_middle_of_a_long_stretch_spares_the_model_the_rest() -> None:
    class ClosedMeanwhile(Hearing):
        def __call__(self, samples: NDArray[np.float32]) -> Attempt:
            ear.close()
            return super().__call__(samples)

    hearing = ClosedMeanwhile()
    ear = WhisperEar(hearing)
    ear.feed(talk(60))
    assert ear.words() == ()
    assert len(hearing.durations_s) == 1


@given(st.floats(12.5, 23.0), st.integers(0, 9))
@settings(max_examples=30, deadline=None)
def test_a_cut_lies_in_the_pause(pause_s: float, seed: int) -> None:
    samples = noise(26, seed)
    first = round(pause_s * RATE_HZ)
    samples[first : first + round(0.4 * RATE_HZ)] *= 0.01
    cut_s = next_cut_s(Clip(samples, RATE_HZ), 0.0)
    assert cut_s is not None
    assert pause_s < cut_s < pause_s + 0.4


@given(st.integers(0, 9), st.floats(0, 5), st.floats(0, 20))
@settings(max_examples=30, deadline=None)
def test_a_cut_does_not_move_when_more_is_heard(seed: int, start_s: float, more_s: float) -> None:
    sound = Clip(noise(51, seed), RATE_HZ)
    cut_s = next_cut_s(sound.between(0, start_s + LONGEST_PART_S + 0.3 + more_s), start_s)
    assert cut_s == next_cut_s(sound, start_s)
    assert cut_s is not None
    assert LONGEST_PART_S / 2 < cut_s - start_s <= LONGEST_PART_S


def test_a_short_stretch_is_not_cut() -> None:
    assert next_cut_s(talk(LONGEST_PART_S), 0.0) is None


@pytest.mark.parametrize("n_samples", [22_049, 22_050, 22_051, 33_333])
@pytest.mark.parametrize("rate_hz", [11_025, 22_050, 44_100])
def test_no_word_ends_half_a_sample_after_its_stretch(n_samples: int, rate_hz: int) -> None:
    ear = WhisperEar(Hearing())
    clip = Clip(talk(4).samples[:n_samples], rate_hz)
    ear.feed(clip)
    assert ear.words()[-1].end_s <= clip.duration_s


def test_a_resampled_stretch_has_the_same_words_as_it_grows() -> None:
    hearing = Hearing()
    ear = WhisperEar(hearing)
    spoken = resample(talk(30), 48_000)
    ear.feed(spoken.between(0, 25))
    first = ear.words()
    ear.feed(spoken.between(25, 30))
    assert ear.words()[0] == first[0]
    assert len(hearing.durations_s) == 3
