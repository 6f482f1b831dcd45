"""Whether what Whisper wrote can be believed. Thresholds of Radford et al. 2022, section 4.5."""

import zlib
from dataclasses import dataclass
from itertools import groupby

_UNSURE_LOG_P = -1.0
_SILENT_P = 0.6
_REPETITIVE = 2.4
_LONGEST_PHRASE = 8
"""Words; what repeats itself in longer ones gives itself away by how well it is compressed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one decoding gave."""

    text: str
    mean_log_p: float
    """Natural logarithm of a token's probability, the mean over all."""
    p_no_speech: float
    """What the model gives for nobody speaking, in [0, 1]."""
    ended: bool
    """False: it was stopped, it would have gone on writing."""

    @property
    def unsure(self) -> bool:
        return self.mean_log_p < _UNSURE_LOG_P

    @property
    def silent(self) -> bool:
        return self.p_no_speech > _SILENT_P


def looks_wrong(attempt: Attempt) -> bool:
    """True where it is worth looking again at full length: the model is unsure, or it goes round
    in circles."""
    return (
        attempt.unsure
        or not attempt.ended
        or compression_ratio(attempt.text) > _REPETITIVE
        or repeats_itself(attempt.text)
    )


def made_up(attempt: Attempt) -> bool:
    """True for what Whisper writes where there is no speech: it says so and is unsure of the
    words, or it repeats itself."""
    repetitive = compression_ratio(attempt.text) > _REPETITIVE
    return (attempt.silent and attempt.unsure) or repetitive


def compression_ratio(text: str) -> float:
    """Bytes of the text by bytes of the text compressed; prose is below 2, a loop far above."""
    plain = text.encode()
    return len(plain) / len(zlib.compress(plain))


def repeats_itself(text: str) -> bool:
    """True when a phrase of two words or more comes three times in a row, or one word five
    times."""
    words = [_bare(word) for word in text.split()]
    return any(
        _longest_run(words, n) >= (4 if n == 1 else 2) * n for n in range(1, _LONGEST_PHRASE + 1)
    )


def _longest_run(words: list[str], n: int) -> int:
    """How many words in a row are the same as the word n before them."""
    same = (a == b for a, b in zip(words, words[n:], strict=False))
    return max((sum(1 for _ in run) for alike, run in groupby(same) if alike), default=0)


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())
