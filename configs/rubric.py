"""How measures and checks are weighed into a scorecard."""

from dataclasses import dataclass
from typing import Final, Literal

GATE_CHECKS: Final = ("said_who", "said_why", "asked_politely", "did_not_pitch", "put_through")
"""What a criterion "of" the gatekeeper may be, in the order of the talk."""
BUYER_FIGURES: Final = ("facts_found", "next_step", "concessions")
"""What a criterion "of" the buyer may be."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric: a measure inside a band, one LAER check over all objections, one check
    of the talk with the gatekeeper, or what the buyer gave."""

    id: str
    name: str
    weight: float
    """Above 0; weights need not add to 1."""
    source: Literal["measure", "check", "gatekeeper", "buyer"]
    of: str
    """A measure's name ("pace"), a check's ("listen", "acknowledge", ...), one of GATE_CHECKS, or
    one of BUYER_FIGURES: facts_found is the share of the facts that are not free, next_step is
    all or nothing, concessions is the share that was granted."""
    low: float | None = None
    """For a measure: full points from here ..."""
    high: float | None = None
    """... to here; None leaves that side open."""
    zero_below: float | None = None
    """No points from here down; points fall in a straight line in between."""
    zero_above: float | None = None
    """No points from here up."""
    anchor: str = ""
    """What the band rests on, with its source, one sentence."""


@dataclass(frozen=True, slots=True)
class Rubric:
    id: str
    title: str
    criteria: tuple[Criterion, ...]
