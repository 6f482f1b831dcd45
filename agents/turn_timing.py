"""How long the buyer's replies took, stage by stage, from a call's event log alone."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

Stage = Literal["vad", "preflight", "committed", "words", "clause", "sound", "played"]
STAGES: Final[tuple[Stage, ...]] = (
    "vad",  # voice activity detection noticed that the rep had stopped
    "preflight",  # the words so far were read, and a reply was begun on trial
    "committed",  # the rep's turn was taken to be over
    "words",  # the first words of the reply were there
    "clause",  # its first clause was there, enough to be spoken
    "sound",  # the voice had made its first sound
    "played",  # the line began to play it
)
"""In the order in which they are reached when nothing is done ahead of its time."""
LATE_S: Final = 1.5
"""A rep who has waited this long begins to wonder whether anybody is there."""
N_LEAST: Final = 3
"""With fewer turns a median says nothing."""


@dataclass(frozen=True, slots=True)
class TurnTiming:
    """When each stage of one reply was reached, in seconds of the call; None where a stage did
    not happen, as the words of a line that was written before the call."""

    turn: int
    """The rep's turn that was answered, as the live call counts."""
    speech_end_s: float
    """End of the rep's speech, as voice activity detection heard it."""
    vad_s: float | None
    preflight_s: float | None
    committed_s: float | None
    words_s: float | None
    clause_s: float | None
    sound_s: float | None
    played_s: float

    @property
    def gap_s(self) -> float:
        """What the rep waited: end of the speech to the first sound of the reply. Below zero when
        the rep talked into it."""
        return self.played_s - self.speech_end_s

    def at_s(self, stage: Stage) -> float | None:
        """When the stage was reached; None when it did not happen."""
        at_s: float | None = getattr(self, f"{stage}_s")
        return at_s

    def costs_s(self) -> dict[Stage, float]:
        """What each stage that happened added to the wait, never below zero.

        A stage counts from the latest of those before it in STAGES, so one that was made ahead
        of time adds nothing, and the costs add up to the gap (where that is not below zero and
        nothing came after `played`).
        """
        costs: dict[Stage, float] = {}
        reached_s = self.speech_end_s
        for stage in STAGES:
            at_s = self.at_s(stage)
            if at_s is not None:
                costs[stage] = max(0.0, at_s - reached_s)
                reached_s = max(reached_s, at_s)
        return costs

    def to_data(self) -> dict[str, Any]:
        """As the data of an event "turn_timing"; JSON values, to the millisecond."""
        stages = {"speech_end": self.speech_end_s} | {one: self.at_s(one) for one in STAGES}
        return {
            "turn": self.turn,
            "stages": {name: _rounded(at_s) for name, at_s in stages.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self | None:
        """The opposite of to_data. None for a reply that had no turn before it, or of which
        nothing was heard: there is no gap then. Stages that are not known here are left out."""
        found = data["stages"]
        ends = _number(found.get("speech_end")), _number(found.get("played"))
        if ends[0] is None or ends[1] is None:
            return None
        between = {f"{one}_s": _number(found.get(one)) for one in STAGES if one != "played"}
        return cls(turn=int(data["turn"]), speech_end_s=ends[0], played_s=ends[1], **between)


@dataclass(frozen=True, slots=True)
class Spread:
    """A length of time over the turns of one call: figures, or None with the reason."""

    n_turns: int
    """Turns in which it happened."""
    median_s: float | None
    p95_s: float | None
    """Between the two values next to it, in proportion."""
    slowest_s: float | None
    reason: str | None


def spread(values_s: Iterable[float]) -> Spread:
    """None with a reason over fewer than N_LEAST values."""
    known = sorted(values_s)
    n = len(known)
    if n < N_LEAST:
        reason = f"needs {N_LEAST} turns, and there {'was' if n == 1 else 'were'} {n}"
        return Spread(n, None, None, None, reason)
    p95_s = statistics.quantiles(known, n=20, method="inclusive")[-1]
    return Spread(n, statistics.median(known), p95_s, known[-1], None)


def gaps(timings: Iterable[TurnTiming]) -> Spread:
    """The response gap over a call."""
    return spread(one.gap_s for one in timings)


def stage_costs(timings: Sequence[TurnTiming]) -> dict[Stage, Spread]:
    """What each stage added to the wait, each over the turns in which it happened. The medians
    of the stages do not add up to the median of the gap."""
    costs = [one.costs_s() for one in timings]
    return {stage: spread(one[stage] for one in costs if stage in one) for stage in STAGES}


def _rounded(at_s: float | None) -> float | None:
    return None if at_s is None else round(at_s, 3)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
