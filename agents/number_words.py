"""The numbers, dates and shares that a text names, so that two texts can be compared by them."""

from collections.abc import Sequence

from scoring.topics import tokens

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SCALES = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_MARKS = (
    "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth half quarter twice "
    "january february march april june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter"
)
_UNITS: dict[str, int] = {word: n for n, word in enumerate(_SMALL.split())}
_UNITS |= {word: 20 + 10 * n for n, word in enumerate(_TENS.split())}
_UNITS |= {"dozen": 12, "dozens": 12}
_MARKED = frozenset(_MARKS.split())
_SMALL_TALK = frozenset(["minute", "minutes", "second", "seconds", "moment", "moments"])
"""A number before one of these is how people ask for patience, and no figure."""


def numbers(text: str) -> frozenset[str]:
    """What a text says in numbers, each in one form: "400", "2.5", "april", "eighth". "One" alone
    is a pronoun and left out, and so is the "two" of "give me two minutes"."""
    words = tokens(text)
    found = {word for word in words if word in _MARKED}
    at = 0
    while at < len(words):
        n_words, value = _run(words[at:])
        after = words[at + n_words : at + n_words + 1]
        if n_words and value != 1 and not (value < 10 and _SMALL_TALK.intersection(after)):
            found.add(f"{value:g}" if value < 1e6 else f"{value:.0f}")
        at += max(1, n_words)
    return frozenset(found)


def same_or_in_thousands(number: str) -> tuple[str, str]:
    """The number, and what it is when the thousands go without saying: "nineteen", of money."""
    if not number[:1].isdigit():
        return number, number
    in_thousands = float(number) * 1000
    return number, f"{in_thousands:g}" if in_thousands < 1e6 else f"{in_thousands:.0f}"


def _run(words: Sequence[str]) -> tuple[int, float]:
    """How many words from the first on are one number, and which; (0, 0) when none is."""
    total, part, n, seen = 0.0, 0.0, 0, False
    for n, word in enumerate(words):
        if word in _UNITS:
            if seen and not _continues(part, _UNITS[word]):
                return n, total + part
            part, seen = part + _UNITS[word], True
        elif word in _SCALES and (seen or word != "grand"):
            scale = _SCALES[word]
            part = max(part, 1.0) * scale
            if scale >= 1000:
                total, part = total + part, 0.0
            seen = True
        elif word == "point" and seen and words[n + 1 : n + 2] and words[n + 1] in _UNITS:
            return n + 2, total + part + _UNITS[words[n + 1]] / 10
        elif word == "and" and seen and part >= 100 and _next_is_small(words[n + 1 : n + 2]):
            continue
        else:
            return (n, total + part) if seen else (0, 0.0)
    return (len(words), total + part) if seen else (0, 0.0)


def _continues(part: float, unit: int) -> bool:
    """Whether "twenty" goes on with "four", or "three hundred" with "fifty"."""
    last_two = part % 100
    return last_two == 0 if unit >= 10 else last_two == 0 or (last_two >= 20 and part % 10 == 0)


def _next_is_small(after: Sequence[str]) -> bool:
    return bool(after) and after[0] in _UNITS
