"""The log of a call is enough to know what it came to."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agents.events import CallEvent
from agents.outcome import replay, to_document, to_event
from agents.turn_timing import TurnTiming

TIMING = TurnTiming(
    turn=1,
    speech_end_s=4.5,
    vad_s=4.56,
    preflight_s=4.7,
    committed_s=5.0,
    words_s=None,
    clause_s=None,
    sound_s=5.1,
    played_s=5.2,
)
LOG = (
    CallEvent("answered", 0.0, {"scenario_id": "pricing", "engines": {"words": "authored lines"}}),
    CallEvent(
        "buyer_said", 2.0, {"start_s": 0.5, "end_s": 2.0, "text": "Hello.", "interrupted": False}
    ),
    CallEvent(
        "rep_said",
        5.0,
        {
            "start_s": 2.5,
            "end_s": 4.5,
            "text": "hi there",
            "words": [
                {"text": "hi", "start_s": 2.5, "end_s": 3.0, "p": 0.9},
                {"text": "there", "start_s": 3.0, "end_s": 4.5, "p": None},
            ],
        },
    ),
    CallEvent("response_gap", 5.2, {"gap_s": 0.7}),
    CallEvent("turn_timing", 5.2, TIMING.to_data()),
    CallEvent(
        "objection_raised",
        8.0,
        {"objection_id": "price", "start_s": 5.2, "end_s": 8.0, "text": "It costs too much."},
    ),
    CallEvent("objection_settled", 20.0, {"objection_id": "price"}),
    CallEvent("ended", 30.0, {"reason": "rep_hung_up"}),
)


def test_a_log_replays_to_transcript_objections_and_gaps() -> None:
    outcome = replay(LOG)
    assert outcome.scenario_id == "pricing"
    assert [u.speaker for u in outcome.transcript.utterances] == ["buyer", "rep"]
    assert [w.text for w in outcome.transcript.of("rep")[0].words] == ["hi", "there"]
    assert outcome.voiced[0].objection_id == "price"
    assert outcome.voiced[0].settled_s == 20.0
    assert outcome.response_gaps_s == (0.7,)
    assert outcome.timings == (TIMING,)
    assert (outcome.ended_reason, outcome.duration_s) == ("rep_hung_up", 30.0)


def test_a_log_from_before_timings_were_written_replays_to_the_rest() -> None:
    old = [event for event in LOG if event.kind != "turn_timing"]
    assert replay(old) == replace(replay(LOG), timings=())


def test_a_reply_to_no_turn_has_no_timing() -> None:
    unasked = TIMING.to_data()
    unasked["stages"]["speech_end"] = None
    assert replay([CallEvent("turn_timing", 5.2, unasked)]).timings == ()


@given(st.integers(min_value=0, max_value=len(LOG) - 1))
def test_a_log_that_a_kill_cut_short_still_replays(n_left: int) -> None:
    outcome = replay(LOG[:n_left])
    assert outcome.ended_reason == "line_lost"
    assert outcome.duration_s == max((e.at_s for e in LOG[:n_left]), default=0.0)


def test_an_event_comes_back_equal_from_its_line_in_the_log() -> None:
    for event in LOG:
        assert to_event(json.loads(json.dumps(to_document(event)))) == event
