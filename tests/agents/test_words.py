"""The buyer's words with a model that behaves, misbehaves, or is not there."""

import time
from collections.abc import AsyncGenerator, Sequence

import pytest

from agents.authored import say
from agents.beat import Beat
from agents.buyer_state import begin
from agents.openai_words import OpenAIWords, WordsFault
from agents.prompt import Message
from agents.words import GIVE_UP_AFTER, BuyerWords
from configs.fault import Fault
from tests.fakes.drill import PERSONA, SCENARIO
from tests.fakes.openai_server import Mode, OpenAIServer

STATE, OPENING = begin(SCENARIO, PERSONA, 1)
ANSWER = Beat("answer", "the question unlocked nothing")
AUTHORED = say(ANSWER, STATE, SCENARIO, PERSONA)


class Faults:
    def __init__(self) -> None:
        self.codes: list[str] = []

    def __call__(self, fault: Fault) -> None:
        self.codes.append(fault.code)


class Script:
    """A model that says its pieces, then fails if it has a fault."""

    name = "script"

    def __init__(self, *pieces: str, fault: WordsFault | None = None) -> None:
        self.pieces, self.fault = pieces, fault
        self.n_asked = 0

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        self.n_asked += 1
        for piece in self.pieces:
            yield piece
        if self.fault:
            raise self.fault


async def reply(words: BuyerWords, beat: Beat = ANSWER) -> list[str]:
    replying = words.reply(beat, STATE, SCENARIO, PERSONA, ())
    replying.used()
    return [s async for s in replying]


async def test_without_a_model_the_lines_are_authored() -> None:
    words = BuyerWords(model=None, on_fault=Faults())
    assert words.name == "authored lines"
    assert await reply(words) == [AUTHORED]


async def test_sentences_of_the_model_come_whole_and_two_at_most() -> None:
    faults = Faults()
    model = Script("We plan ", "by hand. It ta", "kes 2.5 hours, Mr. Low says. ", "And more. ")
    words = BuyerWords(model=model, on_fault=faults)
    assert await reply(words) == [
        "We plan by hand. ",
        "It takes two point five hours, Mr. Low says. ",
    ]
    assert (words.name, faults.codes) == ("script", [])


async def test_a_last_sentence_without_a_mark_is_spoken_when_the_answer_is_complete() -> None:
    words = BuyerWords(model=Script("Not really"), on_fault=Faults())
    assert await reply(words) == ["Not really "]


async def test_half_a_sentence_of_a_broken_answer_is_not_spoken() -> None:
    faults = Faults()
    model = Script("Fine. And th", fault=WordsFault("words-cut-off"))
    assert await reply(BuyerWords(model=model, on_fault=faults)) == ["Fine. "]
    assert faults.codes == ["words-cut-off"]


async def test_the_first_clause_is_there_before_its_sentence_is() -> None:
    model = Script("To be ", "honest, ", "we plan by hand. ", "Since May, ", "mostly.")
    replying = BuyerWords(model=model, on_fault=Faults()).reply(
        ANSWER, STATE, SCENARIO, PERSONA, ()
    )
    assert await anext(replying) == "To be honest, "
    assert [s async for s in replying] == ["we plan by hand. ", "Since May, mostly. "]


async def test_a_short_sentence_does_not_hold_the_first_clause_up() -> None:
    model = Script("No. To be honest, ", "we plan by hand. And more. ")
    said = await reply(BuyerWords(model=model, on_fault=Faults()))
    assert said == ["No. ", "To be honest, ", "we plan by hand. "]


@pytest.mark.parametrize(
    "said", ["As an AI, I cannot say. ", "**Sure** ", "1. One 2. Two ", "Buyer: We plan by hand. "]
)
async def test_what_the_guard_refuses_is_replaced_within_the_turn(said: str) -> None:
    faults = Faults()
    assert await reply(BuyerWords(model=Script(said), on_fault=faults)) == [AUTHORED]
    assert faults.codes == ["words-off-script"]


@pytest.mark.parametrize(
    "more",
    ["as a language model I cannot know. ", "**we** plan. ", "word " * 60, "my system prompt"],
)
async def test_a_sentence_that_the_guard_cuts_off_is_closed_by_an_authored_line(more: str) -> None:
    faults = Faults()
    model = Script("To be honest, ", *(word + " " for word in more.split()))
    said = await reply(BuyerWords(model=model, on_fault=faults))
    assert said == ["To be honest, ", AUTHORED]
    assert faults.codes == ["words-off-script"]


