"""The buyer's ledger as the review shows it, with the line of trust and interest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agents.ledger import Ledger, MoodPoint, ledger
from agents.outcome import to_event
from configs.fault import Fault
from configs.scenario import Scenario
from storage.recordings import Recordings

WIDTH: Final = 600
HEIGHT: Final = 120
MARGIN: Final = 6
MOOD: Final = 5
"""Trust and interest lie in -5..5."""


@dataclass(frozen=True, slots=True)
class MoodLine:
    """In units of the drawing, WIDTH by HEIGHT."""

    trust: str
    """Points of an SVG polyline."""
    interest: str
    middle_y: float
    moves: tuple[tuple[float, float], ...]
    """Where the rep's words moved trust or interest."""
    said: str
    """The line in words."""


@dataclass(frozen=True, slots=True)
class LedgerView:
    ledger: Ledger
    line: MoodLine | None
    """None with fewer than two points."""


def read_ledger(
    recordings: Recordings, call_id: str, scenario: Scenario, duration_s: float
) -> LedgerView | None:
    """From the call's log; None when it holds no decision or cannot be read."""
    try:
        events = [to_event(one) for one in recordings.read_events(call_id)]
    except Fault:
        return None
    found = ledger(events, scenario)
    if not found.n_turns:
        return None
    return LedgerView(found, mood_line(found.mood, duration_s))


def mood_line(points: Sequence[MoodPoint], duration_s: float) -> MoodLine | None:
    if len(points) < 2:
        return None
    last_s = max(duration_s, points[-1].at_s, 1.0)

    def x(at_s: float) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * at_s / last_s, 1)

    def y(mood: int) -> float:
        return round(HEIGHT / 2 - (HEIGHT / 2 - MARGIN) * mood / MOOD, 1)

    def steps(moods: Sequence[int]) -> str:
        """A mood holds until the next decision, so the line is a staircase."""
        corners: list[str] = []
        for n, (point, mood) in enumerate(zip(points, moods, strict=True)):
            if n:
                corners.append(f"{x(point.at_s)},{y(moods[n - 1])}")
            corners.append(f"{x(point.at_s)},{y(mood)}")
        return " ".join([*corners, f"{x(last_s)},{y(moods[-1])}"])

    first, end = points[0], points[-1]
    return MoodLine(
        trust=steps([p.trust for p in points]),
        interest=steps([p.interest for p in points]),
        middle_y=HEIGHT / 2,
        moves=tuple(
            (x(p.at_s), y(p.trust if p.trust_by else p.interest))
            for p in points
            if p.trust_by or p.interest_by
        ),
        said=(
            f"Trust went from {first.trust} to {end.trust}, interest from {first.interest} to "
            f"{end.interest}, on a scale from minus 5 to 5."
        ),
    )
