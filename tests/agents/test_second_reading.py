"""A model reads the rep's words beside the rules; who had the say is told, and nobody waits."""

import json
from pathlib import Path

import pytest

from agents.buyer import BY_RULES, Acts, Buyer
from agents.openai_words import OpenAIWords
from agents.second_reading import GIVE_UP_AFTER, SecondReading
from tests.fakes.caller import calling
from tests.fakes.drill import PERSONA, SCENARIO
from tests.fakes.openai_server import OpenAIServer

SAID = "it must be a headache to ring round every morning so what would help you"


def whole(*found: tuple[str, str]) -> str:
    return json.dumps({"acts": [{"act": act, "quote": quote} for act, quote in found]})


async def read(server: OpenAIServer, text: str = SAID, times: int = 1) -> Acts | None:
    model = OpenAIWords(model="m", base_url=server.base_url)
    reading = SecondReading(model, limit_s=0.5)
    acts = None
    for _ in range(times):
        acts = await reading.of(text)
    await model.aclose()
    return acts


async def test_where_the_model_shows_the_words_it_has_the_say() -> None:
    with OpenAIServer(whole=whole(("acknowledgement", "it must be a headache"))) as server:
        acts = await read(server)
    assert acts is not None
    assert acts.added == ("acknowledgement",)
    assert acts.decided_by == "model"
    assert ("acknowledgement", "model") in acts.disagreed


async def test_where_it_cannot_the_rules_have_it_and_the_difference_is_told() -> None:
    with OpenAIServer(
        whole=whole(("argue", "you are all wrong"), ("question_open", SAID))
    ) as server:
        acts = await read(server)
    assert acts is not None
    assert (acts.added, acts.removed, acts.decided_by) == ((), (), "rules")
    assert ("argue", "rules") in acts.disagreed


@pytest.mark.parametrize("mode", ["failing", "garbage", "wrong_shape", "empty", "busy"])
async def test_without_a_reading_the_rules_stand_alone(mode) -> None:
    with OpenAIServer(mode=mode) as server:
        assert await read(server) is None


async def test_a_model_that_never_answers_is_left_alone_for_the_rest_of_the_call() -> None:
    with OpenAIServer(mode="failing") as server:
        assert await read(server, times=GIVE_UP_AFTER + 3) is None
        assert len(server.requests) == GIVE_UP_AFTER


async def test_silence_is_not_sent_to_a_model() -> None:
    with OpenAIServer() as server:
        assert await read(server, " ") is None
        assert server.requests == []


def test_the_buyer_hears_what_the_model_made_of_it() -> None:
    buyer = Buyer(SCENARIO, PERSONA, 1)
    buyer.take_up(buyer.opening())
    buyer.voiced(buyer.opening().beat, 1.0)
    price = buyer.reply_to("the price is forty dollars", speech_s=3, at_s=5)
    buyer.take_up(price)
    buyer.voiced(price.beat, 1.0)
    text = "times are hard for everybody now"
    by_rules = buyer.reply_to(text, speech_s=3, at_s=9, acts=BY_RULES)
    by_model = buyer.reply_to(text, speech_s=3, at_s=9, acts=Acts(("acknowledgement",)))
    assert (by_rules.beat.kind, by_model.beat.kind) == ("push_back", "explain_objection")


async def test_the_model_is_told_what_the_buyer_is_worried_about() -> None:
    objection = SCENARIO.objections[0]
    with OpenAIServer(whole=whole()) as server:
        model = OpenAIWords(model="m", base_url=server.base_url)
        reading = SecondReading(model, limit_s=0.5)
        await reading.of(SAID, objection)
        await reading.of(SAID)
        await model.aclose()
    asked = [json.loads(one["messages"][-1]["content"]) for one in server.requests]
    assert [one["concern"] for one in asked] == [objection.concern, None]


def test_the_objection_in_the_air_is_the_one_that_was_raised() -> None:
    buyer = Buyer(SCENARIO, PERSONA, 1)
    buyer.take_up(buyer.opening())
    buyer.voiced(buyer.opening().beat, 1.0)
    assert buyer.in_the_air is None
    price = buyer.reply_to("the price is forty dollars", speech_s=3, at_s=5)
    buyer.take_up(price)
    assert buyer.in_the_air is not None
    assert buyer.in_the_air.id == price.beat.objection_id


@pytest.mark.slow
async def test_a_call_says_who_had_the_say_where_the_two_disagree(tmp_path: Path) -> None:
    answer = whole(("argue", "you are all wrong"))
    with OpenAIServer(("It is the other quote that worries me. ",), whole=answer) as server:
        async with calling(tmp_path, OPENAI_BASE_URL=server.base_url) as caller:
            await caller.until_kind("buyer_said")
            await caller.say("ask-others")
            await caller.until_kind("buyer_said")
            await caller.hang_up()
    beats = [e.data for e in caller.logged() if e.kind == "beat"]
    assert beats[-1]["decided_by"] == "rules"
    assert beats[-1]["disagreed"]["argue"] == "rules"


@pytest.mark.slow
async def test_a_reading_that_changes_the_beat_makes_the_reply_anew(tmp_path: Path) -> None:
    answer = whole(("argue", "you looking"), ("argue", "looking at"), ("argue", "are you"))
    with OpenAIServer(("It is the other quote that worries me. ",), whole=answer) as server:
        async with calling(tmp_path, OPENAI_BASE_URL=server.base_url) as caller:
            await caller.until_kind("buyer_said")
            await caller.say("ask-others")
            await caller.until_kind("buyer_said")
            await caller.hang_up()
    beats = [e.data for e in caller.logged() if e.kind == "beat"]
    assert beats[-1]["decided_by"] == "model"
    assert [e.data["added"] for e in caller.logged() if e.kind == "buyer_input"][-1] == ["argue"]
