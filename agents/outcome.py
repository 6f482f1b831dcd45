"""What a call came to, read back from its event log alone, so that a killed process loses
nothing: the log and the recording are enough to score the call later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agents.decision import Decision, decisions
from agents.events import CallEvent
from agents.turn_timing import TurnTiming
from configs.scenario import Scenario
from scoring.buyer_result import BuyerResult
from scoring.gatekeeper import AtTheGate
from scoring.objection import Voiced
from speech.words import Speaker, Transcript, Utterance, Word

CUT_OFF: Final = frozenset({"line_lost", "stopped", "fault"})
"""Ends of a call that neither side chose."""


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

    told: tuple[str, ...] = ()
    """Ids of the hidden facts that the rep heard."""
    granted: tuple[str, ...] = ()
    """Ids of the concessions that the rep heard granted."""
    agreed: bool = False
    """Whether the rep heard the buyer agree to a next step."""
    gate: AtTheGate | None = None
    """None when the buyer picked up without a gatekeeper."""

    @property
    def buyer_said(self) -> tuple[Utterance, ...]:
        return self.transcript.of("buyer")

    def result(self, scenario: Scenario) -> BuyerResult:
        """What the rep reached, of what the scenario has; ids that it lacks do not count."""
        secrets = {fact.id for fact in scenario.facts if fact.unlock != "free"}
        to_grant = {one.id for one in scenario.concessions}
        cut_off = self.ended_reason in CUT_OFF
        return BuyerResult(
            n_facts=len(secrets),
            n_found=len(secrets & set(self.told)),
            agreed=None if cut_off and not self.agreed else self.agreed,
            n_concessions=len(to_grant),
            n_granted=len(to_grant & set(self.granted)),
            reached=self.gate is None or self.gate.put_through_s is not None,
        )


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
    made = decisions(log)
    heard = [one for one in made if one.heard_at_s is not None]
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
        told=_once(fact_id for one in heard for fact_id in one.data.get("fact_ids", ())),
        granted=_once(one.data["concession_id"] for one in heard if one.kind == "concede"),
        agreed=any(one.kind == "agree" for one in heard),
        gate=_gate(log, made),
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


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _gate(log: Sequence[CallEvent], made: Sequence[Decision]) -> AtTheGate | None:
    if not any(one.by_gatekeeper for one in made):
        return None
    return AtTheGate(next((e.at_s for e in log if e.kind == "put_through"), None))


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
