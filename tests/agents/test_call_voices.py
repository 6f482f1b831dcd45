"""What the buyer's side does beside answering: a gatekeeper, murmurs, talking over the rep."""

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.buyer_log import replayed
from agents.demo import turn_clip
from agents.events import CallEvent
from agents.file_line import RATE_HZ
from agents.outcome import replay
from configs.demo import DemoTurn
from configs.persona import Persona, Voice
from speech.audio_file import read_recording
from speech.clip import Clip
from speech.spans import speech_spans
from tests.fakes.caller import CATALOGUE, SCENARIO, SOUND, Cast, calling
from tests.fakes.drill import GATEKEEPER
from tests.fakes.troubled_transcriber import TroubledTranscriber

pytestmark = pytest.mark.slow

BUYER = CATALOGUE.personas[SCENARIO.persona]
AT_THE_GATE = Persona(
    id="ines",
    name="Ines Duarte",
    role="Assistant",
    company=BUYER.company,
    manner="Short and friendly.",
    voice=Voice("en_US-amy-medium", "en-us+f4", 1.2),
    fillers=(),
)
GATED = Cast(replace(SCENARIO, gatekeeper=GATEKEEPER), BUYER, AT_THE_GATE)
REASON = "this is alex from shiftly it is about the roster can you put me through please"
GOES_ON = "and what we do for all of them because"


def sound(seconds: float) -> Clip:
    """Speech without a pause."""
    clip = turn_clip(SOUND, DemoTurn("ask-fuel", ""))
    start_s = speech_spans(clip)[0].start_s
    return clip.between(start_s, start_s + seconds)


def joined(*clips: Clip) -> Clip:
    return Clip(np.concatenate([clip.samples for clip in clips]), RATE_HZ)


def pause(duration_s: float) -> Clip:
    return Clip(np.zeros(round(duration_s * RATE_HZ), np.float32), RATE_HZ)


def softly(clip: Clip, gain: float) -> Clip:
    return Clip(clip.samples * np.float32(gain), clip.rate_hz)


def long_turn(pause_s: float = 0.45) -> Clip:
    """About eleven seconds, with pauses in it."""
    return joined(*[one for _ in range(5) for one in (sound(1.8), pause(pause_s))])


def kinds(events: list[CallEvent]) -> list[str]:
    return [e.kind for e in events]


async def test_a_gatekeeper_picks_up_and_the_buyer_after_being_put_through(
    tmp_path: Path,
) -> None:
    troubled = TroubledTranscriber(lambda _: REASON)
    async with calling(tmp_path, {"transcriber": troubled}, GATED) as caller:
        first = await caller.until_kind("buyer_said")
        await caller.line.say(sound(2.5))
        through = await caller.until_kind("put_through")
        opening = await caller.until_kind("buyer_said")
        outcome = await caller.hang_up()
    logged = caller.logged()
    assert first.data["voice"] == "gatekeeper"
    assert through.data == {"name": BUYER.name}
    assert "voice" not in opening.data
    assert opening.data["beat"] == "open"
    assert opening.data["start_s"] - through.at_s == pytest.approx(1.0, abs=0.6)
    beats = [e.data for e in logged if e.kind == "beat"]
    assert [b["voice"] for b in beats] == ["gatekeeper", "gatekeeper", "buyer"]
    assert [b["phase"] for b in beats] == ["gatekeeper", "gatekeeper", "opening"]
    assert [u.text for u in outcome.buyer_said][-1] == opening.data["text"]
    captions = [e.data for e in caller.events if e.kind == "caption" and e.data["final"]]
    voices = [c.get("voice") for c in captions if c["speaker"] == "buyer"]
    assert voices == ["gatekeeper", "gatekeeper", None]
    ring = read_recording(tmp_path / "call.ogg").buyer.between(through.at_s, through.at_s + 0.7)
    assert np.abs(ring.samples).max() > 0.03


async def test_a_rep_who_speaks_into_the_ring_is_answered_by_the_buyer_once(
    tmp_path: Path,
) -> None:
    troubled = TroubledTranscriber(lambda _: REASON)
    async with calling(tmp_path, {"transcriber": troubled}, GATED) as caller:
        await caller.until_kind("buyer_said")
        await caller.line.say(sound(2.5))
        await caller.until_kind("put_through")
        await caller.line.say(sound(1.5))
        await caller.until_kind("buyer_said")
        await asyncio.sleep(1.5)
        await caller.hang_up()
    beats = [e.data for e in caller.logged() if e.kind == "beat"]
    assert [b["voice"] for b in beats] == ["gatekeeper", "gatekeeper", "buyer"]


async def test_what_the_buyer_decided_is_replayed_from_the_log_bit_for_bit(
    tmp_path: Path,
) -> None:
    async with calling(tmp_path) as caller:
        await caller.until_kind("buyer_said")
        await caller.say("ask-others")
        await caller.until_kind("buyer_said")
        await caller.hang_up()
    logged = caller.logged()
    beats = [e.data for e in logged if e.kind == "beat"]
    seed = next(e.data["seed"] for e in logged if e.kind == "answered")
    steps = list(replayed(logged, SCENARIO, BUYER, seed))
    assert [s.beat.kind for s in steps] == [b["beat"] for b in beats]
    assert [s.after.trust for s in steps] == [b["trust"] for b in beats]
    assert all(b["decided_by"] == "rules" for b in beats)
    assert {e.data["share"] for e in logged if e.kind == "buyer_heard"} == {1.0}


