"""Whether a sentence gives away what the buyer does not say yet.

What is locked is never in the prompt, so a model can only guess it; this catches the guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.number_words import numbers, same_or_in_thousands

SHARED_WORDS = 2
"""Telling words of one fact that a sentence may not share; one alone is chance."""
SHARED_IN_REPLY = 3
"""The same for all sentences of a reply together."""
FEW_WORDS = 2
"""A fact with so few telling words is given away by any of them."""
RUN = 4
"""Words in a row that are a locked wording again."""

_COMMON = (
    "a about above actually add after again ago agree all almost alone already also always am "
    "among an and another any anybody anyone anything are around as ask at away back bad be "
    "because been before behind being below best better between big bit both bring business "
    "but buy by call came can cannot carry case certain change clear come company could "
    "course day days deal decide deep depend did difference different do does doing done down "
    "during each easy either else end enough even ever every everybody everyone everything "
    "exactly except fact fair far feel few figure find fine first follow for forward found "
    "from front full further gave get getting give go goes going gone good got great had half "
    "happen hard has have having he hear heard help her here him his hold home honest hope "
    "hour how however idea if important in inside instead into is it its itself job just keep "
    "kind knew know known last late lately later least leave left less let like likely line "
    "listen little live long look lose lot love low made main make making many matter may "
    "maybe me mean meant meet might mind mine minute moment month more morning most move much "
    "must my myself name near need never new next nice no nobody none nor not nothing now "
    "number of off offer often oh okay old on once one only open or order other our out over "
    "own part pay people perhaps person phone place plan plus point possible pretty price "
    "problem put question quick quite rather reach read ready real really reason right run "
    "said same save saw say says second see seem seen sell send sense set she should show "
    "side simple since small so some somebody someone something sometimes soon sorry sort "
    "speak spend start stay step still stop straight such sure system take talk team tell "
    "than thank that the their them then there these they thing think this those though three "
    "through time to today together told tomorrow too took top toward tried trouble true "
    "trust try turn two under understand until up us use used usual very wait want was watch "
    "way we week well went were what when where whether which while who whole whose why will "
    "wish with within without word work world worry would write wrong year years yes "
    "yesterday yet you young your"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][a-z]+\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ENDINGS = ("ings", "ing", "ers", "er", "ed", "es", "s", "ly", "e")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a text can be recognised by."""

    words: frozenset[str]
    """Stems of the words that not every text holds."""
    numbers: frozenset[str]
    names: frozenset[str]
    sentences: frozenset[str]
    """Bare lower case, and all as one; not those that tell nothing, such as "All right."."""
    runs: frozenset[tuple[str, ...]]
    """RUN words in a row that hold a telling one."""

    def __or__(self, other: "Marks") -> "Marks":
        return Marks(
            self.words | other.words,
            self.numbers | other.numbers,
            self.names | other.names,
            self.sentences | other.sentences,
            self.runs | other.runs,
        )


@dataclass(frozen=True, slots=True)
class Secret:
    marks: Marks
    """Of all its wordings, less what may be said anyway."""
    core: frozenset[str]
    """Telling words of which one is enough: most of its wordings need them."""


NOTHING = Marks(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is locked during one reply, beyond what may be said anyway."""

    groups: tuple["Secret", ...]
    """One a fact, a concession."""
    allowed: Marks

    def leaked_by(self, sentence: str, before: str = "") -> bool:
        """True when the sentence gives one of them away: by its wording, by a number or a name,
        or by telling words. `before`: what the reply has said already."""
        said = marks(sentence)
        so_far = marks(before).words if before else frozenset()
        return any(self._from(group, said, so_far) for group in self.groups)

    def _from(self, secret: Secret, said: Marks, so_far: frozenset[str]) -> bool:
        group = secret.marks
        if said.words & secret.core:
            return True
        if said.sentences & group.sentences or said.runs & group.runs or said.names & group.names:
            return True
        if any(self._number(group, number) for number in said.numbers):
            return True
        here = said.words & group.words
        both = here | (so_far & group.words) if here else here
        return len(here) >= SHARED_WORDS or len(both) >= SHARED_IN_REPLY

    def _number(self, group: Marks, number: str) -> bool:
        forms = same_or_in_thousands(number)
        return any(f in group.numbers for f in forms) and not self.allowed.numbers & {*forms}


def secrets(locked: Sequence[Sequence[str]], allowed: Sequence[str]) -> Secrets:
    """`locked`: the texts of each thing that is not to be told; `allowed`: all that may be said,
    and what the rep knows or has just said."""
    may = marks_of(allowed)
    return Secrets(tuple(_secret(texts, may) for texts in locked), may)


def _secret(texts: Sequence[str], allowed: Marks) -> Secret:
    """`texts`: what it is, then how it is said."""
    own = _beyond(marks_of(texts), allowed)
    in_text = marks(texts[0]).words & own.words
    n_needed = max(2, len(texts) // 2)
    said_by = {w: sum(w in marks(line).words for line in texts[1:]) for w in in_text}
    core = frozenset(w for w, n in said_by.items() if n >= n_needed)
    return Secret(own, in_text if len(in_text) <= FEW_WORDS else core)


def _beyond(group: Marks, allowed: Marks) -> Marks:
    return Marks(
        group.words - allowed.words,
        group.numbers - allowed.numbers,
        frozenset(n for n in group.names if stem(n) not in allowed.words),
        group.sentences - allowed.sentences,
        group.runs - allowed.runs,
    )


def marks_of(texts: Sequence[str]) -> Marks:
    every = [marks(text) for text in texts]
    if not every:
        return NOTHING
    return Marks(
        frozenset().union(*(m.words for m in every)),
        frozenset().union(*(m.numbers for m in every)),
        frozenset().union(*(m.names for m in every)),
        frozenset().union(*(m.sentences for m in every)),
        frozenset().union(*(m.runs for m in every)),
    )


@lru_cache(maxsize=4096)
def marks(text: str) -> Marks:
    parts = [_words(part) for part in _SENTENCE.split(text)]
    stems = [stem(w) for part in parts for w in part]
    whole = frozenset([bare(text)]) - {""}
    runs = (tuple(part[n : n + RUN]) for part in parts for n in range(len(part) - RUN + 1))
    return Marks(
        words=frozenset(s for s in stems if s),
        numbers=numbers(text),
        names=frozenset(name.lower() for name in _NAME.findall(text)) - _NO_NAMES,
        sentences=frozenset(" ".join(part) for part in parts if _tells(part)) | whole,
        runs=frozenset(run for run in runs if any(stem(w) for w in run)),
    )


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The word without its ending, "" for a common one: retires, retiring and retired are one."""
    bare = word.lower().replace("’", "'").split("'")[0]
    if bare in _EVERYWHERE or len(bare) < 3:
        return ""
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 3:
            bare = bare.removesuffix(ending)
            break
    if bare in _EVERYWHERE:
        return ""
    doubled = len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "aeiousl"
    return bare[:-1] if doubled else bare[:7]


def _tells(part: Sequence[str]) -> bool:
    return len(part) > RUN or any(stem(w) for w in part)


def bare(text: str) -> str:
    """The words alone, lower case."""
    return " ".join(_words(text))


@lru_cache(maxsize=4096)
def bare_sentences(text: str) -> frozenset[str]:
    """Each sentence bare, and the text as a whole."""
    return frozenset(bare(part) for part in (text, *_SENTENCE.split(text)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


_EVERYWHERE = frozenset(_COMMON.split())
_CALENDAR = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december english i"
)
_NO_NAMES = frozenset(_CALENDAR.split())
