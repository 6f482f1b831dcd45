"""What the rep stated and promised, as the buyer remembers it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.dialogue_acts import Found

MAX_NOTED = 40
"""Kept in mind; older ones are forgotten, so that a long call stays small."""
MAX_QUOTE = 160
_PROMISES = re.compile(
    r"\b(?:i|we)(?:'ll| will| promise| can promise| guarantee)\b"
    r"|\byou(?:'ll| will) (?:have|get|hear|receive)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    kind: Literal["claim", "promise"]
    quote: str
    """Verbatim."""
    turn: int
    """Of the rep, counted from 1."""


def noted(text: str, found: Sequence[Found], turn: int) -> tuple[Said, ...]:
    """The claims and promises of one utterance, in order; each place once."""
    said: dict[int, Said] = {}
    for one in found:
        quote = text[one.start : one.end].strip()[:MAX_QUOTE]
        if one.act in ("claim", "evidence", "next_step_ask") and quote:
            promise = bool(_PROMISES.search(quote.replace("’", "'")))
            if promise or one.act != "next_step_ask":
                said.setdefault(one.start, Said("promise" if promise else "claim", quote, turn))
    return tuple(said[at] for at in sorted(said))
