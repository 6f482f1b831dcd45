"""How long the rep waits before speaking, and whether the rep cuts in."""

import re
from collections.abc import Sequence
from statistics import median

from scoring.figure import Figure
from scoring.intervals import median_interval
from scoring.measure import Measure
from scoring.timeline import Timeline, Turn, gaps, without_backchannels
from speech.span import Span
from speech.words import Transcript

LEAST_TURNS = 5
NO_GAP_S = 0.2
"""Starting within this of an end is a normal turn without a gap."""
_YIELDS_S = 1.5
"""A speaker who stops within this of the other's start was stopped by it."""
_UNFINISHED = re.compile(r"(?:[-–—…,]|\.\.\.|\b(?:and|but|or|the|a|to|of|because|so|if))$")

PATIENCE = Figure(
    "patience",
    "Patience",
    "s",
    "The middle one of your gaps between the end of the buyer's turn and your first sound; below "
    "zero means that you started before the end. The interval is that of a median, from the gaps "
    "in order.",
    "People leave about 0.2 s (measured on 101 phone calls); 1 s is called very good in sales "
    "(second-hand).",
)
INTERRUPTIONS = Figure(
    "interruptions",
    "Interruptions",
    "times",
    "How often you started more than 0.2 s before the buyer had finished and the buyer gave way; "
    '"right" and "mm-hm" are left out.',
    "Your own usual figure is the one to compare with.",
)


def patience(turns: Sequence[Turn]) -> Measure:
    """Median floor-transfer offset in seconds, from the buyer to the rep."""
    waited = [g.gap_s for g in gaps(turns, "rep")]
    denominator = "1 answer" if len(waited) == 1 else f"{len(waited)} answers"
    if len(waited) < LEAST_TURNS:
        reason = f"Not enough to judge: {denominator} to the buyer, {LEAST_TURNS} needed."
        return PATIENCE.unknown(reason, denominator)
    return PATIENCE.of(median(waited), denominator, median_interval(waited))


def interruptions(transcript: Transcript, timeline: Timeline) -> Measure:
    buyer = without_backchannels(timeline.buyer, transcript.of("buyer"))
    if not buyer:
        return INTERRUPTIONS.unknown("The buyer was not heard on this call.", "no buyer speech")
    count = len(interrupted_at(transcript, timeline))
    stretches = "1 stretch" if len(buyer) == 1 else f"{len(buyer)} stretches"
    return INTERRUPTIONS.of(float(count), f"{stretches} of the buyer's speech")


def interrupted_at(transcript: Transcript, timeline: Timeline) -> tuple[float, ...]:
    """Seconds at which the rep cut in."""
    rep = without_backchannels(timeline.rep, transcript.of("rep"))
    buyer = without_backchannels(timeline.buyer, transcript.of("buyer"))
    return tuple(s.start_s for s in rep if any(_cuts_in(s, b, transcript) for b in buyer))


def _cuts_in(rep: Span, buyer: Span, transcript: Transcript) -> bool:
    if not buyer.start_s < rep.start_s < buyer.end_s - NO_GAP_S:
        return False
    stopped = buyer.end_s - rep.start_s <= _YIELDS_S and rep.end_s > buyer.end_s
    return stopped or _left_unfinished(buyer, transcript)


def _left_unfinished(buyer: Span, transcript: Transcript) -> bool:
    """Whether the buyer's words around the end of the span break off."""
    ended = [u for u in transcript.of("buyer") if abs(u.end_s - buyer.end_s) <= _YIELDS_S]
    return any(_UNFINISHED.search(u.text.strip().lower()) for u in ended)
