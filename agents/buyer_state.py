"""The buyer's mind as the call uses it: what happens next, never how it is said.

Pure and deterministic. Same events in, same state out, bit for bit: no clock, no randomness, no
engine. Times come in as seconds of the call; `seed` only picks wordings (agents/authored.py).
"""

from collections.abc import Collection
from dataclasses import replace

from agents.beat import Beat
from agents.buyer_mind import (
    BuyerState,
    Outcome,
    Phase,
    at_pick_up,
    closed,
    moved,
    remembering,
    spoken,
    voice_of,
)
from agents.gate import GateStep, kept_waiting, passed
from agents.noted import noted
from agents.objection_state import Stand
from agents.rep_move import Move, decided, heard_as
from agents.rep_turn import RepTurn
from configs.persona import Persona
from configs.scenario import Objection, Scenario

__all__ = [
    "BuyerState",
    "Outcome",
    "Phase",
    "begin",
    "cut_in",
    "hear",
    "heard",
    "silent",
    "time_limit_s",
    "time_over",
    "transferred",
]

MAX_TURNS = 1_000
"""Turns of the rep after which any call ends."""
MAX_SILENCES = 2
"""Times in a row that the buyer asks into a silence before hanging up."""
HEARD_ENOUGH = 0.5
"""Share of a beat's words below which it counts as never said."""

_OVER = Beat("goodbye", "the call is over", ends_call=True)


def begin(scenario: Scenario, persona: Persona, seed: int) -> tuple[BuyerState, Beat]:
    """The state as somebody picks up, the gatekeeper or the buyer, and the opening beat."""
    state = at_pick_up(scenario, persona, seed)
    voice = voice_of(state)
    return spoken(state, Beat("open", f"the {voice} picks up", voice=voice))


def transferred(state: BuyerState) -> tuple[BuyerState, Beat]:
    """The gatekeeper has put the rep through, and the buyer picks up: turns count from here."""
    if state.ended:
        return state, _OVER
    state = replace(state, phase="opening", n_turns=0, n_silent=0, n_unclear=0)
    return spoken(state, Beat("open", "the buyer picks up after the gatekeeper"))


def hear(
    state: BuyerState,
    scenario: Scenario,
    persona: Persona,
    text: str,
    *,
    at_s: float,
    speech_s: float,
    added: Collection[str] = (),
    removed: Collection[str] = (),
) -> tuple[BuyerState, Beat]:
    """One utterance of the rep, as transcribed (any text, also none), moves the state and decides
    the next beat. at_s: its end, seconds of the call; speech_s: how long the rep spoke; added,
    removed: acts that a model decided otherwise than the rules (agents/model_acts.py). A call
    that has ended stays as it was."""
    if state.ended:
        return state, _OVER
    if state.gate is not None and state.gate.through and state.phase == "gatekeeper":
        return transferred(state)  # spoke into being put through: the buyer is there now
    state = replace(state, n_turns=state.n_turns + 1, n_silent=0)
    if at_s >= time_limit_s(scenario) or state.n_turns >= MAX_TURNS:
        return time_over(state, scenario, persona)
    move = heard_as(text, speech_s, listening_for(state, scenario))
    move = decided(move, added, removed)
    state = remembering(state, noted(text, move.found, state.n_turns))
    if state.phase == "gatekeeper":
        return _at_the_gate(state, scenario, move)
    return RepTurn(state, scenario, persona, move).decided()


def cut_in(
    state: BuyerState,
    scenario: Scenario,
    persona: Persona,
    text: str,
    *,
    at_s: float,
    speech_s: float,
) -> tuple[BuyerState, Beat]:
    """The rep talks on and on: this buyer speaks into it. `text`: what was understood so far."""
    if state.ended:
        return state, _OVER
    state = replace(state, n_turns=state.n_turns + 1, n_silent=0)
    if at_s >= time_limit_s(scenario):
        return time_over(state, scenario, persona)
    move = heard_as(text, speech_s, None)
    state = remembering(state, noted(text, move.found, state.n_turns))
    if state.phase == "gatekeeper":
        return _at_the_gate(state, scenario, replace(move, monologue=True))
    return RepTurn(state, scenario, persona, move).cut_short()


