"""How the rep handled an objection: listen, acknowledge, explore, respond, confirm.

LAER is Carew's; confirm comes from the NCSC judge sheet (clarify, answer, confirm). Every check is
yes, no or not applicable, by rules that anyone can follow on the transcript. The order counts:
exploring before responding is the point.
"""

import math
from collections.abc import Sequence
from statistics import median

from configs.scenario import Objection
from scoring.answer import Answer, Done, answer_to, talked_into
from scoring.checks import (
    acknowledge_check,
    confirm_check,
    explore_check,
    listen_check,
    not_applicable,
    respond_check,
)
from scoring.objection import Check, CheckName, FirstMove, Handling, Voiced
from scoring.pace import LEAST_S, LEAST_WORDS
from scoring.runs import Run, rep_runs, speaking_s
from scoring.timeline import Timeline
from speech.words import Transcript

_STEPS: tuple[CheckName, ...] = ("listen", "acknowledge", "explore", "respond", "confirm")
_ANSWER_LEAST_S = 5.0
"""Seconds of speech that an answer needs for a pace of its own."""
_CUT_OFF_S = 3.0
"""A call that ends within this of an objection left no time to answer."""


def handle(
    voiced: Voiced,
    objection: Objection,
    transcript: Transcript,
    timeline: Timeline,
    *,
    until_s: float = math.inf,
) -> Handling:
    """The handling of one voiced objection; until_s is when the next one was raised."""
    answer = answer_to(voiced, objection, transcript, timeline, until_s)
    return Handling(
        id=voiced.objection_id,
        kind=objection.kind,
        concern=objection.concern,
        text=voiced.text,
        raised_at_s=voiced.start_s,
        ended_at_s=voiced.end_s,
        gap_s=None if answer.onset_s is None else answer.onset_s - voiced.end_s,
        pace_change_wpm=_pace_change_wpm(answer, rep_runs(transcript, timeline)),
        first_move=_first_move(answer),
        checks=_checks(voiced, objection, answer, transcript, timeline),
    )


def handle_all(
    voiced: Sequence[Voiced],
    objections: Sequence[Objection],
    transcript: Transcript,
    timeline: Timeline,
) -> tuple[Handling, ...]:
    """Every voiced objection in order, each up to the next. One that came back later in the call
    is handled once for each time; one that the scenario does not know is left out."""
    known = {o.id: o for o in objections}
    in_order = sorted((v for v in voiced if v.objection_id in known), key=lambda v: v.start_s)
    starts = [v.start_s for v in in_order]
    return tuple(
        handle(v, known[v.objection_id], transcript, timeline, until_s=next_s)
        for v, next_s in zip(in_order, [*starts[1:], math.inf], strict=False)
    )


def _checks(
    voiced: Voiced,
    objection: Objection,
    answer: Answer,
    transcript: Transcript,
    timeline: Timeline,
) -> tuple[Check, ...]:
    listened = listen_check(
        voiced, answer, talked_into(voiced, transcript, timeline), transcript.of("rep")
    )
    if answer.onset_s is None:
        silent = _silent(voiced, timeline, answer)
        return (listened, *silent)
    return (
        listened,
        acknowledge_check(answer),
        explore_check(answer),
        respond_check(answer, objection),
        confirm_check(voiced, answer, transcript.of("buyer")),
    )


def _silent(voiced: Voiced, timeline: Timeline, answer: Answer) -> tuple[Check, ...]:
    if timeline.end_s - voiced.end_s < _CUT_OFF_S:
        reason = "The call ended before you could answer."
        return tuple(not_applicable(name, reason) for name in _STEPS[1:])
    if answer.until_s - voiced.end_s < _CUT_OFF_S:
        reason = "The buyer went on to the next concern before you could answer."
        return tuple(not_applicable(name, reason) for name in _STEPS[1:])
    said_nothing = tuple(
        Check(name, "no", None, None, "You said nothing to this concern.") for name in _STEPS[1:4]
    )
    return (*said_nothing, not_applicable("confirm", "There was no answer to confirm."))


def _first_move(answer: Answer) -> FirstMove:
    """By the earliest telling act; what argues in the same words as anything else argues."""
    if answer.onset_s is None:
        return "silent"
    moves: dict[FirstMove, Done | None] = {
        "argued": answer.first("argue", "directive"),
        "acknowledged": answer.first("acknowledgement"),
        "asked": answer.first("question_open", "question_closed"),
        "answered": answer.first("claim", "evidence"),
    }
    made = [(done.order, i, name) for i, (name, done) in enumerate(moves.items()) if done]
    return min(made)[2] if made else "answered"


def _pace_change_wpm(answer: Answer, runs: Sequence[Run]) -> float | None:
    """Pace of the answer minus the median pace of the rep's runs, in words per minute."""
    if answer.onset_s is None or speaking_s(runs) < LEAST_S:
        return None
    rated = [r for r in runs if len(r.words) >= LEAST_WORDS]
    onset_s = answer.onset_s
    inside = [r for r in rated if onset_s <= r.span.start_s < answer.until_s]
    spoken_s = speaking_s(inside)
    if spoken_s < _ANSWER_LEAST_S:
        return None
    wpm = 60 * sum(len(r.words) for r in inside) / spoken_s
    return wpm - median(r.wpm for r in rated)
