"""What the rep reads after the call."""

from dataclasses import dataclass

from scoring.gatekeeper import GateReview
from scoring.measure import Measure
from scoring.objection import Handling


@dataclass(frozen=True, slots=True)
class Points:
    """One criterion of the rubric, weighed by code."""

    id: str
    name: str
    points: float | None
    """0 to 100; None with a reason."""
    weight: float
    reason: str | None
    evidence: str
    """The figure or the counts behind the points, such as "2 of 3 objections"."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing to keep or to fix, and where to hear it."""

    text: str
    at_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    scenario_id: str
    rubric_id: str
    version: int
    """Of the scoring code; raised whenever figures can change."""
    provisional: bool
    """True for the first one, from the live words; False after the second transcription."""
    engines: dict[str, str]
    """Role ("speech_to_text", "text_to_speech", "words", ...) to engine name."""
    notes: tuple[str, ...]
    """What to take with care, such as a rough engine; full sentences."""
    duration_s: float
    measures: tuple[Measure, ...]
    objections: tuple[Handling, ...]
    criteria: tuple[Points, ...]
    total: float | None
    """0 to 100, weighted over the criteria that have points; None with a reason."""
    reason: str | None
    keep: Moment | None
    fix: Moment | None
    gatekeeper: GateReview | None = None
    """None on a call on which nobody picks up first, or whose log does not tell."""