async def test_a_listening_buyer_murmurs_into_a_long_turn_and_the_turn_goes_on(
    tmp_path: Path,
) -> None:
    troubled = TroubledTranscriber(lambda fed_s: GOES_ON if fed_s < 10 else "what would it cost")
    persona = replace(BUYER, backchannels=("Mm-hm.", "Right."))
    cast = Cast(SCENARIO, persona)
    async with calling(tmp_path, {"transcriber": troubled}, cast) as caller:
        await caller.until_kind("buyer_said")
        n_before = len(caller.logged())
        before_s = caller.events[-1].at_s
        await caller.line.say(long_turn())
        await caller.until_kind("buyer_said")
        outcome = await caller.hang_up()
    since = caller.logged()[n_before:]
    murmurs = [e for e in since if e.kind == "backchannel"]
    assert len(murmurs) == 1
    assert murmurs[0].data["text"] in persona.backchannels
    at_s = murmurs[0].data["start_s"]
    assert at_s - before_s > 6.0
    assert kinds(since).count("rep_said") == 1
    assert kinds(since).index("backchannel") < kinds(since).index("rep_said")
    assert not {u.text for u in outcome.buyer_said} & set(persona.backchannels)
    assert not any(e.data["interrupted"] for e in since if e.kind == "buyer_said")
    murmured = read_recording(tmp_path / "call.ogg").buyer.between(at_s - 0.1, at_s + 0.8)
    assert 0.01 < np.abs(murmured.samples).max() < 0.6


async def test_a_silent_listener_never_murmurs(tmp_path: Path) -> None:
    troubled = TroubledTranscriber(lambda fed_s: GOES_ON if fed_s < 10 else "what would it cost")
    cast = Cast(SCENARIO, replace(BUYER, backchannels=()))
    async with calling(tmp_path, {"transcriber": troubled}, cast) as caller:
        await caller.until_kind("buyer_said")
        await caller.line.say(long_turn())
        await caller.until_kind("response_gap")
        await caller.hang_up()
    assert "backchannel" not in kinds(caller.logged())


async def test_the_echo_of_a_murmur_makes_a_pause_longer_by_itself_and_nothing_else(
    tmp_path: Path,
) -> None:
    """What comes back into the microphone is heard as any other sound of the rep's side is."""
    troubled = TroubledTranscriber(lambda _: GOES_ON)
    cast = Cast(SCENARIO, replace(BUYER, backchannels=("Mm-hm.",)))
    async with calling(tmp_path, {"transcriber": troubled}, cast) as caller:
        await caller.until_kind("buyer_said")
        n_before = len(caller.logged())
        saying = asyncio.create_task(caller.line.say(long_turn(0.4)))
        murmured = await caller.until_kind("backchannel")
        await caller.line.say(softly(sound(0.4), 0.2))
        await saying
        await caller.until_kind("response_gap")
        await asyncio.sleep(1.0)
        await caller.hang_up()
    since = caller.logged()[n_before:]
    said = [e for e in since if e.kind == "rep_said"]
    assert len(said) == 1
    assert said[0].data["start_s"] < murmured.data["start_s"] < said[0].data["end_s"]
    assert kinds(since).count("beat") == 1
    assert "false_cut" not in kinds(since)


async def test_a_buyer_with_little_patience_talks_over_a_rep_who_talks_on(
    tmp_path: Path,
) -> None:
    troubled = TroubledTranscriber(lambda _: GOES_ON)
    cast = Cast(SCENARIO, replace(BUYER, talks_over_s=5.0, backchannels=()))
    async with calling(tmp_path, {"transcriber": troubled}, cast) as caller:
        await caller.until_kind("buyer_said")
        n_before = len(caller.logged())
        # Breathes, is cut into, stops within the second.
        turn = joined(sound(1.8), pause(0.3), sound(1.8), pause(0.3), sound(1.6))
        await caller.line.say(turn)
        cut = await caller.until_kind("buyer_said")
        await asyncio.sleep(1.5)
        outcome = await caller.hang_up()
    since = caller.logged()[n_before:]
    beats = [e.data["beat"] for e in since if e.kind == "beat"]
    assert beats == ["interrupt"]
    assert cut.data["beat"] == "interrupt"
    assert not cut.data["interrupted"]
    said = [e.data for e in since if e.kind == "rep_said"]
    assert said[0]["text"].startswith(GOES_ON)
    assert said[0]["end_s"] - said[0]["start_s"] == pytest.approx(5.0, abs=0.4)
    assert cut.data["start_s"] - said[0]["end_s"] < 1.5
    assert kinds(since).index("rep_said") < kinds(since).index("beat")
    assert outcome.n_false_cuts == 0
    assert replay(caller.logged()) == outcome


@pytest.mark.parametrize(
    ("of_scenario_s", "of_persona_s", "waits_s"), [(None, 2.4, 2.4), (0.8, 2.4, 0.8)]
)
async def test_half_a_sentence_waits_as_the_scenario_says_or_else_the_persona(
    tmp_path: Path, of_scenario_s: float | None, of_persona_s: float, waits_s: float
) -> None:
    cast = Cast(
        replace(SCENARIO, turn_patience_s=of_scenario_s),
        replace(BUYER, turn_patience_s=of_persona_s),
    )
    troubled = TroubledTranscriber(lambda _: GOES_ON)
    async with calling(tmp_path, {"transcriber": troubled}, cast) as caller:
        await caller.until_kind("buyer_said")
        await caller.line.say(sound(1.8))
        gap = await caller.until_kind("response_gap")
        await caller.hang_up()
    assert waits_s - 0.1 < gap.data["gap_s"] < waits_s + 1.0
