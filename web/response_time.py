"""How quickly the buyer answered, as the review says it in one line and a small table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.outcome import timings_of, to_event
from agents.turn_timing import STAGES, Spread, Stage, TurnTiming, gaps, stage_costs
from configs.fault import Fault
from storage.recordings import Recordings

STAGE_NAMES: Final[Mapping[Stage, tuple[str, str]]] = {
    "vad": ("Silence noticed", "Voice detection hears that the rep has stopped."),
    "preflight": ("Words heard", "What was said is written down, and a reply is begun on trial."),
    "committed": ("Turn over", "The buyer is sure that the rep has finished."),
    "words": ("First words", "The first words of the reply are there."),
    "clause": ("First clause", "Enough of it is there to be spoken."),
    "sound": ("First sound", "The buyer's voice has made the first sound."),
    "played": ("Playing", "The line begins to play it."),
}


@dataclass(frozen=True, slots=True)
class StageRow:
    name: str
    what: str
    median_s: float
    slowest_s: float
    n_turns: int


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Of one call, over the turns that were answered."""

    median_s: float
    slowest_s: float
    n_turns: int
    rows: tuple[StageRow, ...]
    """Stages that happened in enough turns."""


def read_timings(recordings: Recordings, call_id: str) -> tuple[TurnTiming, ...]:
    """From the call's event log; () when it has none or cannot be read, for a review is worth
    reading without."""
    try:
        lines = recordings.read_events(call_id)
    except Fault:
        return ()
    return timings_of(to_event(one) for one in lines if one.get("kind") == "turn_timing")


def response_time(timings: Sequence[TurnTiming]) -> ResponseTime | None:
    """None over too few turns to say anything."""
    whole = gaps(timings)
    if whole.median_s is None or whole.slowest_s is None:
        return None
    costs = stage_costs(timings)
    rows = (_row(stage, costs[stage]) for stage in STAGES)
    known = tuple(row for row in rows if row is not None)
    return ResponseTime(whole.median_s, whole.slowest_s, whole.n_turns, known)


def _row(stage: Stage, cost: Spread) -> StageRow | None:
    if cost.median_s is None or cost.slowest_s is None:
        return None
    return StageRow(*STAGE_NAMES[stage], cost.median_s, cost.slowest_s, cost.n_turns)
