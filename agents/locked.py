"""What the buyer keeps to themselves during one beat: facts not told, concessions not granted."""

from agents.beat import Beat
from agents.buyer_mind import BuyerState
from configs.scenario import HiddenFact, Scenario


def locked_texts(beat: Beat, state: BuyerState, scenario: Scenario) -> list[tuple[str, ...]]:
    """Text and lines of each fact that is neither told nor in the beat, and of each concession
    that is not granted. `state` came with the beat."""
    facts = [(f.text, *f.lines) for f in scenario.facts if not told(f, beat, state)]
    given = granted(beat, state)
    return facts + [(c.text, *c.lines) for c in scenario.concessions if c.id not in given]


def told(fact: HiddenFact, beat: Beat, state: BuyerState) -> bool:
    return fact.id in state.revealed or fact.id in beat.fact_ids


def granted(beat: Beat, state: BuyerState) -> tuple[str, ...]:
    """Ids of the concessions granted before and by this beat."""
    now = (beat.concession_id,) if beat.kind == "concede" and beat.concession_id else ()
    return state.granted + now
