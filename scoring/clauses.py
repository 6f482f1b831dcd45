"""Text cut into clauses, with or without punctuation."""

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.numerals import spelled

_STOP = re.compile(r"[.?!]+(?=[\s\"')\]]|$)|\n+")
_PAUSE = re.compile(r"[,;:]+(?=\s|$)|\s[-–—]+\s|—|--+|\.\.\.|…")
_CONNECTOR = re.compile(
    r"(?<=\s)(?:and|so|but|because|cause|okay|ok|well|although|however|though|then|or)(?=\s)"
)
_NEW_SUBJECT = re.compile(
    r"(?<= )(?<!what )(?<!that )(?<!how )(?<!when )(?<!if )(?<!as )(?<!and )(?<!so )(?<!but )"
    r"(?<!where )(?<!why )(?<!which )(?<!who )(?<!do )(?<!did )(?<!can )(?<!could )(?<!would )"
    r"(?<!shall )(?<!should )(?<!because )(?<!are )(?<!have )(?<!like )(?<!than )"
    r"(?:we|we've|we're|we'll|you'll|i think|i can|i'd|i'll|i understand|i hear|i appreciate|i get"
    r"|that makes|that's a|fair point|fair enough|it sounds|sounds like) "
)
"""Where a rough recognizer's text plausibly starts a statement of its own."""
_WORD = re.compile(r"[a-z0-9](?:[a-z0-9'&%]|[.,](?=\d))*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text, as character offsets into it."""

    start: int
    end: int
    text: str
    """Lower case, straight apostrophes, the same length as the original part."""
    asked: bool
    """True when the sentence it lies in ends with a question mark."""
    punctuated: bool
    """True when the sentence it lies in ends with a mark."""
    starts_sentence: bool


def plain(text: str) -> str:
    """Lower case with straight apostrophes, character for character, so that offsets hold."""
    lowered = text.lower()
    if len(lowered) != len(
        text
    ):  # such as a dotted capital I, which is two characters in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.replace("’", "'").replace("‘", "'")


def word_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Character offsets of the words of a text; "1,200" and "don't" are one word each."""
    return tuple(m.span() for m in _WORD.finditer(text.replace("’", "'")))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, lower case."""
    lowered = plain(text)
    return tuple(lowered[a:b] for a, b in word_spans(lowered))


def names(text: str, stems: Sequence[str]) -> bool:
    """Whether a word of the text starts with one of the stems. A stem may be a phrase of stems;
    one of up to three letters must be the whole word or its plural, so that "cap" is not found
    in "captain"."""
    words = _spoken(text)
    return any(occurs(words, _stem(stem), begins) for stem in stems)


@lru_cache(maxsize=4096)  # of a scenario's stems, asked for again with every utterance
def _stem(stem: str) -> tuple[str, ...]:
    return _spoken(stem)


def _spoken(text: str) -> tuple[str, ...]:
    """Words with numbers spelled out, so that "30%" is found by "thirty percent"."""
    return tuple(part for word in words_of(text) for part in spelled(word))


def sentences(text: str) -> tuple[Clause, ...]:
    """Sentences by their marks; a text without marks is one sentence."""
    lowered = plain(text)
    found: list[Clause] = []
    start = 0
    for mark in [*_STOP.finditer(lowered), None]:
        end = mark.end() if mark else len(lowered)
        sign = mark.group() if mark else ""
        if trimmed := _trim(lowered, start, end):
            first, last = trimmed
            part = lowered[first:last]
            found.append(Clause(first, last, part, "?" in sign, bool(sign.strip()), True))
        start = end
    return tuple(found)


def clauses(text: str, also_at: Collection[int] = ()) -> tuple[Clause, ...]:
    """Sentences cut further at commas and dashes, before connectors such as "but", and at the
    character offsets also_at."""
    return tuple(part for sentence in sentences(text) for part in _parts(sentence, also_at))


def _parts(sentence: Clause, also_at: Collection[int]) -> Iterator[Clause]:
    cuts = {0, len(sentence.text)}
    cuts.update(at - sentence.start for at in also_at if sentence.start < at < sentence.end)
    cuts.update(m.end() for m in _PAUSE.finditer(sentence.text))
    cuts.update(m.start() for m in _CONNECTOR.finditer(sentence.text))
    if not sentence.punctuated:
        cuts.update(m.start() for m in _NEW_SUBJECT.finditer(sentence.text))
    edges = sorted(cuts)
    first = True
    for start, end in itertools.pairwise(edges):
        if trimmed := _trim(sentence.text, start, end):
            a, b = trimmed
            at = sentence.start
            part = sentence.text[a:b]
            yield Clause(at + a, at + b, part, sentence.asked, sentence.punctuated, first)
            first = False


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The part without space around it; None when it holds no word."""
    part = text[start:end]
    if not _WORD.search(part):
        return None
    first = start + len(part) - len(part.lstrip())
    return first, start + len(part.rstrip())


def occurs(
    words: Sequence[str], stems: Sequence[str], is_begun: Callable[[str, str], bool]
) -> bool:
    """Whether the stems stand in a row among the words; is_begun(word, stem) compares two."""
    if not stems:
        return False
    first, rest = stems[0], stems[1:]
    for i in range(len(words) - len(stems) + 1):
        if is_begun(words[i], first) and all(
            is_begun(words[i + j], stem) for j, stem in enumerate(rest, start=1)
        ):
            return True
    return False


def begins(word: str, stem: str) -> bool:
    """Whether the word starts with the stem; one of up to three letters must be the whole word,
    or its plural."""
    if len(stem) <= 3:
        return word in (stem, stem + "s", stem + "'s")
    return word.startswith(stem)
