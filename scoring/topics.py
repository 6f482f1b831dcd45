"""Whether the rep's words touch a topic: stems against words, forgiving of rough recognition."""

import re
from functools import lru_cache

from scoring.clauses import begins, occurs
from scoring.numerals import spelled

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*", re.IGNORECASE)
_SYMBOLS = {"%": " percent ", "$": " dollar ", "€": " euro ", "£": " pound ", "’": "'"}
MIN_FUZZY = 7
"""Letters from which a stem may differ from a word by one letter, as recognizers mishear."""


def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words in order; digits written out, so that "30%" is "thirty percent"."""
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    found: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        found += spelled(token) if token[0].isdigit() else [token]
    return tuple(found)


def n_touched(words: tuple[str, ...], topics: tuple[str, ...]) -> int:
    """How many of the topics occur. A topic is a stem or a phrase of stems, such as "compet" or
    "how many"; a stem of up to three letters must be the whole word, or its plural."""
    return sum(occurs(words, _stems(topic), _begins) for topic in topics)


@lru_cache(maxsize=4096)  # of a scenario's topics, asked for again with every utterance
def _stems(topic: str) -> tuple[str, ...]:
    return tokens(topic)


def _begins(word: str, stem: str) -> bool:
    if begins(word, stem):
        return True
    return len(stem) >= MIN_FUZZY and word[0] == stem[0] and _one_letter_off(word, stem)


def _one_letter_off(word: str, stem: str) -> bool:
    """True when one letter of the stem was replaced, dropped or added at the word's start."""
    same = next((i for i, (a, b) in enumerate(zip(word, stem, strict=False)) if a != b), len(word))
    rest = stem[same + 1 :]
    replaced, dropped, added = word[same + 1 :], word[same:], word[same + 1 :]
    return replaced.startswith(rest) or dropped.startswith(rest) or added.startswith(stem[same:])
