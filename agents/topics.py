"""Whether the rep's words touch a topic: stems against words, forgiving of rough recognition."""

import re

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*", re.IGNORECASE)
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SYMBOLS = {"%": " percent ", "$": " dollar ", "€": " euro ", "£": " pound ", "’": "'"}
MIN_FUZZY = 7
"""Letters from which a stem may differ from a word by one letter, as recognizers mishear."""


def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words in order; digits written out, so that "30%" is "thirty percent"."""
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    found: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        found += _number_words(token) if token[0].isdigit() else [token]
    return tuple(found)


def n_touched(words: tuple[str, ...], topics: tuple[str, ...]) -> int:
    """How many of the topics occur. A topic is a stem or a phrase of stems, such as "compet" or
    "how many"; a stem of up to three letters must be the whole word, or its plural."""
    return sum(_occurs(words, tokens(topic)) for topic in topics)


def _occurs(words: tuple[str, ...], stems: tuple[str, ...]) -> bool:
    if not stems:
        return False
    starts = range(len(words) - len(stems) + 1)
    return any(all(_begins(words[i + j], s) for j, s in enumerate(stems)) for i in starts)


def _begins(word: str, stem: str) -> bool:
    if len(stem) <= 3:
        return word in (stem, stem + "s", stem + "'s")
    if word.startswith(stem):
        return True
    return len(stem) >= MIN_FUZZY and word[0] == stem[0] and _one_letter_off(word, stem)


def _one_letter_off(word: str, stem: str) -> bool:
    """True when one letter of the stem was replaced, dropped or added at the word's start."""
    same = next((i for i, (a, b) in enumerate(zip(word, stem, strict=False)) if a != b), len(word))
    rest = stem[same + 1 :]
    replaced, dropped, added = word[same + 1 :], word[same:], word[same + 1 :]
    return replaced.startswith(rest) or dropped.startswith(rest) or added.startswith(stem[same:])


def _number_words(digits: str) -> list[str]:
    """ "1,200" as one thousand two hundred; what is too large or a fraction, digit by digit."""
    plain = digits.replace(",", "")
    if plain.isdigit() and len(plain) <= 6:
        return _below_million(int(plain))
    return [_ONES[int(d)] if d.isdigit() else "point" for d in plain]


def _below_million(n: int) -> list[str]:
    if n < 20:
        return [_ONES[n]]
    if n < 100:
        return [_TENS[n // 10 - 2], *([_ONES[n % 10]] if n % 10 else [])]
    size, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
    return [*_below_million(n // size), name, *(_below_million(n % size) if n % size else [])]
