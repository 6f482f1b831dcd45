"""One thing to keep and one to fix, each with a moment to listen to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from configs.rubric import Criterion, Rubric
from scoring.card import Moment, Points
from scoring.gatekeeper import GateReview
from scoring.objection import Check, Handling, VerdictWord
from scoring.places import Places

MOMENT_S = 12.0
_LEAD_S = 2.0
"""The moment starts this much before the words themselves."""
KEEP_FROM, FIX_BELOW = 70.0, 90.0
"""Points from which something is a strength, and below which it is worth a fix."""

_KEEP: dict[str, str] = {
    "listen": "You let the buyer finish before you answered. Keep giving them that room.",
    "acknowledge": "You named the buyer's concern before you answered it. Keep doing that.",
    "explore": "You asked what was behind the concern first. That question is worth keeping.",
    "respond": "You answered the concern with a fact that fits it. Keep tying facts to concerns.",
    "confirm": "You checked that the concern was settled before going on. Keep that habit.",
    "pace": "Your pace was easy to follow. Keep it.",
    "articulation_rate": "Your words were easy to follow. Keep that tempo.",
    "filled_pauses": "Your speech ran freely. Nothing to change there.",
    "discourse_fillers": "Your speech ran freely. Nothing to change there.",
    "talk_share": "You left the buyer room to talk. Keep that balance.",
    "patience": "You took a breath before answering. Keep that calm.",
    "longest_monologue": "You spoke in stretches that are easy to follow. Keep them short.",
    "interactivity": "The talk went back and forth well. Keep it a conversation.",
    "questions": "You asked questions and learned from them. Keep asking.",
    "interruptions": "You let the buyer finish. Keep that up.",
    "said_who": "You said at once who is calling and from where. Keep opening like that.",
    "said_why": "You gave the gatekeeper a reason to pass on. Keep it that short.",
    "asked_politely": "You asked the gatekeeper politely. Keep that tone.",
}
_FIX: dict[str, str] = {
    "listen": "Next time, wait until the buyer has finished the concern before you start.",
    "acknowledge": "Next time, say the concern back in your own words first, without a but.",
    "explore": "Next time, ask one question about the concern before you answer it.",
    "respond": "Next time, answer with one fact that speaks to exactly this concern.",
    "confirm": 'Next time, close with a check such as "Does that settle it for you?"',
    "pace": "Next time, try a calmer, steadier pace here.",
    "articulation_rate": "Next time, try a calmer tempo here.",
    "filled_pauses": "Next time, try a short silence where an um wants to come.",
    "discourse_fillers": "Next time, try a short silence in place of a filler word.",
    "talk_share": "Next time, hand the word to the buyer sooner; a question does it.",
    "patience": "Next time, let a second pass before you answer.",
    "longest_monologue": "Next time, break a long stretch like this one with a question.",
    "interactivity": "Next time, make it more of a conversation: shorter turns, more questions.",
    "questions": "Next time, ask more before you explain; start with how they do it today.",
    "interruptions": "Next time, let the buyer finish here before you come in.",
    "said_who": "Next time, open with your name and your company, before you are asked.",
    "said_why": "Next time, give the gatekeeper the reason for your call in one sentence.",
    "asked_politely": 'Next time, ask: "Could you put me through, please?"',
    "did_not_pitch": "Next time, keep the pitch for the buyer; one sentence of reason will do.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What the moments are chosen from."""

    rubric: Rubric
    criteria: tuple[Points, ...]
    handlings: tuple[Handling, ...]
    places: Places
    duration_s: float
    gate: GateReview | None = None


def keep(found: Found) -> Moment | None:
    """The heaviest strength that can be heard; None when there is none."""
    strength = _strength(found)
    return None if strength is None else strength[1]


def fix(found: Found) -> Moment | None:
    """The weakness that costs the most points and can be heard; None when there is none. What is
    praised is not faulted in the same breath."""
    strength = _strength(found)
    praised = None if strength is None else strength[0]
    weak = [
        (c.weight * (100 - p), c)
        for c, p in _judged(found)
        if p < FIX_BELOW and c.of in _FIX and c is not praised
    ]
    for _, criterion in sorted(weak, key=lambda w: -w[0]):
        at_s = _place(found, criterion, "no")
        if at_s is not None:
            return _moment(_FIX[criterion.of], at_s, found.duration_s)
    return None


def _strength(found: Found) -> tuple[Criterion, Moment] | None:
    strong = [(c.weight * p, c) for c, p in _judged(found) if p >= KEEP_FROM and c.of in _KEEP]
    for _, criterion in sorted(strong, key=lambda s: -s[0]):
        at_s = _place(found, criterion, "yes")
        if at_s is not None:
            return criterion, _moment(_KEEP[criterion.of], at_s, found.duration_s)
    return None


def _judged(found: Found) -> Iterator[tuple[Criterion, float]]:
    for criterion, points in zip(found.rubric.criteria, found.criteria, strict=True):
        if points.points is not None:
            yield criterion, points.points


def _place(found: Found, criterion: Criterion, verdict: VerdictWord) -> float | None:
    if criterion.source == "measure":
        return found.places.get(criterion.of)
    if criterion.source == "gatekeeper":
        return _place_at_the_gate(found.gate, criterion.of, verdict)
    checks = _checks(found.handlings, criterion.of, verdict)
    return next((_at(h, c) for h, c in checks), None)


def _place_at_the_gate(gate: GateReview | None, name: str, verdict: VerdictWord) -> float | None:
    """Where the evidence is; what was never said is missed from the first second on."""
    for check in gate.checks if gate else ():
        if check.name == name and check.verdict == verdict:
            return 0.0 if check.at_s is None else check.at_s
    return None


def _checks(
    handlings: Sequence[Handling], name: str, verdict: VerdictWord
) -> Iterator[tuple[Handling, Check]]:
    for handling in handlings:
        for check in handling.checks:
            if check.name == name and check.verdict == verdict:
                yield handling, check


def _at(handling: Handling, check: Check) -> float:
    """Where the evidence is; what is missing is heard right after the objection."""
    return handling.ended_at_s if check.at_s is None else check.at_s


def _moment(text: str, at_s: float, duration_s: float) -> Moment:
    start_s = max(0.0, min(at_s - _LEAD_S, duration_s - MOMENT_S))
    return Moment(text, start_s, min(start_s + MOMENT_S, max(duration_s, start_s)))
