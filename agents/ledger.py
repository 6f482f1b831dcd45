"""The buyer's ledger: what the buyer knew, what the rep found, and which of the rep's words moved
the buyer. Read from the call's log and its scenario alone; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.decision import Decision, decisions
from agents.events import CallEvent
from agents.objection_state import ANSWERED, DROPPED
from configs.scenario import Concession, HiddenFact, Objection, ObjectionKind, Scenario, Unlock

ObjectionEnd = Literal["settled", "answered", "dropped", "open", "never_came_up"]
"""answered: but nobody asked whether that settles it; dropped: argued down."""


@dataclass(frozen=True, slots=True)
class FactRow:
    id: str
    text: str
    unlock: Unlock
    question: str
    """One that would have found it."""
    found_at_s: float | None
    """When the buyer told it, seconds of the call; None when the rep never heard it."""
    because: str | None
    """The rep's words that unlocked it."""


@dataclass(frozen=True, slots=True)
class MoodPoint:
    """The buyer's mood after one decision."""

    at_s: float
    trust: int
    """-5 to 5."""
    interest: int
    """-5 to 5."""
    patience: int
    trust_by: int
    """Change against the decision before; 0 for the first."""
    interest_by: int
    patience_by: int
    reason: str
    because: str | None
    """The rep's words; None when time or silence did it."""

    @property
    def mood_by(self) -> int:
        """Change of trust and interest together."""
        return self.trust_by + self.interest_by


@dataclass(frozen=True, slots=True)
class ConcessionRow:
    id: str
    text: str
    trigger: str
    granted_at_s: float | None
    because: str | None
    n_refused: int
    """Times that the rep asked for it in vain."""


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    id: str
    concern: str
    kind: ObjectionKind
    raised_at_s: float | None
    """When it was heard first; None when it never was."""
    ended: ObjectionEnd


@dataclass(frozen=True, slots=True)
class NotedRow:
    at_s: float
    kind: Literal["claim", "promise"]
    quote: str


@dataclass(frozen=True, slots=True)
class Ledger:
    facts: tuple[FactRow, ...]
    """In the scenario's order."""
    mood: tuple[MoodPoint, ...]
    concessions: tuple[ConcessionRow, ...]
    objections: tuple[ObjectionRow, ...]
    """In the scenario's order."""
    noted: tuple[NotedRow, ...]
    """What the rep claimed and promised."""
    n_turns: int
    """Decisions of the buyer."""
    n_by_model: int
    """Of these, where a model's reading of the rep's words decided."""
    n_stood_in: int
    """Times that authored lines stood in for a model."""

    @property
    def found(self) -> tuple[FactRow, ...]:
        return tuple(one for one in self.facts if one.found_at_s is not None)

    @property
    def missed(self) -> tuple[FactRow, ...]:
        return tuple(one for one in self.facts if one.found_at_s is None)

    @property
    def moves(self) -> tuple[MoodPoint, ...]:
        """The points at which trust or interest changed."""
        return tuple(one for one in self.mood if one.trust_by or one.interest_by)

    @property
    def best_move(self) -> MoodPoint | None:
        """What won the buyer most, the earliest of equals; None when nothing did."""
        won = [one for one in self.moves if one.mood_by > 0]
        return max(won, key=lambda one: one.mood_by, default=None)

    @property
    def worst_move(self) -> MoodPoint | None:
        """What cost most with the buyer, the earliest of equals; None when nothing did."""
        lost = [one for one in self.moves if one.mood_by < 0]
        return min(lost, key=lambda one: one.mood_by, default=None)


def ledger(events: Iterable[CallEvent], scenario: Scenario) -> Ledger:
    """From a whole log, or one that a kill cut short; logs of older versions lack some keys, and
    then what they do not tell of is empty."""
    log = list(events)
    made = decisions(log)
    raised: dict[str, float] = {}
    for event in log:
        if event.kind == "objection_raised":
            raised.setdefault(str(event.data["objection_id"]), float(event.data["start_s"]))
    return Ledger(
        facts=tuple(_fact(one, made) for one in scenario.facts),
        mood=_mood(made),
        concessions=tuple(_concession(one, made) for one in scenario.concessions),
        objections=tuple(_objection(one, made, raised) for one in scenario.objections),
        noted=tuple(
            NotedRow(d.at_s, one["kind"], one["quote"])
            for d in made
            for one in d.data.get("said", ())
        ),
        n_turns=len(made),
        n_by_model=sum(d.data.get("decided_by") == "model" for d in made),
        n_stood_in=sum(
            e.kind == "fault" and str(e.data.get("code", "")).startswith("words-") for e in log
        ),
    )


def _fact(fact: HiddenFact, decisions: Sequence[Decision]) -> FactRow:
    told = (
        d for d in decisions if fact.id in d.data.get("fact_ids", ()) and d.heard_at_s is not None
    )
    first = next(told, None)
    return FactRow(
        id=fact.id,
        text=fact.text,
        unlock=fact.unlock,
        question=fact.question,
        found_at_s=None if first is None else first.heard_at_s,
        because=None if first is None else first.data.get("because"),
    )


def _mood(decisions: Sequence[Decision]) -> tuple[MoodPoint, ...]:
    points: list[MoodPoint] = []
    before: dict[str, Any] | None = None
    for one in (d for d in decisions if "trust" in d.data and d.data.get("voice") != "gatekeeper"):
        now = one.data
        by = {k: now[k] - before[k] if before else 0 for k in ("trust", "interest", "patience")}
        points.append(
            MoodPoint(
                at_s=one.at_s,
                trust=now["trust"],
                interest=now["interest"],
                patience=now["patience"],
                trust_by=by["trust"],
                interest_by=by["interest"],
                patience_by=by["patience"],
                reason=str(now.get("reason", "")),
                because=now.get("because"),
            )
        )
        before = now
    return tuple(points)


def _concession(concession: Concession, decisions: Sequence[Decision]) -> ConcessionRow:
    about = [d for d in decisions if d.data.get("concession_id") == concession.id]
    counts = Counter(d.data.get("beat") for d in about)
    granted = next(
        (d for d in about if d.data.get("beat") == "concede" and d.heard_at_s is not None), None
    )
    return ConcessionRow(
        id=concession.id,
        text=concession.text,
        trigger=concession.trigger,
        granted_at_s=None if granted is None else granted.heard_at_s,
        because=None if granted is None else granted.data.get("because"),
        n_refused=counts["refuse"],
    )


def _objection(
    objection: Objection, decisions: Sequence[Decision], raised: Mapping[str, float]
) -> ObjectionRow:
    raised_at_s = raised.get(objection.id)
    ended: ObjectionEnd = "never_came_up" if raised_at_s is None else "open"
    for one in decisions if raised_at_s is not None else ():
        if one.data.get("objection_id") == objection.id:
            ended = _after(ended, one)
    return ObjectionRow(objection.id, objection.concern, objection.kind, raised_at_s, ended)


def _after(ended: ObjectionEnd, decision: Decision) -> ObjectionEnd:
    """How an objection stands after one more decision about it."""
    if decision.kind == "settle":
        return "settled" if decision.heard_at_s is not None else "answered"
    if decision.data.get("reason") == ANSWERED:
        return "answered"
    if decision.data.get("reason") == DROPPED:
        return "dropped"
    if decision.kind in ("raise_objection", "explain_objection", "reveal"):
        return "open"
    return ended
