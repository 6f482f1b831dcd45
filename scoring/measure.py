"""One figure about a call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its interval and its denominator, or None with a reason."""

    name: str
    """A key that never changes, such as "pace"."""
    label: str
    """As people read it, such as "Pace"."""
    value: float | None
    unit: str
    """As people read it, such as "words/min"."""
    low: float | None
    """Lower end of the 95 % interval; None when the figure is exact or absent."""
    high: float | None
    reason: str | None
    """Why there is no value; None when there is one."""
    denominator: str
    """What it was measured over, such as "82 s of rep speech"."""
    definition: str
    """How it is computed, one sentence."""
    reference: str
    """The reference range and its source, marked second-hand where it is; "" when none."""
