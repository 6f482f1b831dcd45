"""A call that has ended is scored whatever happens in between."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from agents.events import CallEvent
from agents.outcome import replay, to_document, to_event
from agents.reviewer import Reviewer, ReviewQueue
from configs.load import load_catalogue
from speech.clip import Clip, Recording
from speech.fault import SpeechFault
from speech.recording_file import write_recording
from speech.transcriber import Transcriber
from storage.calls import Calls
from storage.database import Database
from storage.held_with import HeldWith
from storage.recordings import Recordings
from storage.seed import seed_people
from tests.fakes.scripted_transcriber import ScriptedTranscriber

SCENARIO = "pricing-objection"
LIVE_WORDS = "what did you set aside for this in your budget"
BETTER_WORDS = "so what have you set aside for this in your budget"


@dataclass
class Bench:
    """What a reviewer needs of the engines."""

    review_transcriber: Transcriber


@dataclass
class House:
    calls: Calls
    recordings: Recordings
    engines: Bench

    @property
    def reviewer(self) -> Reviewer:
        return Reviewer(
            catalogue=load_catalogue(),
            engines=self.engines,  # type: ignore[arg-type]
            calls=self.calls,
            recordings=self.recordings,
        )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database.open(tmp_path / "rehearse.db")
    seed_people(database, [("ann", "Ann A")], [("north", "North")], [("ann", "north", "rep")])
    yield House(
        Calls(database), Recordings(tmp_path / "calls"), Bench(ScriptedTranscriber([BETTER_WORDS]))
    )
    database.close()


def test_a_call_is_scored_by_what_it_was_held_with_though_the_scenario_is_gone(
    house: House,
) -> None:
    catalogue = load_catalogue()
    kept = HeldWith.of(catalogue.scenarios[SCENARIO], catalogue.personas)
    call = house.calls.start("ann", "north", "taken-away", held_with=kept)
    house.reviewer.finish(call.id, replay(LOG))
    card = house.calls.scorecard(call.id)
    assert card is not None
    assert card.scenario_id == SCENARIO


def words(text: str, start_s: float) -> list[dict[str, object]]:
    return [
        {"text": w, "start_s": start_s + i * 0.3, "end_s": start_s + i * 0.3 + 0.25, "p": None}
        for i, w in enumerate(text.split())
    ]


LOG = (
    CallEvent("answered", 0.0, {"scenario_id": SCENARIO, "engines": {"words": "authored lines"}}),
    CallEvent("buyer_said", 2.0, {"start_s": 0.5, "end_s": 2.0, "text": "It costs too much."}),
    CallEvent(
        "objection_raised",
        2.0,
        {
            "objection_id": "price-too-high",
            "start_s": 0.5,
            "end_s": 2.0,
            "text": "It costs too much.",
        },
    ),
    CallEvent(
        "rep_said",
        6.0,
        {"start_s": 3.0, "end_s": 6.0, "text": LIVE_WORDS, "words": words(LIVE_WORDS, 3.0)},
    ),
    CallEvent("response_gap", 6.5, {"gap_s": 0.5}),
    CallEvent("ended", 8.0, {"reason": "rep_hung_up"}),
)


def tone(spans: list[tuple[float, float]], duration_s: float = 8.0) -> Clip:
    samples = np.zeros(round(duration_s * 16_000), np.float32)
    for start_s, end_s in spans:
        n = round((end_s - start_s) * 16_000)
        hum = 0.3 * np.sin(np.arange(n) * 2 * np.pi * 220 / 16_000)
        samples[round(start_s * 16_000) :][:n] = hum
    return Clip(samples, 16_000)


def hold(house: House, n_events: int = len(LOG)) -> str:
    """A call with its log and recording on disk, as the live process leaves them."""
    call = house.calls.start("ann", "north", SCENARIO)
    with house.recordings.open_events(call.id) as log:
        for event in LOG[:n_events]:
            log.append(to_document(event))
    both = Recording(tone([(3.0, 6.0)]), tone([(0.5, 2.0)]))
    write_recording(house.recordings.recording_path(call.id), both)
    return call.id


def outcome_of(house: House, call_id: str):  # type: ignore[no-untyped-def]
    return replay(to_event(line) for line in house.recordings.read_events(call_id))


def test_a_first_scorecard_comes_from_the_live_words(house: House) -> None:
    call_id = hold(house)
    house.reviewer.finish(call_id, outcome_of(house, call_id))
    card, transcript = house.calls.scorecard(call_id), house.calls.transcript(call_id)
    assert card is not None
    assert transcript is not None
    assert card.provisional
    assert card.objections[0].id == "price-too-high"
    assert transcript.of("rep")[0].text == LIVE_WORDS
    row = house.calls.get(call_id)
    assert row is not None
    assert (row.state, row.ended_reason, row.response_gaps) == ("recorded", "rep_hung_up", (0.5,))


def test_the_second_transcription_replaces_it_and_the_buyer_stays_as_heard(house: House) -> None:
    call_id = hold(house)
    house.reviewer.finish(call_id, outcome_of(house, call_id))
    house.reviewer.review(call_id)
    card, transcript = house.calls.scorecard(call_id), house.calls.transcript(call_id)
    assert card is not None
    assert transcript is not None
    assert not card.provisional
    assert card.engines["speech_to_text"] == "scripted"
    assert " ".join(u.text for u in transcript.of("rep")) == BETTER_WORDS
    assert transcript.of("buyer")[0].text == "It costs too much."
    row = house.calls.get(call_id)
    assert row is not None
    assert row.state == "scored"


def test_every_step_may_be_repeated(house: House) -> None:
    call_id = hold(house)
    house.reviewer.finish(call_id, outcome_of(house, call_id))
    house.reviewer.review(call_id)
    once = house.calls.scorecard(call_id)
    house.engines.review_transcriber = ScriptedTranscriber([BETTER_WORDS])
    house.reviewer.finish(call_id, outcome_of(house, call_id))
    house.reviewer.review(call_id)
    assert house.calls.scorecard(call_id) == once


def test_a_call_that_a_killed_process_left_is_finished_from_its_log(house: House) -> None:
    call_id = hold(house, n_events=4)
    assert house.reviewer.recover() == (call_id,)
    row = house.calls.get(call_id)
    assert row is not None
    assert (row.state, row.ended_reason) == ("recorded", "line_lost")
    assert house.calls.scorecard(call_id) is not None


def test_a_call_that_still_goes_on_or_was_never_answered_is_left_alone(house: House) -> None:
    waiting = house.calls.start("ann", "north", SCENARIO)
    going_on = house.calls.start("ann", "north", SCENARIO)
    with house.recordings.open_events(going_on.id) as log:
        log.append(to_document(LOG[0]))
        assert house.reviewer.recover() == ()
    for call in (waiting, going_on):
        row = house.calls.get(call.id)
        assert row is not None
        assert row.state == "live"


def test_of_a_call_on_which_nobody_was_heard_the_first_scorecard_stands(house: House) -> None:
    call = house.calls.start("ann", "north", SCENARIO)
    with house.recordings.open_events(call.id) as log:
        log.append(to_document(LOG[0]))
        log.append(to_document(CallEvent("ended", 2.0, {"reason": "rep_hung_up"})))
    silent = Recording(tone([], 2.0), tone([], 2.0))
    write_recording(house.recordings.recording_path(call.id), silent)
    house.reviewer.finish(call.id, outcome_of(house, call.id))
    house.reviewer.review(call.id)
    row, card = house.calls.get(call.id), house.calls.scorecard(call.id)
    assert row is not None
    assert card is not None
    assert row.state == "scored"
    assert (card.provisional, card.total) == (False, None)
    assert card.reason is not None


def wait_for(house: House, call_id: str, state: str) -> None:
    for _ in range(200):
        row = house.calls.get(call_id)
        if row is not None and row.state == state:
            return
        time.sleep(0.02)
    raise AssertionError(f"the call never became {state}")


def test_a_call_that_cannot_be_scored_says_why_keeps_all_and_the_next_goes_on(
    house: House,
) -> None:
    broken, sound = hold(house), hold(house)
    house.engines.review_transcriber = ScriptedTranscriber(
        [SpeechFault("engine-gone", "An engine was expected, and it is gone."), BETTER_WORDS]
    )
    queue = ReviewQueue(house.reviewer, house.calls)
    for call_id in (broken, sound):
        house.reviewer.finish(call_id, outcome_of(house, call_id))
    queue.start()
    wait_for(house, broken, "failed")
    wait_for(house, sound, "scored")
    queue.stop()
    row, card = house.calls.get(broken), house.calls.scorecard(broken)
    assert row is not None
    assert row.failure == "engine-gone"
    assert card is not None
    assert card.provisional
    assert house.recordings.has_recording(broken)


def test_a_call_past_a_gatekeeper_has_a_section_for_it_on_both_scorecards(house: House) -> None:
    said = "Good morning, this is Alex from Northlane, could you put me through, please?"
    call = house.calls.start("ann", "north", "cold-call-gatekeeper")
    rep = {"start_s": 3.0, "end_s": 6.0, "text": said, "words": words(said, 3.0)}
    voice = {"beat": "put_through", "reason": "who and why", "voice": "gatekeeper"}
    with house.recordings.open_events(call.id) as log:
        for event in (
            CallEvent("answered", 0.0, {"scenario_id": "cold-call-gatekeeper", "engines": {}}),
            CallEvent("rep_said", 6.0, rep),
            CallEvent("beat", 6.1, voice),
            CallEvent("buyer_said", 7.5, {"start_s": 6.5, "end_s": 7.5, "text": "One moment."}),
            CallEvent("put_through", 7.5, {"name": "Ingrid Solheim"}),
            CallEvent("ended", 8.0, {"reason": "rep_hung_up"}),
        ):
            log.append(to_document(event))
    both = Recording(tone([(3.0, 6.0)]), tone([(6.5, 7.5)]))
    write_recording(house.recordings.recording_path(call.id), both)

    house.reviewer.finish(call.id, outcome_of(house, call.id))
    first = house.calls.scorecard(call.id)
    assert first is not None
    assert first.gatekeeper is not None
    assert first.gatekeeper.put_through_s == 7.5
    assert [one.verdict for one in first.gatekeeper.checks] == ["yes", "no", "yes", "yes", "yes"]

    house.reviewer.review(call.id)
    final = house.calls.scorecard(call.id)
    assert final is not None
    assert not final.provisional
    assert final.gatekeeper is not None
    assert final.gatekeeper.checks[0].verdict == "no"  # the scripted second words say no name
