"""What the buyer holds in mind during a call, and the small changes it can undergo."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from agents.beat import Beat, BeatKind, Voice
from agents.gate import Gate, at_the_gate
from agents.noted import MAX_NOTED, Said
from agents.objection_state import ObjectionState
from configs.persona import Persona
from configs.scenario import Scenario

Phase = Literal["gatekeeper", "opening", "discovery", "pitch", "objections", "close", "ended"]
Outcome = Literal[
    "next_step_agreed", "put_off", "said_goodbye", "hung_up", "time_over", "not_put_through"
]

MOOD_LIMIT = 5
"""Trust and interest stay in -5..5."""
PATIENCE_LIMIT = 20

_BY_OBJECTION: tuple[BeatKind, ...] = (
    "raise_objection",
    "explain_objection",
    "push_back",
    "settle",
)


@dataclass(frozen=True, slots=True)
class BuyerState:
    phase: Phase
    trust: int
    """-5 to 5."""
    interest: int
    """-5 to 5."""
    patience: int
    """0 to what the persona starts with; at 0 the buyer hangs up."""
    revealed: tuple[str, ...]
    """Ids of the facts that were told, in order."""
    objections: tuple[ObjectionState, ...]
    """In the scenario's order."""
    n_turns: int
    """Of the rep; silences do not count."""
    seed: int
    ended: Outcome | None = None
    agreed: bool = False
    """True from the buyer's yes to a next step on."""
    n_unclear: int = 0
    """Turns in a row that were not understood."""
    n_silent: int = 0
    """Silences in a row."""
    n_pitches: int = 0
    """Statements in a row without a question."""
    n_rude: int = 0
    n_deferred: int = 0
    """Requests for a next step that were put off."""
    tied: tuple[str, ...] = ()
    """Ids of told facts that the rep has come back to in a statement."""
    granted: tuple[str, ...] = ()
    """Ids of the concessions that were granted, in order."""
    noted: tuple[Said, ...] = ()
    """What the rep claimed and promised, the last MAX_NOTED."""
    gate: Gate | None = None
    """The gatekeeper's mind while the phase is gatekeeper; afterwards as it was at the end."""
    said: tuple[tuple[str, int], ...] = ()
    """How often each list of wordings was drawn from (wording_key), sorted by key."""

    @property
    def in_play(self) -> ObjectionState | None:
        """The one objection that is raised or explored; None when there is none."""
        return next((o for o in self.objections if o.in_play), None)

    @property
    def answered_last(self) -> ObjectionState | None:
        """The objection that was answered last and still waits to be confirmed."""
        answered = [o for o in self.objections if o.stand == "answered"]
        return max(answered, key=lambda o: o.changed_turn, default=None)

    def objection(self, objection_id: str) -> ObjectionState:
        return next(o for o in self.objections if o.id == objection_id)

    def times_said(self, key: str) -> int:
        return dict(self.said).get(key, 0)


def at_pick_up(scenario: Scenario, persona: Persona, seed: int) -> BuyerState:
    """The state before the first word."""
    gatekeeper = scenario.gatekeeper
    return BuyerState(
        phase="opening" if gatekeeper is None else "gatekeeper",
        gate=None if gatekeeper is None else at_the_gate(gatekeeper),
        trust=_bounded(persona.trust),
        interest=_bounded(persona.interest),
        patience=patience_at_start(persona),
        revealed=(),
        objections=tuple(ObjectionState(o.id) for o in scenario.objections),
        n_turns=0,
        seed=seed,
    )


def wording_key(beat: Beat) -> str:
    """Names the list of wordings that a beat draws from: "fact:team", "settle:price", "answer"."""
    if beat.voice == "gatekeeper":
        return f"gatekeeper:{beat.kind}"
    if beat.kind == "concede" and beat.concession_id:
        return f"concede:{beat.concession_id}"
    if beat.fact_ids:
        return f"fact:{beat.fact_ids[0]}"
    if beat.objection_id and beat.kind in _BY_OBJECTION:
        return f"{beat.kind}:{beat.objection_id}"
    return beat.kind


def spoken(state: BuyerState, beat: Beat) -> tuple[BuyerState, Beat]:
    """The beat, and the state that counts it."""
    counts = dict(state.said)
    counts[wording_key(beat)] = counts.get(wording_key(beat), 0) + 1
    return replace(state, said=tuple(sorted(counts.items()))), beat


def remembering(state: BuyerState, said: tuple[Said, ...]) -> BuyerState:
    """The state with what the rep has just claimed and promised."""
    return replace(state, noted=(*state.noted, *said)[-MAX_NOTED:]) if said else state


def voice_of(state: BuyerState) -> Voice:
    """Who is on the line."""
    return "gatekeeper" if state.phase == "gatekeeper" else "buyer"


def moved(
    state: BuyerState, persona: Persona, *, trust: int = 0, interest: int = 0, patience: int = 0
) -> BuyerState:
    """The mood changed by so much, inside its bounds."""
    return replace(
        state,
        trust=_bounded(state.trust + trust),
        interest=_bounded(state.interest + interest),
        patience=max(0, min(patience_at_start(persona), state.patience + patience)),
    )


def with_objection(state: BuyerState, after: ObjectionState) -> BuyerState:
    """The state with one objection's new stand, dated when the stand changed."""
    if after.stand != state.objection(after.id).stand:
        after = replace(after, changed_turn=state.n_turns)
    return replace(state, objections=_swapped(state.objections, after))


def _swapped(
    objections: Iterable[ObjectionState], after: ObjectionState
) -> tuple[ObjectionState, ...]:
    return tuple(after if o.id == after.id else o for o in objections)


def closed(state: BuyerState, outcome: Outcome) -> BuyerState:
    """Ended; an agreed next step stays agreed however the call ends."""
    return replace(state, ended="next_step_agreed" if state.agreed else outcome, phase="ended")


def patience_at_start(persona: Persona) -> int:
    return max(1, min(PATIENCE_LIMIT, persona.patience))


def _bounded(mood: int) -> int:
    return max(-MOOD_LIMIT, min(MOOD_LIMIT, mood))
