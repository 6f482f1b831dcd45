"""An objection the buyer voiced, and how the rep handled it."""

from dataclasses import dataclass
from typing import Literal

CheckName = Literal["listen", "acknowledge", "explore", "respond", "confirm"]
GateCheckName = Literal["said_who", "said_why", "asked_politely", "did_not_pitch", "put_through"]
VerdictWord = Literal["yes", "no", "not_applicable"]
FirstMove = Literal["asked", "acknowledged", "answered", "argued", "silent"]


@dataclass(frozen=True, slots=True)
class Voiced:
    """From the buyer's log: never guessed from text. Times in seconds of the call."""

    objection_id: str
    start_s: float
    """First sound of the objection."""
    end_s: float
    """Last sound of it that was heard."""
    text: str
    settled_s: float | None = None
    """When the buyer said that it was settled; None when never."""


@dataclass(frozen=True, slots=True)
class Check:
    """One LAER step, or one step past a gatekeeper, as yes, no or not applicable."""

    name: CheckName | GateCheckName
    verdict: VerdictWord
    at_s: float | None
    """Where the evidence starts; None when there is none."""
    quote: str | None
    """The rep's words, verbatim from the transcript; None when there are none."""
    reason: str
    """Why, one sentence that a rep understands."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How one voiced objection was handled."""

    id: str
    kind: str
    concern: str
    text: str
    """As the buyer said it."""
    raised_at_s: float
    ended_at_s: float
    gap_s: float | None
    """From its end to the rep's first word; negative when the rep cut in; None when the rep
    never spoke again."""
    pace_change_wpm: float | None
    """Pace of the answer minus the rep's own pace; None with too little speech."""
    first_move: FirstMove
    checks: tuple[Check, ...]
    """Always the five, in LAER order."""
