"""The gatekeeper's half of the state machine: who is calling, what is it about, and then the buyer
comes onto the line, or not. Pure, like agents/buyer_state.py."""

from dataclasses import dataclass, replace

from agents.beat import BeatKind
from agents.rep_move import Move
from configs.scenario import Gatekeeper
from scoring.introduction import COMPANY, NAME, gives_reason


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gatekeeper knows of the rep, and how much patience is left."""

    patience: int
    said_name: bool = False
    said_company: bool = False
    said_why: bool = False
    through: bool = False
    """The gatekeeper has agreed: the buyer comes next."""

    @property
    def knows_who(self) -> bool:
        return self.said_name and self.said_company


@dataclass(frozen=True, slots=True)
class GateStep:
    kind: BeatKind
    reason: str


def at_the_gate(gatekeeper: Gatekeeper) -> Gate:
    return Gate(patience=max(1, gatekeeper.patience))


def passed(gate: Gate, gatekeeper: Gatekeeper, move: Move) -> tuple[Gate, GateStep]:
    """The gatekeeper after the rep's words. A gate without patience ends the call."""
    after = _learned(gate, gatekeeper, move)
    news = after != gate
    step = _step(after, move, news)
    if step.kind == "put_through":
        return replace(after, through=True), step
    if not news:
        after = replace(after, patience=max(0, after.patience - (2 if move.rude else 1)))
    if after.patience == 0 or step.kind == "refuse":
        return replace(after, patience=0), GateStep("refuse", f"no more patience: {step.reason}")
    return after, step


def kept_waiting(gate: Gate) -> tuple[Gate, GateStep]:
    """The rep says nothing."""
    after = replace(gate, patience=max(0, gate.patience - 1))
    if after.patience == 0:
        return after, GateStep("refuse", "silence again and again")
    return after, GateStep("prompt_silence", "the rep said nothing")


def _learned(gate: Gate, gatekeeper: Gatekeeper, move: Move) -> Gate:
    words = " ".join(move.words)
    return replace(
        gate,
        said_name=gate.said_name or bool(NAME.search(words)),
        said_company=gate.said_company or bool(COMPANY.search(words)),
        said_why=gate.said_why or gives_reason(move.words, gatekeeper.reason_words),
    )


def _step(gate: Gate, move: Move, news: bool) -> GateStep:
    if move.rude:
        return GateStep("refuse", "the rep was rude")
    if move.breaks_frame:
        return GateStep("deflect", "the rep talked of something that is not of this call")
    if move.nothing:
        return GateStep("clarify", "nothing was understood")
    if move.monologue:
        return GateStep("push_back", "a pitch is not for the gatekeeper")
    if gate.knows_who and gate.said_why:
        return GateStep("put_through", "the rep said who is calling and why")
    if not gate.knows_who:
        return GateStep("ask_who", "the gatekeeper does not know who is calling")
    if news or not move.claims:
        return GateStep("ask_why", "the gatekeeper does not know what it is about")
    return GateStep("push_back", "pitched without a reason that is worth passing on")
