"""What the rep's words do: ask, acknowledge, claim, argue.

Deterministic and for English. The text may be punctuated or, from a rough recognizer, bare lower
case. What the rules reach on dialogues that nobody here wrote: tests/benchmarks/acts.py.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from scoring import cues
from scoring.clauses import Clause, clauses, names, plain, words_of
from scoring.question_forms import Question, questions

Act = Literal[
    "question_open",
    "question_closed",
    "question_clarifying",  # beside open or closed: goes back to what the buyer said
    "acknowledgement",
    "claim",
    "evidence",
    "price_talk",
    "next_step_ask",
    "confirm_ask",
    "permission",
    "opener",
    "filler_talk",
    "rudeness",
    "argue",
    "directive",
]

CONTRADICTED_WITHIN = 4
"""Words after an acknowledging clause in which a "but" takes it back."""
_MIN_CLAIM_WORDS = 4

_ANYWHERE: tuple[tuple[Act, re.Pattern[str]], ...] = (
    ("price_talk", cues.PRICE),
    ("next_step_ask", cues.NEXT_STEP),
    ("permission", cues.PERMISSION),
    ("opener", cues.OPENER),
    ("rudeness", cues.RUDE),
    ("argue", cues.ARGUES),
)


@dataclass(frozen=True, slots=True)
class Found:
    """An act and where it lies: character offsets into the text as it was given."""

    act: Act
    start: int
    end: int


def acts(
    text: str, *, concern_words: Sequence[str] = (), answer_words: Sequence[str] = ()
) -> frozenset[Act]:
    """The acts of a text. Words are lower-case stems or phrases of stems ("budget" also finds
    "budgets"); without concern_words only explicit empathy acknowledges."""
    found = found_acts(text, concern_words=concern_words, answer_words=answer_words)
    return frozenset(f.act for f in found)


def find(
    text: str,
    act: Act,
    *,
    concern_words: Sequence[str] = (),
    answer_words: Sequence[str] = (),
) -> tuple[int, int] | None:
    """Character offsets of the first such act, for a quote; None when there is none."""
    found = found_acts(text, concern_words=concern_words, answer_words=answer_words)
    return next(((f.start, f.end) for f in found if f.act == act), None)


def found_acts(
    text: str, *, concern_words: Sequence[str] = (), answer_words: Sequence[str] = ()
) -> tuple[Found, ...]:
    """Every act of a text with its place, sorted by place."""
    asked = questions(text)
    parts = clauses(text, {edge for q in asked for edge in (q.start, q.end)})
    acknowledged = [*_acknowledgements(text, parts, asked, concern_words)]
    found = [
        *_questions(text, asked, concern_words),
        *_phrases(text, parts),
        *_arguing_start(parts),
        *_directives(parts),
        *acknowledged,
        *_statements(parts, asked, answer_words, {f.start for f in acknowledged}),
    ]
    if cues.BACKCHANNEL.fullmatch(plain(text).strip()):
        found.append(Found("filler_talk", 0, len(text)))
    return tuple(sorted(found, key=lambda f: (f.start, f.end, f.act)))


def _questions(
    text: str, asked: Sequence[Question], concern_words: Sequence[str]
) -> Iterator[Found]:
    lowered = plain(text)
    for question in asked:
        start, end = question.start, question.end
        wording = lowered[start:end]
        yield Found("question_open" if question.open else "question_closed", start, end)
        if cues.confirms(wording):
            yield Found("confirm_ask", start, end)
        elif _clarifies(wording, concern_words):
            yield Found("question_clarifying", start, end)


def _clarifies(wording: str, concern_words: Sequence[str]) -> bool:
    if cues.confirms(wording) or cues.NEXT_STEP.search(wording):
        return False
    if cues.CLARIFIES.search(wording):
        return True
    return names(wording, concern_words) and not cues.PERMISSION.search(wording)


def _phrases(text: str, parts: Sequence[Clause]) -> Iterator[Found]:
    """Acts that a wording gives away wherever it stands; their place is the clause around it."""
    lowered = plain(text)
    for act, pattern in _ANYWHERE:
        for match in pattern.finditer(lowered):
            yield Found(act, *_around(match.start(), match.end(), parts))


def _around(start: int, end: int, parts: Sequence[Clause]) -> tuple[int, int]:
    first = max((c.start for c in parts if c.start <= start), default=start)
    last = min((c.end for c in parts if c.end >= end), default=end)
    return first, last


def _arguing_start(parts: Sequence[Clause]) -> Iterator[Found]:
    first = parts[:2]
    if first and cues.ARGUING_START.match(" ".join(p.text for p in first) + " "):
        yield Found("argue", first[0].start, first[-1].end)


def _directives(parts: Sequence[Clause]) -> Iterator[Found]:
    for part in parts:
        if cues.DIRECTIVE.search(part.text) and not cues.NO_DIRECTIVE.search(part.text):
            yield Found("directive", part.start, part.end)


def _acknowledgements(
    text: str,
    parts: Sequence[Clause],
    asked: Sequence[Question],
    concern_words: Sequence[str],
) -> Iterator[Found]:
    lowered = plain(text)
    for part in parts:
        if _overlaps(part, asked) or _contradicted(part, lowered):
            continue
        if cues.EMPATHY.search(part.text) or _names_as_theirs(part.text, concern_words):
            yield Found("acknowledgement", part.start, part.end)


def _names_as_theirs(clause: str, concern_words: Sequence[str]) -> bool:
    """The concern said back as the buyer's own, not as a pitch, an order or a denial."""
    if not names(clause, concern_words) or not cues.AS_THEIRS.search(clause):
        return False
    unfit = (cues.PITCHES, cues.DIRECTIVE, cues.ARGUES)
    return not any(p.search(clause) for p in unfit)


def _contradicted(part: Clause, lowered: str) -> bool:
    if cues.CONTRADICTS.search(part.text):
        return True
    after = words_of(lowered[part.end :])[:CONTRADICTED_WITHIN]
    return bool(cues.CONTRADICTS.search(" ".join(after)))


def _statements(
    parts: Sequence[Clause],
    asked: Sequence[Question],
    answer_words: Sequence[str],
    acknowledged: Collection[int],
) -> Iterator[Found]:
    for part in parts:
        if _overlaps(part, asked) or len(words_of(part.text)) < 2:
            continue
        answers = names(part.text, answer_words)
        # A figure in the concern as it is said back is the buyer's, and proves nothing.
        said_back = part.start in acknowledged
        proves = _proves(part.text) and not said_back
        if proves:
            yield Found("evidence", part.start, part.end)
        if answers or proves or (_claims(part.text) and not said_back):
            yield Found("claim", part.start, part.end)


def _proves(clause: str) -> bool:
    counted = cues.NUMBER.search(clause) and cues.UNIT.search(clause)
    return bool(counted or cues.AMOUNT.search(clause) or cues.PROOF.search(clause))


def _claims(clause: str) -> bool:
    if cues.EMPATHY.search(clause) or cues.OPENER.search(clause) or cues.PERMISSION.search(clause):
        return False
    long_enough = len(words_of(clause)) >= _MIN_CLAIM_WORDS
    return long_enough and bool(cues.CLAIM.search(clause))


def _overlaps(part: Clause, asked: Sequence[Question]) -> bool:
    """Whether most of the clause lies inside a question."""
    for question in asked:
        shared = min(part.end, question.end) - max(part.start, question.start)
        if shared > (part.end - part.start) / 2:
            return True
    return False
