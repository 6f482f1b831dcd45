"""What the buyer does next, decided before a word of it is chosen."""

from dataclasses import dataclass
from typing import Literal

BeatKind = Literal[
    "open",
    "answer",
    "reveal",
    "hold_back",
    "raise_objection",
    "explain_objection",
    "push_back",
    "settle",
    "ask",
    "clarify",
    "prompt_silence",
    "interrupt",
    "agree",
    "defer",
    "goodbye",
    "hang_up",
    "continue",
    "soften",  # a small opening, because something was taken seriously
    "go_quiet",  # next to nothing, because the rep pushed
    "refuse",  # something was asked for that was not earned
    "concede",  # something is granted, for its named trigger
    "deflect",  # talk of instructions, machines or scoring is met with puzzlement
    "ask_who",  # the gatekeeper: who is calling?
    "ask_why",  # the gatekeeper: what is it about?
    "put_through",  # the gatekeeper: the buyer comes onto the line next
]
Voice = Literal["buyer", "gatekeeper"]


@dataclass(frozen=True, slots=True)
class Beat:
    """One decision of the buyer."""

    kind: BeatKind
    reason: str
    """Why, one clause that a rep understands; never the rep's own words, never a hidden fact."""
    objection_id: str | None = None
    """The objection that this beat raises, explains, brings back, settles or stumbles over."""
    fact_ids: tuple[str, ...] = ()
    """Facts that the buyer may use in this beat, and no others."""
    because: str | None = None
    """The rep's words that caused it, verbatim; None when time or silence did."""
    ends_call: bool = False
    """True when the buyer hangs up after these words."""
    concession_id: str | None = None
    """What is granted by this beat, or was asked for in vain."""
    voice: Voice = "buyer"
    """Who says it."""
