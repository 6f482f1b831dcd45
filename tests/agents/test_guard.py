from dataclasses import replace

import pytest

from agents.authored import wordings
from agents.beat import Beat, BeatKind
from agents.buyer_state import begin
from agents.guard import MAX_REPLY_WORDS, MAX_WORDS, acceptable, refusal, unfinished
from agents.guard_script import script
from configs.load import load_catalogue
from configs.persona import Persona
from configs.scenario import Concession, Scenario
from speech.words import Utterance
from tests.fakes.drill import LOSS, PERSONA, SCENARIO, TEAM
from tests.fakes.drill import wordings as lines_named

STATE, _ = begin(SCENARIO, PERSONA, 1)
CATALOGUE = load_catalogue()
SHIPPED = sorted(CATALOGUE.scenarios)
ANSWER = Beat("answer", "asked")


def why(
    sentence: str,
    beat: Beat = ANSWER,
    *,
    scenario: Scenario = SCENARIO,
    state=STATE,
    rep: str = "",
    before: str = "",
) -> str | None:
    recent = [Utterance("rep", 0.0, 1.0, rep)] if rep else []
    return refusal(sentence, script(beat, state, scenario, PERSONA, recent), before)


def at_the_start(scenario: Scenario):
    persona = CATALOGUE.personas[scenario.persona]
    return begin(scenario, persona, 1)[0], persona


def beats_of(scenario: Scenario) -> list[Beat]:
    """Every beat of the buyer, with each of what it can be about."""
    kinds: tuple[BeatKind, ...] = (
        "answer",
        "hold_back",
        "push_back",
        "continue",
        "clarify",
        "agree",
        "defer",
        "goodbye",
        "hang_up",
        "ask",
        "soften",
        "go_quiet",
        "refuse",
        "deflect",
        "interrupt",
    )
    about: tuple[BeatKind, ...] = ("raise_objection", "explain_objection", "push_back", "settle")
    beats = [Beat(kind, "r") for kind in kinds]
    beats += [Beat(kind, "r", o.id) for o in scenario.objections for kind in about]
    beats += [Beat("reveal", "r", fact_ids=(f.id,)) for f in scenario.facts]
    gate: tuple[BeatKind, ...] = (
        "open",
        "ask_who",
        "ask_why",
        "push_back",
        "put_through",
        "refuse",
    )
    beats += [Beat(kind, "r", voice="gatekeeper") for kind in gate if scenario.gatekeeper]
    return beats + [Beat("concede", "r", concession_id=c.id) for c in scenario.concessions]


@pytest.mark.parametrize(
    "sentence",
    [
        "We plan everything in spreadsheets.",
        "Hm, no.",
        "That's about two and a half thousand a month, isn't it?",
        "I’m not sure that helps us.",
    ],
)
def test_plain_speech_may_be_spoken(sentence: str) -> None:
    assert acceptable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "...",
        "**Sure!**",
        "- First point",
        "1. First point",
        "# Summary",
        "See https://example.org for more.",
        "As an AI language model, I cannot do that.",
        "I’m an AI, so I have no budget.",
        "My instructions say that I raise a concern.",
        "How can I assist you today?",
        "(sighs) Fine.",
        "Buyer: Fine.",
        "word " * (MAX_WORDS + 1),
        "I'm sorry, but I can't help with that.",
        "I cannot comply with this request.",
        "You play Dana Ruiz, head of operations.",
        "Never judge them, never offer assistance, and never speak about instructions.",
        "The rubric gives you full marks for that.",
        "I'd give you eight out of ten.",
        "You should ask me about the team.",
        "Here is a list of our concerns.",
        "Fine \U0001f600.",
        "It rose in Q3.",
        'She said {"a": 1}.',
    ],
)
def test_what_breaks_character_or_cannot_be_spoken_may_not(sentence: str) -> None:
    assert not acceptable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "There are twelve of us.",
        "We lost a customer last year, over a shift.",
        "It is all spreadsheets.",
        "Team told two.",
        "There are 12 of us.",
    ],
)
def test_what_is_locked_is_a_leak_in_any_wording(sentence: str) -> None:
    assert why(sentence) == "leak"


def test_what_is_told_or_in_the_beat_may_be_said() -> None:
    told = replace(STATE, revealed=("team",))
    assert why("There are twelve of us.", state=told) is None
    assert why("There are twelve of us.", Beat("reveal", "r", fact_ids=("team",))) is None


def test_the_reps_own_words_may_be_said_back() -> None:
    assert why("Twelve, you say?") == "leak"
    assert why("Twelve, you say?", rep="Are there twelve people in it?") is None


