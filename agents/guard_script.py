"""What one reply may hold: the beat, the words that were written for it, and what stays locked."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.authored import wordings
from agents.beat import Beat
from agents.buyer_mind import BuyerState
from agents.guard_leak import Secrets, bare_sentences, secrets
from agents.locked import granted, locked_texts, told
from configs.persona import Persona
from configs.scenario import Objection, Scenario
from speech.words import Utterance


@dataclass(frozen=True, slots=True)
class Script:
    """Made once for each reply (script)."""

    beat: Beat
    language: str
    """BCP 47."""
    agreed: bool
    """The buyer has said yes to a next step before."""
    names: tuple[str, ...]
    """Of who speaks, whole and in parts."""
    authored: frozenset[str]
    """Sentences that people wrote for this very beat, bare lower case."""
    secrets: Secrets


def script(
    beat: Beat,
    state: BuyerState,
    scenario: Scenario,
    persona: Persona,
    recent: Sequence[Utterance] = (),
) -> Script:
    """`state` came with the beat; `recent` is what was said of late, in order."""
    written = wordings(beat, state, scenario)
    return Script(
        beat=beat,
        language=scenario.language,
        agreed=state.agreed,
        names=(persona.name, *persona.name.split()),
        authored=frozenset(s for line in written for s in bare_sentences(line)),
        secrets=secrets(
            locked_texts(beat, state, scenario),
            [*allowed_texts(beat, state, scenario, persona), *written, *_heard(recent)],
        ),
    )


def allowed_texts(beat: Beat, state: BuyerState, scenario: Scenario, persona: Persona) -> list[str]:
    """What may be said, and what the rep knows from the briefing: no secret can lie in it."""
    texts = [persona.name, persona.role, persona.company, scenario.briefing]
    texts += [*scenario.product_facts, *_lines(scenario)]
    for fact in scenario.facts:
        if told(fact, beat, state):
            texts += [fact.text, *fact.lines]
    for objection in scenario.objections:
        if objection.id == beat.objection_id or state.objection(objection.id).stand != "dormant":
            texts += _of(objection)
    given = granted(beat, state)
    for concession in scenario.concessions:
        if concession.id in given:
            texts += [concession.text, *concession.lines]
    return texts


def _lines(scenario: Scenario) -> list[str]:
    """All that is said in any call; not how the buyer agrees, which could hold a concession."""
    own = scenario.lines
    lists = (own.opening, own.answer, own.hold_back, own.continue_, own.push_back, own.clarify)
    more = (own.silence, own.interrupt, own.defer, own.goodbye, own.cool_goodbye, own.hang_up)
    rest = (own.ask, own.soften, own.go_quiet, own.refuse, own.deflect)
    return [line for one in (*lists, *more, *rest) for line in one]


def _of(objection: Objection) -> list[str]:
    own = objection
    return [own.concern, *own.lines, *own.harder, *own.explained, *own.settled]


def _heard(recent: Sequence[Utterance]) -> list[str]:
    """The rep's last words, and what the buyer was heard to say: neither is a secret any more."""
    return [u.text for u in list(recent)[-6:]]
