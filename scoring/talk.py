"""Who talks how much, for how long at a stretch, and how often it changes."""

from collections.abc import Sequence

from scoring.figure import Figure, seconds, too_little
from scoring.measure import Measure
from scoring.runs import RUN_PAUSE_S
from scoring.timeline import Timeline, Turn, joined

LEAST_S = 120.0

SHARE = Figure(
    "talk_share",
    "Talk share",
    "%",
    "Your speech as a share of both sides' speech; silence is left out.",
    "On won discovery calls 43 %, on average about 65 % (Gong Labs, second-hand); not for cold "
    "calls.",
)
MONOLOGUE = Figure(
    "longest_monologue",
    "Longest monologue",
    "s",
    'The longest you spoke without a turn of the buyer; a "right" or "mm-hm" of the buyer does '
    "not end it, pauses of 1 s and more are not counted.",
    "Below 150 s is often advised for discovery calls (second-hand).",
)
INTERACTIVITY = Figure(
    "interactivity",
    "Interactivity",
    "changes/min",
    'How often the word passed from one side to the other, for each minute; "right" and "mm-hm" '
    "are left out.",
    "Eight in ten phone talks between strangers have 2.8 to 8.2 changes a minute (measured on 101 "
    "calls); your own usual figure says more.",
)


def talk_share(timeline: Timeline) -> Measure:
    """Per cent; exact for the sound, so without an interval."""
    extent_s = timeline.extent_s
    rep_s, buyer_s = (sum(s.duration_s for s in side) for side in (timeline.rep, timeline.buyer))
    denominator = f"{seconds(rep_s)} of your speech and {seconds(buyer_s)} of the buyer's"
    if extent_s < LEAST_S:
        return SHARE.unknown(too_little("conversation", extent_s, LEAST_S), denominator)
    if rep_s + buyer_s == 0:
        return SHARE.unknown("Nobody was heard.", denominator)
    return SHARE.of(100 * rep_s / (rep_s + buyer_s), denominator)


def longest_monologue(turns: Sequence[Turn]) -> Measure:
    mine = [t for t in turns if t.speaker == "rep"]
    denominator = f"{len(mine)} of your turns"
    if not mine:
        return MONOLOGUE.unknown("You were not heard on this call.", denominator)
    return MONOLOGUE.of(max(monologue_s(t) for t in mine), denominator)


def monologue_s(turn: Turn) -> float:
    """Speech in a turn, pauses under RUN_PAUSE_S included."""
    return sum(s.duration_s for s in joined(turn.spans, RUN_PAUSE_S))


def interactivity(turns: Sequence[Turn], extent_s: float) -> Measure:
    denominator = f"{seconds(extent_s)} of conversation"
    if extent_s < LEAST_S:
        return INTERACTIVITY.unknown(too_little("conversation", extent_s, LEAST_S), denominator)
    changes = max(len(turns) - 1, 0)
    return INTERACTIVITY.of(60 * changes / extent_s, f"{changes} changes in {denominator}")
