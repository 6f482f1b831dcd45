"""Words grouped into utterances, and which of those are no more than a nod."""

from collections.abc import Iterator, Sequence

from scoring.clauses import words_of
from speech.span import Span
from speech.words import Speaker, Utterance, Word

PAUSE_S = 1.0
"""Seconds of silence that part two utterances, as for the runs of the pace."""
BACKCHANNEL_WORDS = 2

_NOD_WORDS = (
    "mm hm hmm mhm mmhm uh huh uh-huh mm-hm mm-hmm um yeah yes yep yup right okay ok sure oh ah "
    "alright good great"
)
_NODS = frozenset(_NOD_WORDS.split())


def utterances(
    words: Sequence[Word], speaker: Speaker, others: Sequence[Span] = ()
) -> tuple[Utterance, ...]:
    """One speaker's words, parted at pauses of PAUSE_S and where the other speaker took the floor:
    where a span of `others` starts between two words. The text is the words joined by spaces."""
    return tuple(_utterance(run, speaker) for run in _runs(words, others) if run)


def _runs(words: Sequence[Word], others: Sequence[Span]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in words:
        if run and _parts(run[-1], word, others):
            yield run
            run = []
        run.append(word)
    yield run


def _parts(before: Word, after: Word, others: Sequence[Span]) -> bool:
    if after.start_s - before.end_s >= PAUSE_S:
        return True
    return any(before.end_s <= o.start_s and o.end_s <= after.start_s for o in others)


def _utterance(words: Sequence[Word], speaker: Speaker) -> Utterance:
    text = " ".join(w.text.strip() for w in words)
    end_s = max(w.end_s for w in words)
    return Utterance(speaker, words[0].start_s, end_s, text, tuple(words))


def timed_words(utterance: Utterance) -> tuple[Word, ...]:
    """The utterance's words; without word times, its text spread evenly over it."""
    if utterance.words:
        return utterance.words
    texts = utterance.text.split()
    step_s = (utterance.end_s - utterance.start_s) / max(len(texts), 1)
    first_s = utterance.start_s
    return tuple(
        Word(t, first_s + i * step_s, first_s + (i + 1) * step_s) for i, t in enumerate(texts)
    )


def is_backchannel(utterance: Utterance) -> bool:
    """True for one or two words that only show listening, such as "mm-hm" or "yeah, right".

    A single "no" or a name is none: it says something.
    """
    if not 0 < len(utterance.text.split()) <= BACKCHANNEL_WORDS:
        return False
    parts = words_of(utterance.text.replace("-", " "))
    return bool(parts) and all(p in _NODS for p in parts)
