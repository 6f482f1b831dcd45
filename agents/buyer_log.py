"""What the buyer's decisions rest on, as the call's log holds it: enough to come to the same state
again, bit for bit, and to go on from any turn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from agents import buyer_state
from agents.beat import Beat
from agents.buyer_state import BuyerState
from agents.events import CallEvent
from configs.persona import Persona
from configs.scenario import Scenario

EntryKind = Literal["pick_up", "said", "cut_in", "silence", "transfer", "time_over"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One input of the state machine."""

    kind: EntryKind
    at_s: float = 0.0
    """Seconds of the call."""
    text: str = ""
    speech_s: float = 0.0
    added: tuple[str, ...] = ()
    """Acts that a model decided and the rules had not found."""
    removed: tuple[str, ...] = ()
    """Acts that the rules had found and a model took away."""
    again: bool = False
    """The rep went on before a word of the last reply was heard: this comes in place of the last
    entry, from the state before it."""

    def to_data(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "at_s": self.at_s,
            "text": self.text,
            "speech_s": self.speech_s,
            "added": list(self.added),
            "removed": list(self.removed),
            "again": self.again,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Entry":
        return cls(**{**data, "added": tuple(data["added"]), "removed": tuple(data["removed"])})

    def applied(
        self, state: BuyerState, scenario: Scenario, persona: Persona
    ) -> tuple[BuyerState, Beat]:
        """The state and beat that follow; see agents/buyer_state.py."""
        match self.kind:
            case "said":
                return buyer_state.hear(
                    state,
                    scenario,
                    persona,
                    self.text,
                    at_s=self.at_s,
                    speech_s=self.speech_s,
                    added=self.added,
                    removed=self.removed,
                )
            case "cut_in":
                return buyer_state.cut_in(
                    state, scenario, persona, self.text, at_s=self.at_s, speech_s=self.speech_s
                )
            case "silence":
                return buyer_state.silent(state, scenario, persona, at_s=self.at_s)
            case "transfer":
                return buyer_state.transferred(state)
            case "time_over":
                return buyer_state.time_over(state, scenario, persona)
            case "pick_up":
                return buyer_state.begin(scenario, persona, state.seed)


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of the buyer, replayed."""

    entry: Entry
    before: BuyerState
    beat: Beat
    after: BuyerState
    """As decided; what the rep did not hear of it is taken back only in the next step's before."""


def replayed(
    events: Iterable[CallEvent], scenario: Scenario, persona: Persona, seed: int
) -> Iterator[Step]:
    """Every decision of a call in order, from its log. Other events are passed over."""
    state, beat = buyer_state.begin(scenario, persona, seed)
    last: Step | None = None
    for event in events:
        if event.kind == "buyer_heard":
            state, last = buyer_state.heard(state, beat, float(event.data["share"])), None
        elif event.kind == "buyer_input":
            entry = Entry.from_data(event.data)
            if entry.again:
                state = taken_back(last, state, beat)
            before = state
            state, beat = entry.applied(state, scenario, persona)
            last = Step(entry, before, beat, state)
            yield last


def resumed(
    events: Iterable[CallEvent], scenario: Scenario, persona: Persona, seed: int, n_decisions: int
) -> BuyerState:
    """The state right before the buyer's decision number `n_decisions`, counted from 1: what a
    retake of that turn starts from. Raises ValueError when the call had fewer."""
    for n, step in enumerate(replayed(events, scenario, persona, seed), start=1):
        if n == n_decisions:
            return step.before
    raise ValueError(f"expected a call of {n_decisions} decisions or more")


def taken_back(last: Step | None, state: BuyerState, beat: Beat) -> BuyerState:
    """The state from which a turn is heard again as a whole, after nothing of the reply to its
    first half was heard."""
    if last is not None and last.entry.kind == "said":
        return last.before
    return buyer_state.heard(state, beat, 0.0)
