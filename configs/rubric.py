"""How measures and checks are weighed into a scorecard."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric: a measure inside a band, or one LAER check over all objections."""

    id: str
    name: str
    weight: float
    """Above 0; weights need not add to 1."""
    source: Literal["measure", "check"]
    of: str
    """A measure's name ("pace"), or a check's ("listen", "acknowledge", ...)."""
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
