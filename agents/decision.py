"""The buyer's decisions as the call's log holds them, each with what was heard of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.buyer_state import HEARD_ENOUGH
from agents.events import CallEvent


@dataclass(frozen=True, slots=True)
class Decision:
    data: dict[str, Any]
    """Of the "beat" event; logs of older versions lack some keys."""
    at_s: float
    heard_at_s: float | None
    """When its words began, seconds of the call; None when too little of them was heard."""

    @property
    def kind(self) -> str:
        return str(self.data.get("beat", ""))

    @property
    def by_gatekeeper(self) -> bool:
        return self.data.get("voice") == "gatekeeper"


def decisions(log: Sequence[CallEvent]) -> list[Decision]:
    """Every beat with what was heard of it: the buyer's words that follow it, before the next."""
    starts = [n for n, event in enumerate(log) if event.kind == "beat"]
    ends = [*starts[1:], len(log)] if starts else []
    return [
        Decision(log[a].data, log[a].at_s, _heard_at(log[a + 1 : b]))
        for a, b in zip(starts, ends, strict=True)
    ]


def _heard_at(after: Sequence[CallEvent]) -> float | None:
    said = next((e for e in after if e.kind == "buyer_said" and e.data.get("text")), None)
    share = next((float(e.data["share"]) for e in after if e.kind == "buyer_heard"), 1.0)
    return None if said is None or share < HEARD_ENOUGH else float(said.data["start_s"])
