"""The shipped reps against the shipped buyers, in text, with clean and with misheard words."""

import random
import re

import pytest

from agents.buyer_state import BuyerState, begin, hear
from configs.demo import DemoScript, DemoTurn, load_demo
from configs.load import load_catalogue

CATALOGUE = load_catalogue()


def following(script: DemoScript, used: set[str], objection_id: str | None) -> DemoTurn | None:
    left = [t for t in script.turns if t.id not in used]
    about = [t for t in left if objection_id and t.answers == objection_id]
    return next(iter(about or [t for t in left if not t.answers]), None)


def misheard(text: str, p_wrong: float, chance: random.Random) -> str:
    """Bare lower-case words, of which a share is dropped, doubled up or replaced."""
    heard: list[str] = []
    for word in re.sub(r"[^\w' ]", "", text.lower()).split():
        luck = chance.random() / p_wrong
        if luck < 0.5:
            heard.append(chance.choice(["the", "and", "to", "him", "a", "far"]))
        elif luck < 0.8:
            continue
        else:
            heard += [word, "uh"] if luck < 1 else [word]
    return " ".join(heard)


def played(scenario_id: str, seed: int = 1, p_wrong: float = 0.0) -> BuyerState:
    scenario = CATALOGUE.scenarios[scenario_id]
    persona = CATALOGUE.personas[scenario.persona]
    script, chance, used = load_demo(scenario), random.Random(seed), set[str]()
    state, beat = begin(scenario, persona, seed)
    while not state.ended and (turn := following(script, used, beat.objection_id)):
        used.add(turn.id)
        text = misheard(turn.text, p_wrong, chance) if p_wrong else turn.text
        state, beat = hear(state, scenario, persona, text, at_s=12.0 * len(used), speech_s=6)
    return state


def test_the_rep_who_asks_answers_and_confirms_wins_the_next_step() -> None:
    state = played("pricing-objection")
    assert state.ended == "next_step_agreed"
    assert {o.stand for o in state.objections} == {"settled"}
    assert len(state.revealed) >= 4


def test_the_rep_who_pitches_and_argues_does_not() -> None:
    state = played("discovery-route-planning")
    assert state.ended in ("hung_up", "put_off", "said_goodbye")
    assert not any(o.stand == "settled" for o in state.objections)


@pytest.mark.parametrize("p_wrong", [0.15, 0.2])
def test_misheard_words_still_settle_most_objections_and_never_reward_arguing(
    p_wrong: float,
) -> None:
    good = [played("pricing-objection", seed, p_wrong) for seed in range(20)]
    settled = [o.stand == "settled" for s in good for o in s.objections]
    assert sum(settled) / len(settled) >= 0.7
    weak = [played("discovery-route-planning", seed, p_wrong) for seed in range(20)]
    assert not any(s.agreed for s in weak)
