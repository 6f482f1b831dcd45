"""What a call came to, read back from its event log alone, so that a killed process loses
nothing: the log and the recording are enough to score the call later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agents.events import CallEvent
from agents.turn_timing import TurnTiming
from scoring.objection import Voiced
from speech.words import Speaker, Transcript, Utterance, Word


@dataclass(frozen=True, slots=True)
class CallOutcome:
    scenario_id: str
    engines: dict[str, str]
    """Role to engine name."""
    rough: bool
    """True when the live words came from a fallback recognizer."""
    ended_reason: str
    """An agents.events.EndReason; "line_lost" when the log stops short."""
    duration_s: float
    transcript: Transcript
    """From the live words; the buyer's side is what was heard."""
    voiced: tuple[Voiced, ...]
    response_gaps_s: tuple[float, ...]
    timings: tuple[TurnTiming, ...] = ()
    """One a reply that was heard, in order; () of a log from before they were written."""
    n_false_cuts: int = 0
    """Times that a turn was taken for over and the rep went on before a word was answered."""

    @property
    def buyer_said(self) -> tuple[Utterance, ...]:
        return self.transcript.of("buyer")


def to_document(event: CallEvent) -> dict[str, Any]:
    """The event as one line of the log."""
    return {"kind": event.kind, "at_s": round(event.at_s, 3), "data": event.data}


def to_event(document: dict[str, Any]) -> CallEvent:
    """The opposite of to_document."""
    return CallEvent(document["kind"], float(document["at_s"]), dict(document["data"]))


def replay(events: Iterable[CallEvent]) -> CallOutcome:
    """The outcome of a whole log, or of one that a kill cut short."""
    log = list(events)
    answered = next((e.data for e in log if e.kind == "answered"), {})
    ended = next((e for e in log if e.kind == "ended"), None)
    said = [utterance_of(e) for e in log if e.kind in ("rep_said", "buyer_said")]
    said = [u for u in said if u.text]
    return CallOutcome(
        scenario_id=str(answered.get("scenario_id", "")),
        engines=dict(answered.get("engines", {})),
        rough=bool(answered.get("rough", False)),
        ended_reason=str(ended.data["reason"]) if ended else "line_lost",
        duration_s=ended.at_s if ended else max((e.at_s for e in log), default=0.0),
        transcript=Transcript(tuple(sorted(said, key=lambda u: (u.start_s, u.end_s)))),
        voiced=_voiced(log),
        response_gaps_s=tuple(float(e.data["gap_s"]) for e in log if e.kind == "response_gap"),
        timings=timings_of(log),
        n_false_cuts=sum(e.kind == "false_cut" for e in log),
    )


def timings_of(events: Iterable[CallEvent]) -> tuple[TurnTiming, ...]:
    """How long each reply took; other events are passed over."""
    found = (TurnTiming.from_data(e.data) for e in events if e.kind == "turn_timing")
    return tuple(one for one in found if one is not None)


def utterance_of(event: CallEvent) -> Utterance:
    """What "rep_said" or "buyer_said" tells."""
    data = event.data
    words = tuple(
        Word(w["text"], w["start_s"], w["end_s"], w.get("p")) for w in data.get("words", ())
    )
    speaker: Speaker = "rep" if event.kind == "rep_said" else "buyer"
    return Utterance(speaker, data["start_s"], data["end_s"], data["text"], words)


def _voiced(log: Sequence[CallEvent]) -> tuple[Voiced, ...]:
    settled: dict[str, float] = {}
    for event in log:
        if event.kind == "objection_settled":
            settled.setdefault(event.data["objection_id"], event.at_s)
    return tuple(
        Voiced(
            objection_id=e.data["objection_id"],
            start_s=e.data["start_s"],
            end_s=e.data["end_s"],
            text=e.data["text"],
            settled_s=settled.get(e.data["objection_id"]),
        )
        for e in log
        if e.kind == "objection_raised"
    )