async def test_what_is_refused_only_as_a_whole_is_never_said_as_a_whole() -> None:
    words = "We have been at this for quite some time and now my system prompt says so. "
    model = Script(*(word + " " for word in words.split()))
    said = "".join(await reply(BuyerWords(model=model, on_fault=Faults())))
    assert "system prompt" not in said
    assert said.endswith(AUTHORED)


async def test_a_first_clause_whose_sentence_broke_off_is_closed_by_an_authored_line() -> None:
    model = Script("To be honest, we", fault=WordsFault("words-cut-off"))
    faults = Faults()
    assert await reply(BuyerWords(model=model, on_fault=faults)) == ["To be honest, ", AUTHORED]
    assert faults.codes == ["words-cut-off"]


async def test_a_bad_second_sentence_is_left_out() -> None:
    model = Script("We plan by hand. ", "As an AI, I cannot say. ")
    assert await reply(BuyerWords(model=model, on_fault=Faults())) == ["We plan by hand. "]


async def test_a_reply_that_was_thrown_away_leaves_no_trace() -> None:
    faults = Faults()
    model = Script("Fine. And th", fault=WordsFault("words-cut-off"))
    words = BuyerWords(model=model, on_fault=faults)
    for _ in range(GIVE_UP_AFTER + 1):
        thrown_away = words.reply(ANSWER, STATE, SCENARIO, PERSONA, ())
        assert [s async for s in thrown_away] == ["Fine. "]
    assert faults.codes == []
    await reply(words)
    assert model.n_asked == GIVE_UP_AFTER + 2
    assert faults.codes == ["words-cut-off"]


async def test_the_faults_of_a_reply_are_told_when_it_is_used() -> None:
    faults = Faults()
    words = BuyerWords(model=Script(fault=WordsFault("words-busy")), on_fault=faults)
    replying = words.reply(ANSWER, STATE, SCENARIO, PERSONA, ())
    assert [s async for s in replying] == [AUTHORED]
    replying.used()
    replying.used()
    assert faults.codes == ["words-busy"]


async def test_a_reply_can_be_closed_before_its_end() -> None:
    replying = BuyerWords(model=Script("To be honest, ", "no. "), on_fault=Faults()).reply(
        ANSWER, STATE, SCENARIO, PERSONA, ()
    )
    assert await anext(replying) == "To be honest, "
    await replying.aclose()
    await replying.aclose()
    assert [s async for s in replying] == []


async def test_beats_that_must_come_at_once_ask_no_model() -> None:
    model = Script("Hello.")
    words = BuyerWords(model=model, on_fault=Faults())
    assert await reply(words, OPENING) == [say(OPENING, STATE, SCENARIO, PERSONA)]
    assert model.n_asked == 0


async def test_a_model_that_fails_again_and_again_is_left_alone() -> None:
    model = Script(fault=WordsFault("words-busy"))
    words = BuyerWords(model=model, on_fault=Faults())
    for _ in range(GIVE_UP_AFTER + 3):
        assert await reply(words) == [AUTHORED]
    assert model.n_asked == GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("slow", "words-late"),
        ("busy", "words-busy"),
        ("failing", "words-failed"),
        ("garbage", "words-unreadable"),
        ("html", "words-unreadable"),
    ],
)
async def test_a_real_endpoint_that_fails_costs_no_turn(mode: Mode, code: str) -> None:
    faults = Faults()
    with OpenAIServer(mode=mode) as server:
        model = OpenAIWords(model="tiny", base_url=server.base_url, first_token_s=0.8)
        started = time.monotonic()
        said = await reply(BuyerWords(model=model, on_fault=faults))
        took_s = time.monotonic() - started
        await model.aclose()
    assert said == [AUTHORED]
    assert faults.codes == [code]
    assert took_s < 2.5


async def test_a_real_endpoint_that_works_is_heard() -> None:
    with OpenAIServer(["We are a few. ", "All in one ", "room."]) as server:
        model = OpenAIWords(model="tiny", base_url=server.base_url, first_token_s=5)
        assert await reply(BuyerWords(model=model, on_fault=Faults())) == [
            "We are a few. ",
            "All in one room. ",
        ]
        await model.aclose()
