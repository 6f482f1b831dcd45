"""Whisper on a stretch shorter than the 30 s it was made for, no more of it than is needed."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from ctranslate2 import StorageView
from numpy.typing import NDArray

from speech.fault import SpeechFault
from speech.whisper_features import MelFeatures
from speech.whisper_guard import Attempt, looks_wrong

RATE_HZ = 16_000
FULL_S = 30.0
"""What Whisper hears at a time."""
SHORTEST_WINDOW_S = 10.0
_ROOM_S = 0.5
"""Kept free after the sound, so that the model can see it end."""
_FRAMES_PER_S = 100
_TOKENS_PER_S, _TOKENS_MORE = 8.0, 16
"""Nobody speaks faster; a model that is lost writes without end."""
_MOST_TOKENS = 224
"""The most that Whisper was made to write at a time."""


class WindowDecoder:
    """Words of a short stretch, decoded greedily and without times.

    The encoder's cost grows faster than its window, so the window is window_s or as long as the
    sound, in whole seconds; where the outcome looks wrong it looks again at all 30 s.
    Safe to use from several threads at once. Raises SpeechFault "whisper-failed".
    """

    def __init__(
        self,
        model: Any,
        features: MelFeatures,
        prompt: Sequence[int],
        end_token: int,
        text_of: Callable[[list[int]], str],
        window_s: float,
    ) -> None:
        """model: ctranslate2's Whisper. prompt: its tokens before the first word, asking for no
        times. end_token: ends a text; the tokens of words are below it."""
        check_window(window_s)
        self._model = model
        self._features = features
        self._prompt = list(prompt)
        self._end_token = end_token
        self._text_of = text_of
        self._window_s = window_s

    def hear(self, samples: NDArray[np.float32]) -> Attempt:
        """samples: mono at 16 kHz, in [-1, 1], some tenths of a second to 30 s."""
        duration_s = len(samples) / RATE_HZ
        window_s = window_for(duration_s, self._window_s)
        try:
            features = self._features.of(samples)
            n_tokens = min(_MOST_TOKENS, round(duration_s * _TOKENS_PER_S) + _TOKENS_MORE)
            attempt = self._decode(features, window_s, n_tokens)
            if window_s < FULL_S and looks_wrong(attempt):
                attempt = self._decode(features, FULL_S, n_tokens)
        except (RuntimeError, ValueError) as error:
            raise failed() from error
        return attempt

    def _decode(self, features: NDArray[np.float32], window_s: float, n_tokens: int) -> Attempt:
        n_mels, n_frames = len(features), round(window_s * _FRAMES_PER_S)
        # Zero, and not what silence would give: so does faster-whisper.
        window = np.zeros((1, n_mels, n_frames), np.float32)
        seen = features[:, :n_frames]
        window[0, :, : seen.shape[1]] = seen
        result = self._model.generate(
            StorageView.from_array(window),
            [self._prompt],
            beam_size=1,
            max_length=2 * n_tokens,  # CTranslate2 leaves half of it to the prompt
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = result.sequences_ids[0]
        mean_log_p = float(result.scores[0]) * len(tokens) / (len(tokens) + 1)
        text = self._text_of([token for token in tokens if token < self._end_token])
        ended = len(tokens) < n_tokens
        return Attempt(text.strip(), mean_log_p, float(result.no_speech_prob), ended)


def check_window(window_s: float) -> None:
    if not SHORTEST_WINDOW_S <= window_s <= FULL_S:
        raise ValueError(f"Whisper's window is 10 to 30 s, not {window_s}")


def window_for(duration_s: float, least_s: float) -> float:
    """Seconds for the encoder: whole ones, with a little room after the sound, never above 30."""
    return min(FULL_S, float(math.ceil(max(least_s, duration_s + _ROOM_S))))


def failed() -> SpeechFault:
    return SpeechFault(
        "whisper-failed",
        "The Whisper model was expected to transcribe a clip, and failed.",
        "Try again; if it stays so, download the model again: rehearse models download",
        retry=True,
    )
