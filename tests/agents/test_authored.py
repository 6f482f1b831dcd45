from dataclasses import replace

from agents.authored import say
from agents.beat import Beat
from agents.buyer_state import begin, hear
from tests.fakes.drill import LINES, PERSONA, PRICE, SCENARIO, TOOL


def said_over(texts: list[str], seed: int, persona=PERSONA) -> list[str]:
    state, beat = begin(SCENARIO, persona, seed)
    lines = [say(beat, state, SCENARIO, persona)]
    for n, text in enumerate(texts):
        state, beat = hear(state, SCENARIO, persona, text, at_s=5.0 * n, speech_s=3)
        lines.append(say(beat, state, SCENARIO, persona))
    return lines


def bare(line: str) -> str:
    """The line without one of the persona's openers."""
    for filler in PERSONA.fillers:
        line = line.removeprefix(filler + " ")
    return line


def test_a_wording_comes_again_only_after_all_the_others() -> None:
    lines = [bare(x) for x in said_over(["", "", "how are you", "", ""], seed=4)]
    clarified = [x for x in lines if x in LINES.clarify]
    assert len(clarified) == 4
    assert len(set(clarified[:3])) == 3


def test_the_same_seed_says_the_same_and_another_differs() -> None:
    texts = ["hi dana", "how do you plan today", "the price is forty dollars", "it is cheap"]
    assert said_over(texts, 7) == said_over(texts, 7)
    assert len({tuple(said_over(texts, seed)) for seed in range(10)}) > 3


def test_facts_and_objections_speak_their_own_lines() -> None:
    state, _ = begin(SCENARIO, PERSONA, 1)
    told = say(Beat("reveal", "r", fact_ids=("tool",)), state, SCENARIO, PERSONA)
    raised = say(Beat("raise_objection", "r", "price"), state, SCENARIO, PERSONA)
    pushed = say(Beat("push_back", "r", "price"), state, SCENARIO, PERSONA)
    pushed_back = say(Beat("push_back", "r"), state, SCENARIO, PERSONA)
    assert bare(told) in TOOL.lines
    assert raised in PRICE.lines
    assert bare(pushed) in PRICE.harder
    assert bare(pushed_back) in LINES.push_back


def test_a_reveal_while_an_objection_is_open_tells_the_fact() -> None:
    state, _ = begin(SCENARIO, PERSONA, 1)
    beat = Beat("reveal", "r", "price", ("tool",))
    assert bare(say(beat, state, SCENARIO, PERSONA)) in TOOL.lines


def test_some_lines_begin_with_a_small_opener_and_others_do_not() -> None:
    lines = [x for seed in range(40) for x in said_over(["so we are in oslo"], seed)[1:]]
    opened = sum(line.startswith(PERSONA.fillers) for line in lines)
    assert 0 < opened < len(lines)


def test_a_call_that_cost_trust_ends_coolly() -> None:
    state = replace(begin(SCENARIO, PERSONA, 1)[0], trust=-2)
    said = say(Beat("goodbye", "the rep said goodbye", ends_call=True), state, SCENARIO, PERSONA)
    assert said in LINES.cool_goodbye
