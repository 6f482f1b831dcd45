import itertools
from dataclasses import replace
from typing import get_args

from agents.authored import say
from agents.beat import Beat, BeatKind
from agents.buyer_mind import spoken
from agents.buyer_state import begin, hear
from configs.load import load_catalogue
from configs.scenario import Concession, Gatekeeper
from tests.fakes.drill import LINES, PERSONA, PRICE, SCENARIO, TOOL, wordings

GATEKEEPER = Gatekeeper(
    persona="gail",
    reason_words=("shift",),
    opening=wordings("gate opening"),
    ask_who=wordings("gate who"),
    ask_why=wordings("gate why"),
    push_back=wordings("gate push back"),
    put_through=wordings("gate through"),
    refuse=wordings("gate refuse"),
    silence=wordings("gate silence"),
)
GATED = replace(
    SCENARIO,
    gatekeeper=GATEKEEPER,
    concessions=(
        Concession("pilot", "Dana runs a pilot.", "t", ("pilot",), ("tool",), wordings("pilot on")),
        Concession("boss", "Dana brings her boss.", "t", ("boss",), ("loss",), wordings("boss on")),
    ),
)
GAIL = replace(PERSONA, id="gail", name="Gail Ito")
KINDS: tuple[BeatKind, ...] = get_args(BeatKind)
TEN_TURNS = [
    "Hi Dana, this is Sam from Shiftwise, do you have a minute?",
    "How do you plan your shifts today?",
    "And how many people are in the team?",
    "We make that a lot quicker, with one plan for all of your sites.",
    "What does it cost you when a shift is missed?",
    "Our price is forty dollars a month.",
    "I understand that the budget is a concern. What do you compare it with?",
    "It pays back in three months, with 30 percent less overtime. Does that settle it?",
    "That is good to hear, and there is more that I can show.",
    "Shall we meet on Thursday?",
]


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


def test_the_new_beats_speak_their_own_lists() -> None:
    state, _ = begin(GATED, PERSONA, 1)
    for kind in ("ask", "soften", "go_quiet", "refuse", "deflect"):
        assert bare(say(Beat(kind, "r"), state, GATED, PERSONA)) in getattr(LINES, kind)
    granted = say(Beat("concede", "r", concession_id="boss"), state, GATED, PERSONA)
    assert bare(granted) in GATED.concessions[1].lines


def test_a_gatekeeper_speaks_the_gatekeepers_lines() -> None:
    state, _ = begin(GATED, PERSONA, 1)
    own: dict[BeatKind, tuple[str, ...]] = {
        "open": GATEKEEPER.opening,
        "ask_who": GATEKEEPER.ask_who,
        "ask_why": GATEKEEPER.ask_why,
        "push_back": GATEKEEPER.push_back,
        "put_through": GATEKEEPER.put_through,
        "refuse": GATEKEEPER.refuse,
        "hang_up": GATEKEEPER.refuse,
        "prompt_silence": GATEKEEPER.silence,
        "clarify": LINES.clarify,
        "deflect": LINES.deflect,
    }
    for kind, lines in own.items():
        said = say(Beat(kind, "r", voice="gatekeeper"), state, GATED, replace(GAIL, fillers=()))
        assert said in lines


def test_a_gatekeeper_never_borrows_the_buyers_openers() -> None:
    for seed, kind in itertools.product(range(30), KINDS):
        state, _ = begin(GATED, PERSONA, seed)
        said = say(Beat(kind, "r", voice="gatekeeper"), state, GATED, PERSONA)
        assert not said.startswith(PERSONA.fillers)


def test_every_beat_has_words_for_either_voice() -> None:
    state, _ = begin(GATED, PERSONA, 1)
    for kind in KINDS:
        assert say(Beat(kind, "r"), state, GATED, PERSONA)
        assert say(Beat(kind, "r", voice="gatekeeper"), state, GATED, GAIL)


def test_no_wording_of_any_beat_comes_twice_while_another_is_left() -> None:
    plain = replace(PERSONA, fillers=())
    for kind in KINDS:
        state, _ = begin(SCENARIO, plain, 7)
        beat = Beat(kind, "r")
        if kind == "open":
            continue  # was said by begin
        said = []
        for _ in range(3):
            state, _ = spoken(state, beat)
            said.append(say(beat, state, SCENARIO, plain))
        assert len(set(said)) == 3, kind


def test_two_calls_of_ten_turns_differ_in_half_of_their_lines_or_more() -> None:
    calls = [said_over(TEN_TURNS, seed) for seed in range(12)]
    shares = [
        sum(a != b for a, b in zip(one, other, strict=True)) / len(one)
        for one, other in itertools.combinations(calls, 2)
    ]
    assert sum(share >= 0.5 for share in shares) > 0.8 * len(shares)


def test_shipped_scenarios_have_three_wordings_for_what_is_said_most() -> None:
    for scenario in load_catalogue().scenarios.values():
        lists = (scenario.lines.answer, scenario.lines.continue_, scenario.lines.push_back)
        assert all(len(set(one)) >= 3 for one in lists), scenario.id
