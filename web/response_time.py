"""How quickly the buyer answered, as the review says it in one line and a small table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.outcome import timings_of, to_event
from agents.turn_timing import LATE_S, STAGES, Spread, Stage, TurnTiming, gaps, stage_costs
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
    n_late: int
    """Answers that took LATE_S or longer."""
    n_false_cuts: int
    """Times that the buyer took the turn for over and the rep went on."""
    rows: tuple[StageRow, ...]
    """Stages that happened in enough turns."""

    @property
    def exceptions(self) -> str:
        """One sentence about what went less well; "" when nothing did."""
        late = _times(self.n_late, "one answer", "answers")
        cut = _times(self.n_false_cuts, "once", "times")
        told = [f"{late} took {LATE_S:g} s or longer"] if late else []
        told += [f"{cut} a pause of the rep was taken for the end"] if cut else []
        sentence = "; ".join(told)
        return sentence[:1].upper() + sentence[1:] + "." if sentence else ""


def read_response_time(recordings: Recordings, call_id: str) -> ResponseTime | None:
    """From the call's event log; None when it has too little or cannot be read, for a review is
    worth reading without."""
    try:
        lines = recordings.read_events(call_id)
    except Fault:
        return None
    kinds = ("turn_timing", "false_cut")
    events = [to_event(one) for one in lines if one.get("kind") in kinds]
    n_false_cuts = sum(event.kind == "false_cut" for event in events)
    return response_time(timings_of(events), n_false_cuts)


def response_time(timings: Sequence[TurnTiming], n_false_cuts: int = 0) -> ResponseTime | None:
    """None over too few turns to say anything."""
    whole = gaps(timings)
    if whole.median_s is None or whole.slowest_s is None:
        return None
    costs = stage_costs(timings)
    rows = (_row(stage, costs[stage]) for stage in STAGES)
    known = tuple(row for row in rows if row is not None)
    return ResponseTime(
        median_s=whole.median_s,
        slowest_s=whole.slowest_s,
        n_turns=whole.n_turns,
        n_late=sum(one.gap_s >= LATE_S for one in timings),
        n_false_cuts=n_false_cuts,
        rows=known,
    )


def _times(n: int, once: str, more: str) -> str:
    """ "" for none; "once" or "one answer"; "3 times" or "3 answers"."""
    if n == 0:
        return ""
    return once if n == 1 else f"{n} {more}"


def _row(stage: Stage, cost: Spread) -> StageRow | None:
    if cost.median_s is None or cost.slowest_s is None:
        return None
    return StageRow(*STAGE_NAMES[stage], cost.median_s, cost.slowest_s, cost.n_turns)