def silent(
    state: BuyerState, scenario: Scenario, persona: Persona, *, at_s: float
) -> tuple[BuyerState, Beat]:
    """The rep has said nothing for long: the buyer asks, and at last hangs up."""
    if state.ended:
        return state, _OVER
    if at_s >= time_limit_s(scenario):
        return time_over(state, scenario, persona)
    if state.phase == "gatekeeper" and state.gate is not None:
        if state.gate.through:
            return transferred(state)
        gate, step = kept_waiting(state.gate)
        return _answered_at_the_gate(replace(state, gate=gate), step, None)
    state = moved(replace(state, n_silent=state.n_silent + 1), persona, patience=-1)
    if state.agreed:
        reason = "silence after the next step was agreed"
        beat = Beat("goodbye", reason, ends_call=True)
        return spoken(closed(state, "said_goodbye"), beat)
    if state.n_silent > MAX_SILENCES or state.patience == 0:
        beat = Beat("hang_up", "silence again and again", ends_call=True)
        return spoken(closed(state, "hung_up"), beat)
    return spoken(state, Beat("prompt_silence", "the rep said nothing"))


def heard(state: BuyerState, beat: Beat, heard_share: float) -> BuyerState:
    """The state after `beat` was played up to `heard_share` (0 to 1) of its words. What was not
    heard was not said: an objection may be raised or settled again, a fact found again."""
    if heard_share >= HEARD_ENOUGH or state.ended:
        return state
    if beat.kind == "raise_objection":
        return _taken_back(state, beat, "raised", "dormant")
    if beat.kind == "settle":
        return _taken_back(state, beat, "settled", "answered")
    if beat.kind == "reveal":
        kept = tuple(f for f in state.revealed if f not in beat.fact_ids)
        return replace(state, revealed=kept)
    if beat.kind == "concede":
        return replace(state, granted=tuple(c for c in state.granted if c != beat.concession_id))
    if beat.kind == "put_through" and state.gate is not None:
        return replace(state, gate=replace(state.gate, through=False))
    return replace(state, agreed=False) if beat.kind == "agree" else state


def time_over(state: BuyerState, scenario: Scenario, persona: Persona) -> tuple[BuyerState, Beat]:
    """The call has reached its limit: the buyer has to go."""
    if state.ended:
        return state, _OVER
    beat = Beat("goodbye", "the time is over", ends_call=True, voice=voice_of(state))
    return spoken(closed(state, "time_over"), beat)


def time_limit_s(scenario: Scenario) -> float:
    """Seconds after which any call ends: twice its typical length."""
    return 2 * 60.0 * scenario.minutes


def _at_the_gate(state: BuyerState, scenario: Scenario, move: Move) -> tuple[BuyerState, Beat]:
    assert state.gate is not None
    assert scenario.gatekeeper is not None
    if move.says_goodbye and not state.gate.through:
        reason = "the rep said goodbye to the gatekeeper"
        beat = Beat("goodbye", reason, because=move.quote, ends_call=True, voice="gatekeeper")
        return spoken(closed(state, "said_goodbye"), beat)
    gate, step = passed(state.gate, scenario.gatekeeper, move)
    return _answered_at_the_gate(replace(state, gate=gate), step, move.quote)


def _answered_at_the_gate(
    state: BuyerState, step: GateStep, because: str | None
) -> tuple[BuyerState, Beat]:
    ends = step.kind == "refuse"
    beat = Beat(step.kind, step.reason, because=because, ends_call=ends, voice="gatekeeper")
    return spoken(closed(state, "not_put_through") if ends else state, beat)


def listening_for(state: BuyerState, scenario: Scenario) -> Objection | None:
    """The objection whose words matter now: the one in play, else the last one answered."""
    now = state.in_play or state.answered_last
    return next((o for o in scenario.objections if now and o.id == now.id), None)


def _taken_back(state: BuyerState, beat: Beat, said: Stand, before: Stand) -> BuyerState:
    """The beat's objection from the stand that was not heard to the one before it."""
    objections = tuple(
        replace(o, stand=before) if o.id == beat.objection_id and o.stand == said else o
        for o in state.objections
    )
    return replace(state, objections=objections)
