"""How callers say who they are and why they ring. The gatekeeper (agents/gate.py) and the scorecard
listen with the same ears, so that nobody is put through for what the scorecard then misses."""

import re
from dataclasses import dataclass

from scoring.clauses import plain, word_spans
from scoring.topics import n_touched

_NO_NAME = (
    "about|regarding|a|an|the|my|your|our|just|not|only|calling|phoning|ringing|trying|looking|"
    "hoping|wondering|sorry|afraid|from|with|at|in|on|going|important|urgent|private|personal|"
    "confidential|so|very|it|here|happy|glad|sure"
)
NAME = re.compile(
    rf"\b(?:this is|i'm|i am) (?!(?:{_NO_NAME})\b)[a-z]"
    r"|\b(?:my name is|my name's|the name is|the name's) [a-z]"
    r"|\b(?:it's|it is) [a-z]+(?: [a-z]+)? (?:from|with|at|here)\b"
    rf"|\b(?!(?:{_NO_NAME})\b)[a-z]+ (?:here|speaking) (?:from|with|at)\b"
)
"""Over lower-case words parted by single spaces, without punctuation."""
COMPANY = re.compile(
    r"\b(?:from|calling for|on behalf of|over at|here at|i'm with|i am with|here with)"
    r" [a-z]|\bthis is [a-z]+(?: [a-z]+)? (?:with|at|of) [a-z]"
)
"""As NAME."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Character offsets into the text where each begins; None where it was not said."""

    name_at: int | None
    company_at: int | None


def introduction(text: str) -> Introduction:
    """What the text says about who is calling. Punctuated or, from a rough recognizer, bare."""
    lowered, spans = plain(text), word_spans(text)
    starts: dict[int, int] = {}  # offset among the words alone -> offset into the text
    words = ""
    for first, last in spans:
        words += " " if words else ""
        starts[len(words)] = first
        words += lowered[first:last]
    return Introduction(*(_at(pattern, words, starts) for pattern in (NAME, COMPANY)))


def _at(pattern: re.Pattern[str], words: str, starts: dict[int, int]) -> int | None:
    found = pattern.search(words)
    return None if found is None else starts[found.start()]


def gives_reason(words: tuple[str, ...], reason_words: tuple[str, ...]) -> bool:
    """Whether the words (of scoring.topics.tokens) touch one of the scenario's that make a reason
    worth passing on; forgiving of a letter that was misheard."""
    return n_touched(words, reason_words) > 0
