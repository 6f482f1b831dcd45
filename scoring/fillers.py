"""Fillers in the rep's words: filled pauses, and discourse markers where they carry no meaning.

Five items only: um/uh and kin, you know, I mean, well, and like by rule. "so", "right",
"actually", "basically", "kind of" and "sort of" are not counted: in hand-annotated phone talk they
are fillers in 0 to 11 % of cases. What the rules reach: tests/benchmarks/fillers.py. English only.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from speech.words import Word

FillerKind = Literal["filled_pause", "discourse"]

FILLED_PAUSE = re.compile(r"(?:u+m+|u+h+m*|e+r+m*|a+hm+|h+m+|mm+|eh+m+)")
"""Of a whole word; "ah" and "oh" are words of surprise, and "mhm" answers."""


@dataclass(frozen=True, slots=True)
class Filler:
    kind: FillerKind
    text: str
    """Lower case, such as "um" or "you know"."""
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class _Place:
    """A word among its neighbours, lower case without marks; "" past the ends of the run."""

    words: tuple[str, ...]
    at: int
    starts: bool
    """True for the first word of a turn or after a mark."""

    def __getitem__(self, offset: int) -> str:
        i = self.at + offset
        return self.words[i] if 0 <= i < len(self.words) else ""


def fillers(words: Sequence[Word], turn_starts: Collection[int] = (0,)) -> tuple[Filler, ...]:
    """The fillers of one speaker's words in order.

    words may come with or without marks; turn_starts are indices of words that begin a turn.
    """
    plain = tuple(_plain(w.text) for w in words)
    starts = set(turn_starts) | {i + 1 for i, w in enumerate(words) if w.text[-1:] in ".?!,;"}
    return tuple(_found(words, plain, starts))


def _found(
    words: Sequence[Word], plain: tuple[str, ...], starts: Collection[int]
) -> Iterator[Filler]:
    i = 0
    while i < len(words):
        place = _Place(plain, i, i in starts)
        kind, n = _filler_at(place)
        if kind:
            text = " ".join(plain[i : i + n])
            yield Filler(kind, text, words[i].start_s, words[i + n - 1].end_s)
        i += n


def _filler_at(place: _Place) -> tuple[FillerKind | None, int]:
    """The kind of filler that starts here, None for none, and how many words to move on."""
    word = place[0]
    if FILLED_PAUSE.fullmatch(word):
        return "filled_pause", 1
    if (word, place[1]) == ("you", "know"):
        return ("discourse" if _you_know(place) else None), 2
    if (word, place[1]) == ("i", "mean"):
        return ("discourse" if _i_mean(place) else None), 2
    rule = {"well": _well, "like": _like}.get(word)
    return ("discourse" if rule and rule(place) else None), 1


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_ASKS_YOU = _words(
    "do did don't didn't does if let that would could can will as what how when how'd wish"
)
_KNOWN = _words(
    "what how who where when why which whether if that about him her them me someone somebody"
    " anyone anybody of"
)


def _you_know(place: _Place) -> bool:
    """Not in "do you know him" or "let you know"; before a wh-word only when the verb is meant."""
    return not (place[-1] in _ASKS_YOU and (place[2] in _KNOWN or place[-1] not in {"that", "if"}))


def _i_mean(place: _Place) -> bool:
    return place[-1] not in {"what", "if", "whatever", "know", "do", "how", "see"}


_DONE_WELL = _words(
    "as very pretty so really quite too how do does doing did done work works worked working go "
    "goes going went gone get well fairly extremely that it's know knew known treat play played "
    "plays doesn't don't farewell oil or him her them me us you they're i'm pay paid pays he's "
    "she's feel feels felt mean means oh"
)
_STARTS_CLAUSE = _words("and but so because yeah yes no okay ok oh right um uh er hmm")


def _well(place: _Place) -> bool:
    """At the start of a turn or clause; not "as well", "works well" or "well known"."""
    if place[1] in {"known", "aware", "being", "enough", "off", "established", "educated"}:
        return False
    if place[1] == "as" and place[2] in {"as", ""}:
        return False
    if place.starts or place[-1] in _STARTS_CLAUSE or place[-1] == "":
        return True
    return place[-1] not in _DONE_WELL


_LIKED_BY = _words(
    "i you we they he she would wouldn't i'd you'd we'd they'd he'd she'd don't doesn't didn't to "
    "really might may both also never always do does did who people nobody everybody"
)
_SENSES = _words(
    "look looks looked looking sound sounds sounded sounding feel feels felt feeling seem seems "
    "seemed taste tastes smell smells act acts acted treat treated"
)
_COMPARED = _words(
    "things something stuff more much anything nothing somebody someone exactly place places what "
    "what's too of way it them him her me us"
)
"""What is compared or listed: "things like that", "sort of like"."""
_POINTED = _words("this that these those it him her them me us you i to")


def _like(place: _Place) -> bool:
    """ "It was like three people", not "I like it", "looks like rain" or "something like that".

    The weakest of the rules: without sound its jobs look much the same.
    """
    before, after = place[-1], place[1]
    if before == "like" or after == "like":
        return True
    if before == "" or after == "" or before in _LIKED_BY | _SENSES | _COMPARED:
        return False
    if (after, place[2]) == ("you", "know"):
        return True
    return after not in _POINTED


def _plain(text: str) -> str:
    return text.lower().replace("’", "'").strip('.,;:?!"()[]-–—… ')
