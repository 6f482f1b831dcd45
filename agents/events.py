"""What happened on a call, in order. The log replays to the same scorecard."""

from dataclasses import dataclass, field
from typing import Any, Literal

EventKind = Literal[
    "answered",  # time zero; data: scenario_id, engines, rough, seed
    "state",  # live only; data: buyer (listening, thinking, speaking), rep (speaking, listening)
    "caption",  # live only, never stored; data: speaker, text, final
    "rep_said",  # data: start_s, end_s, text, words ([{text, start_s, end_s, p}])
    "beat",  # the buyer's decision; data: beat, reason, because, objection_id, fact_ids,
    # concession_id, voice, phase, trust, interest, patience, said ([{kind, quote}] that the rep
    # claimed or promised), decided_by (rules, model), disagreed ({act: who had the say} where
    # rules and model read the words differently; left out where they do not)
    "buyer_input",  # what the decision rests on, for replay (agents/buyer_log.py)
    "buyer_heard",  # data: share of the reply that was heard, 0 to 1, for replay
    "put_through",  # the gatekeeper is off the line, the buyer on it; data: name
    "backchannel",  # data: start_s, text ("Mm-hm." into the rep's turn)
    "buyer_said",  # data: start_s, end_s, text (what was heard), interrupted, beat
    "objection_raised",  # data: objection_id, start_s, end_s, text
    "objection_settled",  # data: objection_id
    "response_gap",  # data: gap_s (end of rep speech to first sound of the buyer)
    "turn_timing",  # data: turn, stages ({speech_end, vad, preflight, committed, words, clause,
    # sound, played}, seconds of the call or null)
    "false_cut",  # data: turn; the buyer took the turn for over, and the rep went on unanswered
    "paused",
    "resumed",
    "line_health",  # at the end, when frames of the microphone were lost; data: of LineHealth
    "fault",  # data: code, said, remedy
    "ended",  # data: reason, an EndReason
]

EndReason = Literal[
    "rep_hung_up", "said_goodbye", "buyer_hung_up", "time_over", "line_lost", "stopped", "fault"
]
"""stopped: the server or the demo was told to stop while the call went on."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    kind: EventKind
    at_s: float
    """Seconds since the call was answered."""
    data: dict[str, Any] = field(default_factory=dict)
    """JSON values only."""
