"""What was said, by whom and when. All times are seconds since the call was answered."""

from dataclasses import dataclass
from typing import Literal

Speaker = Literal["rep", "buyer"]


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start_s: float
    end_s: float
    p: float | None = None
    """The engine's probability in [0, 1]; None when it gives none."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech by one speaker, as it was heard."""

    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    """Empty when the engine gave no word times."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """Utterances of both tracks, sorted by start_s."""

    utterances: tuple[Utterance, ...]

    def of(self, speaker: Speaker) -> tuple[Utterance, ...]:
        return tuple(u for u in self.utterances if u.speaker == speaker)
