"""Where in a call a figure can be heard."""

from collections.abc import Mapping

from scoring.filler_rate import rep_fillers
from scoring.pace import LEAST_WORDS
from scoring.patience import interrupted_at
from scoring.question_count import asked_at
from scoring.runs import rep_runs
from scoring.talk import monologue_s
from scoring.timeline import Timeline, gaps, turns
from speech.words import Transcript

Places = Mapping[str, float]
"""A measure's name to the second of the call where it shows best."""


def places(transcript: Transcript, timeline: Timeline) -> dict[str, float]:
    """Only the measures that have such a place: the longest turn for how much was said, the run
    with the most unusual pace, the shortest gap, the first filler, question and interruption."""
    taken = turns(timeline, transcript)
    mine = [t for t in taken if t.speaker == "rep"]
    found: dict[str, float] = {}
    if mine:
        longest_s = max(mine, key=monologue_s).start_s
        for name in ("longest_monologue", "talk_share", "interactivity"):
            found[name] = longest_s
    if waited := gaps(taken, "rep"):
        found["patience"] = min(waited, key=lambda g: g.gap_s).at_s
    found |= _first("questions", asked_at(transcript))
    found |= _first("interruptions", interrupted_at(transcript, timeline))
    for kind, name in (("filled_pause", "filled_pauses"), ("discourse", "discourse_fillers")):
        found |= _first(name, [f.start_s for f in rep_fillers(transcript) if f.kind == kind])
    return found | _of_pace(transcript, timeline)


def _first(name: str, at: tuple[float, ...] | list[float]) -> dict[str, float]:
    return {name: at[0]} if at else {}


def _of_pace(transcript: Transcript, timeline: Timeline) -> dict[str, float]:
    runs = [r for r in rep_runs(transcript, timeline) if len(r.words) >= LEAST_WORDS]
    if not runs:
        return {}
    usual = sorted(r.wpm for r in runs)[len(runs) // 2]
    start_s = max(runs, key=lambda r: abs(r.wpm - usual)).span.start_s
    return {"pace": start_s, "articulation_rate": start_s}
