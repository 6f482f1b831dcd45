"""The buyer's ledger: what the buyer knew, what the rep found, and which of the rep's words moved
the buyer. Read from the call's log and its scenario alone; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.buyer_state import HEARD_ENOUGH
from agents.events import CallEvent
from configs.scenario import Concession, HiddenFact, Scenario, Unlock


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


@dataclass(frozen=True, slots=True)
class _Decision:
    data: dict[str, Any]
    at_s: float
    heard_at_s: float | None
    """When its words began; None when too little of them was heard."""


def ledger(events: Iterable[CallEvent], scenario: Scenario) -> Ledger:
    """From a whole log, or one that a kill cut short; logs of older versions lack some keys, and
    then what they do not tell of is empty."""
    log = list(events)
    decisions = _decisions(log)
    return Ledger(
        facts=tuple(_fact(one, decisions) for one in scenario.facts),
        mood=_mood(decisions),
        concessions=tuple(_concession(one, decisions) for one in scenario.concessions),
        noted=tuple(
            NotedRow(d.at_s, one["kind"], one["quote"])
            for d in decisions
            for one in d.data.get("said", ())
        ),
        n_turns=len(decisions),
        n_by_model=sum(d.data.get("decided_by") == "model" for d in decisions),
        n_stood_in=sum(
            e.kind == "fault" and str(e.data.get("code", "")).startswith("words-") for e in log
        ),
    )


def _decisions(log: Sequence[CallEvent]) -> list[_Decision]:
    """Every beat with what was heard of it: the buyer's words that follow it, before the next."""
    starts = [n for n, event in enumerate(log) if event.kind == "beat"]
    ends = [*starts[1:], len(log)] if starts else []
    return [
        _Decision(log[a].data, log[a].at_s, _heard_at(log[a + 1 : b]))
        for a, b in zip(starts, ends, strict=True)
    ]


def _heard_at(after: Sequence[CallEvent]) -> float | None:
    said = next((e for e in after if e.kind == "buyer_said" and e.data.get("text")), None)
    share = next((float(e.data["share"]) for e in after if e.kind == "buyer_heard"), 1.0)
    return None if said is None or share < HEARD_ENOUGH else float(said.data["start_s"])


def _fact(fact: HiddenFact, decisions: Sequence[_Decision]) -> FactRow:
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


def _mood(decisions: Sequence[_Decision]) -> tuple[MoodPoint, ...]:
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


def _concession(concession: Concession, decisions: Sequence[_Decision]) -> ConcessionRow:
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
