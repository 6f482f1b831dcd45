"""The known name that a wrong one was most likely meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches

CLOSE_ENOUGH = 0.5
"""difflib ratio in [0, 1]; 0.6 is its default, lower here as names are short."""


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """The known name nearest to wrong, ignoring case; None when none is near."""
    by_lower = {name.lower(): name for name in sorted(known, reverse=True)}
    found = get_close_matches(wrong.lower(), by_lower, n=1, cutoff=CLOSE_ENOUGH)
    return by_lower[found[0]] if found else None


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A sentence for a fault's remedy: the nearest name, or all of them when none is near."""
    names = sorted(known)
    found = nearest(wrong, names)
    if found is not None:
        return f'Did you mean "{found}"?'
    return "Known: " + ", ".join(names) + "."
