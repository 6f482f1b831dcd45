"""The rep's speech cut into runs: stretches whose inner pauses are short."""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.fillers import FILLED_PAUSE
from scoring.timeline import Timeline, joined, turns
from scoring.utterances import timed_words
from speech.span import Span
from speech.words import Transcript, Word

RUN_PAUSE_S = 1.0
"""Pauses shorter than this belong to speaking; longer ones, and listening, do not."""
_NEAR_S = 0.3
"""A recognizer's word may lie this far outside the sound that it belongs to."""


@dataclass(frozen=True, slots=True)
class Run:
    span: Span
    words: tuple[Word, ...]
    """Without filled pauses and cut-off words."""

    @property
    def wpm(self) -> float:
        return 60 * len(self.words) / self.span.duration_s if self.span.duration_s else 0.0


def rep_runs(transcript: Transcript, timeline: Timeline) -> tuple[Run, ...]:
    """The rep's runs with their words, in order. A buyer's turn always ends a run; a rep's
    back-channel is none."""
    of_rep = (t for t in turns(timeline, transcript) if t.speaker == "rep")
    spans = [run for turn in of_rep for run in joined(turn.spans, RUN_PAUSE_S)]
    words = [w for u in transcript.of("rep") for w in timed_words(u) if counts(w.text)]
    return tuple(Run(span, _inside(span, words)) for span in spans)


def speaking_s(runs: Sequence[Run]) -> float:
    """Own speaking time: the runs together, in seconds."""
    return sum(r.span.duration_s for r in runs)


def counts(text: str) -> bool:
    """Whether it counts as a word: not um or uh, not a cut-off word ("sched-"), not a mark."""
    plain = text.strip(' .,;:?!"()…').lower()
    if plain.endswith(("-", "–", "—")) or not any(c.isalnum() for c in plain):
        return False
    return FILLED_PAUSE.fullmatch(plain) is None


def _inside(span: Span, words: Sequence[Word]) -> tuple[Word, ...]:
    first_s, last_s = span.start_s - _NEAR_S, span.end_s + _NEAR_S
    return tuple(w for w in words if first_s <= (w.start_s + w.end_s) / 2 <= last_s)
