import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agents.beat import Beat
from agents.buyer_state import begin, hear
from agents.prompt import MAX_CHARACTERS, N_RECENT, prompt
from speech.words import Utterance
from tests.fakes.drill import PERSONA, SCENARIO

START, _ = begin(SCENARIO, PERSONA, 1)


def said(text: str) -> Utterance:
    return Utterance("rep", 0.0, 1.0, text)


def text_of(beat: Beat, state=START, recent=(), scenario=SCENARIO) -> str:
    return "\n".join(m["content"] for m in prompt(beat, state, scenario, PERSONA, recent))


def test_only_the_facts_of_the_beat_and_those_told_before_are_in_the_prompt() -> None:
    told = replace(START, revealed=("team",))
    text = text_of(Beat("reveal", "asked", fact_ids=("tool",)), told)
    assert "spreadsheets" in text
    assert "Twelve people" in text
    assert "lost a customer" not in text


def test_a_held_back_fact_is_not_in_the_prompt() -> None:
    state, beat = hear(
        START, SCENARIO, PERSONA, "what went wrong because of that", at_s=9, speech_s=2
    )
    assert beat.kind == "hold_back"
    assert "lost a customer" not in text_of(beat, state)


def test_only_the_objection_of_the_beat_is_in_the_prompt() -> None:
    text = text_of(Beat("raise_objection", "due", "price"))
    assert "the price against the budget" in text
    assert "the timing before the audit" not in text
    assert "who signs" not in text


def test_product_facts_and_briefing_are_never_in_the_prompt() -> None:
    text = text_of(Beat("answer", "asked"))
    assert SCENARIO.product_facts[0] not in text
    assert SCENARIO.briefing not in text
    assert SCENARIO.goal not in text


def test_the_prompt_asks_for_spoken_words_in_the_scenarios_language() -> None:
    assert "at most two short sentences, plain spoken English" in text_of(Beat("answer", "r"))
    german = replace(SCENARIO, language="de-DE")
    assert "German" in text_of(Beat("answer", "r"), scenario=german)


@given(st.text())
def test_the_reps_words_are_data_and_never_part_of_the_instructions(words: str) -> None:
    beat = Beat("answer", "asked", because=words)
    system, user = prompt(beat, START, SCENARIO, PERSONA, [said(words)])
    assert [system["role"], user["role"]] == ["system", "user"]
    assert system["content"] == prompt(beat, START, SCENARIO, PERSONA, [])[0]["content"]
    record = json.loads(user["content"])
    assert record == {"call_so_far": [{"speaker": "rep", "said": words[-MAX_CHARACTERS:]}]}


def test_a_long_call_keeps_the_prompt_short() -> None:
    recent = [said(f"{n} " + "word " * 500) for n in range(50)]
    user = prompt(Beat("answer", "r"), START, SCENARIO, PERSONA, recent)[1]
    record = json.loads(user["content"])["call_so_far"]
    assert len(record) == N_RECENT
    assert len(user["content"]) < N_RECENT * (MAX_CHARACTERS + 50) + 50
