"""The buyer's words without a model: the scenario's authored lines, chosen by the state."""

import random

from agents.beat import Beat, BeatKind
from agents.buyer_mind import BuyerState, wording_key
from configs.persona import Persona
from configs.scenario import Gatekeeper, Lines, Objection, Scenario

FILLER_SHARE = 0.3
"""Share of fitting beats that begin with one of the persona's small openers."""
_WITH_FILLER: frozenset[BeatKind] = frozenset(
    {
        "answer",
        "reveal",
        "hold_back",
        "explain_objection",
        "push_back",
        "defer",
        "continue",
        "ask",
        "soften",
        "concede",
        "refuse",
    }
)
_GATE_GOODBYE = ("Goodbye.", "Thank you. Goodbye.", "All right. Goodbye.")
"""A scenario gives the gatekeeper no words for a rep who leaves by their own will; English."""


def say(beat: Beat, state: BuyerState, scenario: Scenario, persona: Persona) -> str:
    """The line for a beat that `state` was returned with. The same call gives the same words; no
    wording comes twice in a call while another of its list is left."""
    lines = wordings(beat, state, scenario)
    key = wording_key(beat)
    nth = max(0, state.times_said(key) - 1)
    order = list(dict.fromkeys(lines))
    random.Random(f"{state.seed} {key}").shuffle(order)
    line = order[nth % len(order)]
    return _opened(line, beat, state, persona) if _speaks(persona, beat, scenario) else line


def _speaks(persona: Persona, beat: Beat, scenario: Scenario) -> bool:
    """Whether the beat is this persona's to say: a gatekeeper borrows nobody's small openers."""
    gatekeeper = scenario.gatekeeper
    if beat.voice == "gatekeeper":
        return gatekeeper is not None and persona.id == gatekeeper.persona
    return gatekeeper is None or persona.id != gatekeeper.persona


def _opened(line: str, beat: Beat, state: BuyerState, persona: Persona) -> str:
    chance = random.Random(f"{state.seed} filler {state.n_turns}")
    if beat.kind not in _WITH_FILLER or not persona.fillers or chance.random() >= FILLER_SHARE:
        return line
    filler = chance.choice(persona.fillers)
    return line if line.lower().startswith(filler.lower().rstrip(".,")) else f"{filler} {line}"


def wordings(beat: Beat, state: BuyerState, scenario: Scenario) -> tuple[str, ...]:
    """The list that a beat draws from: the gatekeeper's, a concession's, a fact's, the objection's,
    or the scenario's own."""
    if beat.voice == "gatekeeper" and scenario.gatekeeper is not None:
        return _of_gatekeeper(beat.kind, scenario.gatekeeper, scenario)
    if beat.kind == "concede":
        granted = (c for c in scenario.concessions if c.id == beat.concession_id)
        return next((c.lines for c in granted), scenario.lines.soften)
    fact = next((f for f in scenario.facts if f.id in beat.fact_ids), None)
    if fact is not None:
        return fact.lines
    objection = next((o for o in scenario.objections if o.id == beat.objection_id), None)
    if objection is not None and (lines := _of_objection(beat.kind, objection)):
        return lines
    if beat.kind == "goodbye" and state.trust < 0 and not state.agreed:
        return scenario.lines.cool_goodbye
    return _of_scenario(beat.kind, scenario.lines)


def _of_gatekeeper(kind: BeatKind, own: Gatekeeper, scenario: Scenario) -> tuple[str, ...]:
    by_kind: dict[BeatKind, tuple[str, ...]] = {
        "open": own.opening,
        "ask_who": own.ask_who,
        "ask_why": own.ask_why,
        "push_back": own.push_back,
        "put_through": own.put_through,
        "refuse": own.refuse,
        "hang_up": own.refuse,
        "prompt_silence": own.silence,
        "clarify": scenario.lines.clarify,
        "interrupt": own.push_back,
        "deflect": scenario.lines.deflect,
        "goodbye": _GATE_GOODBYE if scenario.language.startswith("en") else own.refuse,
    }
    return by_kind.get(kind, own.ask_why)


def _of_objection(kind: BeatKind, objection: Objection) -> tuple[str, ...]:
    by_kind: dict[BeatKind, tuple[str, ...]] = {
        "raise_objection": objection.lines,
        "explain_objection": objection.explained,
        "push_back": objection.harder,
        "settle": objection.settled,
    }
    return by_kind.get(kind, ())


def _of_scenario(kind: BeatKind, lines: Lines) -> tuple[str, ...]:
    by_kind: dict[BeatKind, tuple[str, ...]] = {
        "open": lines.opening,
        "answer": lines.answer,
        "hold_back": lines.hold_back,
        "continue": lines.continue_,
        "push_back": lines.push_back,
        "clarify": lines.clarify,
        "prompt_silence": lines.silence,
        "interrupt": lines.interrupt,
        "agree": lines.agree,
        "defer": lines.defer,
        "goodbye": lines.goodbye,
        "hang_up": lines.hang_up,
        "ask": lines.ask,
        "soften": lines.soften,
        "go_quiet": lines.go_quiet,
        "refuse": lines.refuse,
        "deflect": lines.deflect,
    }
    return by_kind.get(kind, lines.continue_)
