"""The log of a call is enough to know what it came to."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agents.events import CallEvent
from agents.outcome import replay, to_document, to_event
from agents.turn_timing import TurnTiming
from scoring.buyer_result import BuyerResult
from scoring.gatekeeper import AtTheGate
from tests.fakes.drill import GATED, SCENARIO

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


def told(kind: str, share: float | None = 1.0, **more: object) -> tuple[CallEvent, ...]:
    """A beat, and the buyer's words for it unless share is None."""
    beat = CallEvent("beat", 10.0, {"beat": kind, "reason": "why", **more})
    if share is None:
        return (beat,)
    said = {"start_s": 10.5, "end_s": 12.0, "text": "Well."}
    return (
        beat,
        CallEvent("buyer_said", 12.0, said),
        CallEvent("buyer_heard", 12.0, {"share": share}),
    )


def result_of(*steps: tuple[CallEvent, ...], reason: str = "rep_hung_up") -> BuyerResult:
    log = [event for step in steps for event in step]
    return replay([*log, CallEvent("ended", 90.0, {"reason": reason})]).result(GATED)


def test_only_what_was_heard_was_told_granted_or_agreed() -> None:
    facts = told("reveal", fact_ids=["tool"]), told("reveal", fact_ids=["tool"])
    whole = result_of(*facts, told("concede", concession_id="pilot"), told("agree"))
    assert whole == BuyerResult(2, 1, True, 1, 1)
    for share in (0.2, None):
        cut = result_of(
            told("reveal", share, fact_ids=["tool"]),
            told("concede", share, concession_id="pilot"),
            told("agree", share),
        )
        assert cut == BuyerResult(2, 0, False, 1, 0)


def test_a_fact_that_is_free_is_no_find() -> None:
    assert result_of(told("reveal", fact_ids=["team"])).n_found == 0


def test_a_call_that_was_cut_off_does_not_say_that_nothing_was_agreed() -> None:
    assert result_of(reason="line_lost").agreed is None
    assert result_of(told("agree"), reason="line_lost").agreed is True
    assert result_of().agreed is False


def test_the_gatekeeper_is_known_from_the_log() -> None:
    who = told("ask_who", voice="gatekeeper")
    through = CallEvent("put_through", 31.5, {"name": "Dana Ruiz"})
    assert replay(LOG).gate is None
    assert replay(who).gate == AtTheGate(None)
    assert replay([*who, through]).gate == AtTheGate(31.5)
    assert result_of(who).reached is False
    assert result_of(who, (through,)).reached is True
    assert replay(LOG).result(SCENARIO).reached is True