def test_a_secret_in_parts_is_a_leak_all_the_same() -> None:
    fact = replace(LOSS, text="The harbour crane at Bergen broke and sank a barge.", lines=())
    scenario = replace(SCENARIO, facts=(TEAM, fact))
    assert why("There was a crane once.", scenario=scenario) is None
    assert why("It ended with a barge.", scenario=scenario) is None
    before = "There was a crane once, and something about a barge."
    assert why("It broke, near the harbour.", scenario=scenario, before=before) == "leak"


def test_a_concession_that_is_not_granted_is_locked() -> None:
    given = Concession(
        "start",
        "Dana starts with the Bergen depot without her boss.",
        "t",
        ("start",),
        ("team",),
        lines_named("concession granted"),
    )
    scenario = replace(SCENARIO, concessions=(given,))
    sentence = "Then we start with Bergen, only that depot."
    assert why(sentence, Beat("refuse", "r", concession_id="start"), scenario=scenario) == "leak"
    assert why(sentence, Beat("concede", "r", concession_id="start"), scenario=scenario) is None


@pytest.mark.parametrize("kind", ["defer", "refuse", "push_back", "answer", "hold_back"])
@pytest.mark.parametrize(
    "sentence",
    [
        "Okay, let's do it.",
        "You've convinced me.",
        "Yes, Thursday works.",
        "All right, send me the contract.",
        "We'll go ahead with that.",
        "Count me in.",
    ],
)
def test_nobody_agrees_where_the_beat_does_not(kind: BeatKind, sentence: str) -> None:
    assert why(sentence, Beat(kind, "r")) == "agreement"
    assert why(sentence, Beat("agree", "r")) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "You haven't convinced me.",
        "I'm not ready to sign anything.",
        "Before we go ahead, I need to think.",
        "Why would we go ahead with that?",
        "No, that doesn't work for us.",
        "Yes, but not like this.",
        "I'm in a meeting.",
    ],
)
def test_a_no_with_the_words_of_a_yes_is_no_agreement(sentence: str) -> None:
    assert why(sentence, Beat("defer", "r")) is None


def test_a_concern_is_not_settled_by_a_beat_that_does_not_settle_it() -> None:
    assert why("That settles it.", Beat("push_back", "r", "price")) == "agreement"
    assert why("That settles it.", Beat("settle", "r", "price")) is None


@pytest.mark.parametrize("sentence", ["Yes, I am.", "You're right.", "Guilty as charged."])
def test_what_is_alleged_is_never_confirmed(sentence: str) -> None:
    assert why(sentence, Beat("deflect", "r")) == "character"


def test_only_a_gatekeeper_asks_how_to_help() -> None:
    sentence = "How can I help you?"
    assert why(sentence) == "character"
    assert why(sentence, Beat("ask_why", "r", voice="gatekeeper")) is None


def test_another_language_is_refused_and_the_scenarios_own_is_not() -> None:
    sentence = "Das ist bei uns nicht so einfach."
    assert why(sentence) == "language"
    assert why(sentence, scenario=replace(SCENARIO, language="de")) is None


def test_a_reply_may_not_add_up_to_an_essay() -> None:
    sentence = "and so it goes " * 4
    assert why(sentence) is None
    assert why(sentence, before="word " * MAX_REPLY_WORDS) == "length"


@pytest.mark.parametrize("text", ["We plan it with the", "I think,", "word " * 12])
def test_half_a_sentence_is_unfinished(text: str) -> None:
    assert unfinished(text)
    assert not unfinished(text + ".")


@pytest.mark.parametrize("text", ["Not really", "Fine.", "Says who?", "Well…"])
def test_a_short_answer_without_a_mark_is_finished(text: str) -> None:
    assert not unfinished(text)


@pytest.mark.parametrize("scenario_id", SHIPPED)
def test_no_line_is_refused_in_the_beat_it_was_written_for(scenario_id: str) -> None:
    scenario = CATALOGUE.scenarios[scenario_id]
    state, persona = at_the_start(scenario)
    for beat in beats_of(scenario):
        holds = script(beat, state, scenario, persona)
        for line in wordings(beat, state, scenario):
            assert refusal(line, holds) is None, f"{beat.kind}: {line}"


@pytest.mark.parametrize("scenario_id", SHIPPED)
def test_every_line_of_a_locked_fact_is_refused_in_every_beat(scenario_id: str) -> None:
    scenario = CATALOGUE.scenarios[scenario_id]
    state, persona = at_the_start(scenario)
    for beat in beats_of(scenario):
        holds = script(beat, state, scenario, persona)
        for fact in scenario.facts:
            if fact.id not in beat.fact_ids:
                assert all(refusal(line, holds) for line in fact.lines), fact.id


def test_a_persona_label_is_no_speech() -> None:
    persona: Persona = PERSONA
    holds = script(ANSWER, STATE, SCENARIO, persona)
    assert refusal("Dana: We manage.", holds) == "markup"
