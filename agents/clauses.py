"""Streamed text cut into what is synthesised at a time: a short first clause, then sentences."""

import re

MIN_CHARACTERS = 12
"""Of a clause: shorter ones sound chopped, and a voice needs a few words to find its melody."""
FIRST_CHARACTERS = 60
"""A first clause whose mark comes later is cut at the last word that ends within this many."""
WAITED_CHARACTERS = 26
"""The same where no mark is known yet: the rep is waiting, and the rest is still being made up."""
LATER_CHARACTERS = 240
"""The same for what follows, so that no single synthesis takes long."""
SENTENCE_PAUSE_S, CLAUSE_PAUSE_S = 0.2, 0.1
CUT_PAUSE_S = 0.02
"""Where a long clause without a mark was cut at a word."""

_SENTENCE_MARK = r"[.!?…]+[\"'”’)]*(?=\s)"
_CLAUSE_MARK = r"[,;:][\"'”’)]*(?=\s)|(?<=\s)[-–](?=\s)|—(?=.)"
_SENTENCE_END = re.compile(_SENTENCE_MARK)
_CLAUSE_END = re.compile(f"{_SENTENCE_MARK}|{_CLAUSE_MARK}", re.DOTALL)
_WORD_END = re.compile(r"(?<=\S)(?=\s)")
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e)|\b[A-Z])\.$", re.IGNORECASE)
_MARKED = re.compile(r"[,;:—–-][\"'”’)]*$")
_FINISHED = re.compile(r"[.!?…]+[\"'”’)]*$")


class Clauses:
    """Cuts one text that comes in pieces. The clauses joined are the text, whatever the pieces."""

    def __init__(self) -> None:
        self._open = ""
        self._first = True

    def push(self, piece: str) -> list[str]:
        """Clauses that are complete now, each of MIN_CHARACTERS or more beside white space."""
        self._open += piece
        found: list[str] = []
        while (end := self._end()) is not None:
            found.append(self._open[:end])
            self._open = self._open[end:]
            self._first = False
        return found

    def so_far(self) -> list[str]:
        """What is open as a clause of its own, where it is long enough and ends between words: for
        the first one, whose end whoever writes the text has chosen already."""
        text = self._open
        if not text[-1:].isspace() or not _may_end(text, len(text.rstrip())):
            return []
        self._open, self._first = "", False
        return [text]

    def finish(self) -> list[str]:
        """The last clause, of any length; [] when nothing is left."""
        rest, self._open = self._open, ""
        return [rest] if rest else []

    def _end(self) -> int | None:
        """Where the clause under way ends in the open text; None while that is not known."""
        return first_clause(self._open) if self._first else _later_clause(self._open)


def first_clause(text: str) -> int | None:
    """Where the first clause of a reply ends: after its first mark, or at a word's end when
    FIRST_CHARACTERS have none, or there is none yet after WAITED_CHARACTERS; None while more text
    is needed."""
    marked = any(_may_end(text, m.end()) for m in _CLAUSE_END.finditer(text))
    return _cut(text, _CLAUSE_END, FIRST_CHARACTERS if marked else WAITED_CHARACTERS)


def sentences(text: str) -> tuple[list[str], str]:
    """Finished sentences as written, and the rest. A sentence is finished when white space
    follows its mark, so that "2.5" and "e.g." stay whole."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text, start, match.end()):
            found.append(text[start : match.end()])
            start = match.end()
    return found, text[start:]


def ends_sentence(text: str) -> bool:
    """True when the text ends with a sentence's mark, and not with an abbreviation."""
    stripped = text.rstrip()
    return bool(_FINISHED.search(stripped)) and not _ABBREVIATION.search(stripped)


def pause_after_s(text: str) -> float:
    """The pause, seconds, that a speaker makes between this and what follows."""
    if not text:
        return 0.0
    if ends_sentence(text):
        return SENTENCE_PAUSE_S
    return CLAUSE_PAUSE_S if _MARKED.search(text.rstrip()) else CUT_PAUSE_S


def _later_clause(text: str) -> int | None:
    return _cut(text, _SENTENCE_END, LATER_CHARACTERS)


def _cut(text: str, mark: re.Pattern[str], n_longest: int) -> int | None:
    """The first mark in n_longest characters; else a lesser mark; else the last word's end."""
    first = next((m.end() for m in mark.finditer(text) if _may_end(text, m.end())), None)
    if first is not None and first <= n_longest:
        return _with_space(text, first)
    if len(text) <= n_longest + 1:  # a mark just before the limit shows with what follows it
        return None
    for lesser in (_CLAUSE_END, _WORD_END):
        ends = [m.end() for m in lesser.finditer(text) if m.end() <= n_longest]
        good = [end for end in ends if _may_end(text, end)]
        if good:
            return _with_space(text, good[-1])
    late = next((m.end() for m in _WORD_END.finditer(text) if _may_end(text, m.end())), None)
    return None if late is None else _with_space(text, late)


def _may_end(text: str, end: int) -> bool:
    """A clause is long enough, and does not end in "Mr.", which belongs to what follows."""
    long_enough = len(text[:end].strip()) >= MIN_CHARACTERS
    return long_enough and not _ABBREVIATION.search(text, 0, end)


def _with_space(text: str, end: int) -> int:
    """A clause takes one white space after it along; where a dash has none, none."""
    return end + 1 if text[end : end + 1].isspace() else end
