"""How one objection stands, and what the rep's next words do to it."""

from dataclasses import dataclass, replace
from typing import Literal

from agents.beat import BeatKind
from agents.rep_move import Move

Stand = Literal["dormant", "raised", "explored", "answered", "settled", "dropped"]

MAX_PUSHES = 2
"""Times an objection comes back harder before the buyer lets it drop."""
MAX_EXPLANATIONS = 3
"""Times it is explained before more questions about it lead nowhere."""

ANSWERED = "answered, but not asked whether that settles it"
"""The reason of the beat after which an objection is answered."""
DROPPED = "argued down: the buyer lets it drop and trusts the rep less"
"""The reason of the beat with which an objection is dropped."""


@dataclass(frozen=True, slots=True)
class ObjectionState:
    id: str
    stand: Stand = "dormant"
    """explored: acknowledged or asked about; answered: but nobody asked whether that settles it;
    dropped: argued down, which the buyer remembers."""
    n_pushed: int = 0
    n_explained: int = 0
    changed_turn: int = 0
    """The rep's turn, counted from 1, at which the stand last changed."""

    @property
    def in_play(self) -> bool:
        return self.stand in ("raised", "explored")

    @property
    def unsettled(self) -> bool:
        """True while it stands in the way of a next step."""
        return self.stand in ("raised", "explored", "answered", "dropped")


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from the rep's words: a beat, and by how much the buyer's mood moves."""

    kind: BeatKind
    reason: str
    trust: int = 0
    interest: int = 0
    patience: int = 0


def handled(state: ObjectionState, move: Move) -> tuple[ObjectionState, Step]:
    """The objection in play after the rep's words. `move` was heard with its words."""
    met = state.stand == "explored" or move.acknowledges or move.explores
    if met and move.answers and move.confirms:
        return _settled(state)
    if move.wants_next_step and not move.answers and not move.explores:
        reason = "a next step was asked for while this objection was still open"
        return state, Step("defer", reason, patience=-1)
    if state.stand == "explored" and move.answers:
        return _answered(state, move)
    if move.explores or (move.acknowledges and not move.answers):
        return _explained(state)
    if met and move.answers:
        return _answered(state, move)
    if move.nods:
        return state, Step("continue", "a nod does not answer an objection", patience=-1)
    return _argued(state, move)


def confirmed(state: ObjectionState) -> tuple[ObjectionState, Step]:
    """An objection that was answered before, after the rep asked whether it is settled."""
    return _settled(state)


def reopened(state: ObjectionState) -> tuple[ObjectionState, Step]:
    """An objection that was argued down, after the rep came back to it with care."""
    reason = "the rep came back to a concern that had been argued down"
    after = replace(state, stand="explored", n_pushed=0, n_explained=state.n_explained + 1)
    return after, Step("explain_objection", reason, trust=1, patience=1)


def _settled(state: ObjectionState) -> tuple[ObjectionState, Step]:
    reason = "taken seriously, answered, and confirmed with the buyer"
    n_earned = 2 if state.stand != "answered" else 1
    return replace(state, stand="settled"), Step(
        "settle", reason, trust=1, interest=n_earned, patience=1
    )


def _answered(state: ObjectionState, move: Move) -> tuple[ObjectionState, Step]:
    kind: BeatKind = "answer" if move.asks_openly else "continue"
    return replace(state, stand="answered"), Step(kind, ANSWERED, interest=1)


def _explained(state: ObjectionState) -> tuple[ObjectionState, Step]:
    if state.n_explained >= MAX_EXPLANATIONS:
        reason = "asked about the objection again and again without an answer"
        return state, Step("push_back", reason, patience=-1)
    first = state.stand == "raised"
    after = replace(state, stand="explored", n_explained=state.n_explained + 1)
    reason = "the concern was acknowledged or asked about" if first else "asked further"
    return after, Step("explain_objection", reason, trust=1 if first else 0)


def _argued(state: ObjectionState, move: Move) -> tuple[ObjectionState, Step]:
    if state.n_pushed >= MAX_PUSHES:
        return replace(state, stand="dropped"), Step(
            "continue", DROPPED, trust=-2, interest=-1, patience=-1
        )
    if state.stand == "explored":
        asked = "asked whether it is settled before it was answered"
        reason = asked if move.confirms else "talked past the concern after it was explained"
    else:
        reason = "argued with before it was acknowledged or asked about"
    return replace(state, n_pushed=state.n_pushed + 1), Step("push_back", reason, patience=-1)
