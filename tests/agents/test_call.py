"""A whole call in real time: real VAD, end of turn, speech to text and voice, over a file line."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from agents.outcome import replay
from speech.audio_file import read_recording
from speech.spans import speech_spans
from tests.fakes.caller import SCENARIO, calling
from tests.fakes.openai_server import OpenAIServer

pytestmark = pytest.mark.slow


async def test_the_buyer_answers_what_the_rep_said_and_all_of_it_is_kept(tmp_path: Path) -> None:
    async with calling(tmp_path) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("ask-others")
        raised = await caller.until_kind("objection_raised")
        outcome = await caller.hang_up()
    assert raised.data["objection_id"] == "cheaper-quote"
    assert "looking" in outcome.transcript.of("rep")[0].text
    assert len(outcome.response_gaps_s) == 1
    assert outcome.ended_reason == "rep_hung_up"
    assert outcome.voiced[0].text == outcome.buyer_said[-1].text
    assert replay(caller.logged()) == outcome


async def test_the_recording_has_each_side_on_its_own_track_where_the_words_are(
    tmp_path: Path,
) -> None:
    async with calling(tmp_path) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("ask-fuel")
        await caller.until_kind("buyer_said")
        outcome = await caller.hang_up()
    recording = read_recording(tmp_path / "call.ogg")
    assert recording.duration_s == pytest.approx(outcome.duration_s, abs=0.5)
    for side, clip in (("rep", recording.rep), ("buyer", recording.buyer)):
        said = outcome.transcript.of("rep" if side == "rep" else "buyer")
        spans = speech_spans(clip)
        assert spans[0].start_s == pytest.approx(said[0].start_s, abs=0.35)
        assert spans[-1].end_s == pytest.approx(said[-1].end_s, abs=0.35)


async def test_the_buyer_falls_silent_when_interrupted_and_only_what_was_heard_counts(
    tmp_path: Path,
) -> None:
    async with calling(tmp_path) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("ask-others")
        await caller.until(lambda e: e.kind == "state" and e.data["buyer"] == "speaking")
        await asyncio.sleep(0.4)
        speaking = asyncio.create_task(caller.say("goodbye"))
        cut = await caller.until_kind("buyer_said")
        assert not caller.line.buyer_is_playing
        assert not speaking.done()
        await caller.until_kind("rep_said")
        outcome = await caller.hang_up()
        await speaking
    assert cut.data["interrupted"]
    assert cut.data["end_s"] - cut.data["start_s"] < 2.5
    assert len(cut.data["text"].split()) < 9
    assert outcome.voiced == ()


async def test_a_paused_call_hears_nothing_and_goes_on_when_resumed(tmp_path: Path) -> None:
    async with calling(tmp_path) as caller:
        await caller.until_kind("buyer_said")
        await caller.call.pause()
        await caller.say("ask-others")
        await asyncio.sleep(1.0)
        assert not any(e.kind == "rep_said" for e in caller.events)
        await caller.call.resume()
        await caller.say("ask-fuel")
        said = await caller.until_kind("rep_said")
        outcome = await caller.hang_up()
    assert "fuel" in said.data["text"]
    assert [e.kind for e in caller.events if e.kind in ("paused", "resumed")] == [
        "paused",
        "resumed",
    ]
    assert outcome.ended_reason == "rep_hung_up"


async def test_a_reply_that_a_pause_cuts_in_two_is_said_to_its_end(tmp_path: Path) -> None:
    async with calling(tmp_path) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("ask-others")
        await caller.until_kind("response_gap")
        await asyncio.sleep(0.5)
        await caller.call.pause()
        await asyncio.sleep(2.0)
        assert not any(e.kind == "buyer_said" for e in caller.events[-3:])
        await caller.call.resume()
        said = await caller.until_kind("buyer_said")
        await caller.hang_up()
    spans = speech_spans(read_recording(tmp_path / "call.ogg").buyer)
    assert not said.data["interrupted"]
    assert spans[-1].end_s == pytest.approx(said.data["end_s"], abs=0.4)
    within = [s for s in spans if s.start_s > said.data["start_s"] - 0.2]
    silent_s = max(b.start_s - a.end_s for a, b in pairwise(within))
    assert silent_s == pytest.approx(2.0, abs=0.5)


async def test_a_silent_rep_is_spoken_to_and_then_left(tmp_path: Path) -> None:
    async with calling(tmp_path) as caller:
        first = await caller.until(lambda e: e.kind == "beat", 10)
        assert first.data["beat"] == "open"
        prompt = await caller.until(lambda e: e.kind == "beat", 15)
        assert prompt.data["beat"] == "prompt_silence"
        outcome = await asyncio.wait_for(asyncio.shield(caller.running), 60)
    assert outcome.ended_reason == "buyer_hung_up"
    assert outcome.transcript.of("rep") == ()


async def test_whisper_and_piper_hold_the_same_call(tmp_path: Path, tiny_models: Path) -> None:
    async with calling(tmp_path, REHEARSE_MODELS_FOLDER=str(tiny_models)) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("ask-fuel")
        said = await caller.until_kind("rep_said")
        await caller.until_kind("buyer_said", 30)
        outcome = await caller.hang_up()
    assert outcome.engines["speech_to_text"] == "faster-whisper base.en int8"
    assert outcome.engines["text_to_speech"].startswith("Piper")
    assert said.data["text"].startswith("so what would have to happen")
    first = said.data["words"][0]
    assert first["start_s"] == pytest.approx(said.data["start_s"], abs=0.3)


async def test_a_model_words_the_reply_that_the_state_decided(tmp_path: Path) -> None:
    with OpenAIServer(("Honestly, it is ", "the other quote that worries me. ")) as server:
        async with calling(tmp_path, OPENAI_BASE_URL=server.base_url) as caller:
            await caller.until_kind("buyer_said")
            await caller.say("ask-others")
            heard = await caller.until_kind("buyer_said")
            outcome = await caller.hang_up()
    assert heard.data["text"] == "Honestly, it is the other quote that worries me."
    assert outcome.voiced[0].objection_id == "cheaper-quote"


async def test_a_broken_endpoint_costs_a_note_and_not_the_turn(tmp_path: Path) -> None:
    with OpenAIServer(mode="failing") as server:
        async with calling(tmp_path, OPENAI_BASE_URL=server.base_url) as caller:
            await caller.until_kind("buyer_said")
            await caller.say("ask-others")
            heard = await caller.until_kind("buyer_said")
            outcome = await caller.hang_up()
    quote = next(o for o in SCENARIO.objections if o.id == "cheaper-quote")
    assert any(heard.data["text"].endswith(line) for line in quote.lines)
    assert outcome.voiced[0].objection_id == "cheaper-quote"
    assert [e.data["code"] for e in caller.events if e.kind == "fault"] == ["words-failed"]


async def test_a_bug_in_one_call_ends_it_keeps_it_and_never_touches_another(
    tmp_path: Path,
) -> None:
    for name in ("broken", "sound"):
        (tmp_path / name).mkdir()
    async with calling(tmp_path / "broken") as broken, calling(tmp_path / "sound") as sound:
        broken.breaks_on = "buyer_said"
        await sound.until_kind("buyer_said")
        outcome = await asyncio.wait_for(broken.running, 20)
        await sound.say("ask-others")
        await sound.until_kind("buyer_said")
        kept = await sound.hang_up()
    assert outcome.ended_reason == "fault"
    assert replay(broken.logged()) == outcome
    assert read_recording(tmp_path / "broken" / "call.ogg").duration_s > 0.5
    assert (kept.ended_reason, len(kept.response_gaps_s)) == ("rep_hung_up", 1)
