"""The one line about response time in a review, and the table that it opens."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from agents.events import CallEvent
from agents.outcome import replay, to_document
from agents.turn_timing import TurnTiming
from speech.words import Transcript
from web.commands.document import RecordingFile, document, schema
from web.response_time import ResponseTime, response_time

SAM = "sam-rivera"


def timing(turn: int, gap_s: float, *, written: bool = False) -> TurnTiming:
    """A turn of which the decision takes what the other stages leave."""
    end_s = 10.0 * turn
    return TurnTiming(
        turn=turn,
        speech_end_s=end_s,
        vad_s=end_s + 0.06,
        preflight_s=end_s + 0.14,
        committed_s=end_s + gap_s - 0.04,
        words_s=None if written else end_s + 0.2,
        clause_s=None if written else end_s + 0.24,
        sound_s=end_s + gap_s - 0.02,
        played_s=end_s + gap_s,
    )


TIMINGS = tuple(
    timing(n, gap_s, written=n > 8)
    for n, gap_s in enumerate((0.46, 0.48, 0.5, 0.5, 0.52, 0.54, 0.6, 0.7, 0.88, 0.31), start=1)
)


def write_log(site: Any, call_id: str, timings: Sequence[TurnTiming]) -> None:
    log = site.office.context.recordings.open_events(call_id)
    log.append(to_document(CallEvent("answered", 0.0, {"scenario_id": "pricing-objection"})))
    for one in timings:
        log.append(to_document(CallEvent("turn_timing", one.played_s, one.to_data())))
    log.close()


def read(site: Any, call_id: str) -> str:
    with site.visit(SAM) as client:
        answer = client.get(f"/calls/{call_id}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def test_one_line_says_how_soon_the_buyer_answered(site: Any) -> None:
    call_id = site.office.scored_call()
    write_log(site, call_id, TIMINGS)
    page = read(site, call_id)
    assert (
        "Response time: the buyer answered after 0.5 s (median of 10 turns), slowest 0.9 s" in page
    )


def test_the_table_says_what_each_stage_added_and_where_the_times_come_from(site: Any) -> None:
    call_id = site.office.scored_call()
    write_log(site, call_id, TIMINGS)
    page = read(site, call_id)
    assert "hears that the rep has stopped. 0.06 s 0.06 s 10" in page
    assert "The first words of the reply are there. 0.00 s 0.00 s 8" in page
    assert "to the buyer's first. 0.51 s 0.88 s 10" in page
    assert "event log that Rehearse kept during the call" in page


def test_a_stage_that_hardly_happened_has_no_row(site: Any) -> None:
    call_id = site.office.scored_call()
    write_log(site, call_id, [replace(one, words_s=None) for one in TIMINGS[:5]])
    page = read(site, call_id)
    assert "First clause" in page
    assert "First words" not in page


def test_too_few_turns_and_an_old_log_and_none_at_all_say_nothing(site: Any) -> None:
    few, old, none = (site.office.scored_call(name) for name in ("few", "old", "none"))
    write_log(site, few, TIMINGS[:2])
    write_log(site, old, ())
    for call_id in (few, old, none):
        assert "Response time" not in read(site, call_id)


def test_a_log_that_cannot_be_read_leaves_the_review_whole(site: Any) -> None:
    call_id = site.office.scored_call()
    path = site.office.context.recordings.events_path(call_id)
    path.write_bytes(b"no log\nat all\n{}\n")
    page = read(site, call_id)
    assert "Response time" not in page
    assert "You named the concern" in page


def test_a_call_that_goes_on_says_nothing_yet(site: Any) -> None:
    call_id = site.office.call("live")
    write_log(site, call_id, TIMINGS)
    assert "Response time" not in read(site, call_id)


def test_the_figures_are_those_of_the_log() -> None:
    events = [CallEvent("turn_timing", one.played_s, one.to_data()) for one in TIMINGS]
    found = response_time(replay(events).timings)
    assert isinstance(found, ResponseTime)
    assert (round(found.median_s, 3), round(found.slowest_s, 3)) == (0.51, 0.88)
    assert [row.n_turns for row in found.rows] == [10, 10, 10, 8, 8, 10, 10]


def test_the_document_gives_the_timings_by_its_schema(card: Any) -> None:
    scored = card()
    made = document(
        card=scored,
        transcript=Transcript(()),
        response_gaps_s=(0.5,),
        recording=RecordingFile(Path("call.ogg"), 96.0, 2),
        engines=scored.engines,
        turn_timings=TIMINGS,
    )
    checker = Draft202012Validator(schema())
    assert [e.message for e in checker.iter_errors(json.loads(json.dumps(made)))] == []
    assert made["turn_timings"][0] == TIMINGS[0].to_data()
    del made["turn_timings"][0]["stages"]["played"]
    assert [e.validator for e in checker.iter_errors(made)] == ["required"]
    del made["turn_timings"]  # documents from before it stay valid
    assert list(checker.iter_errors(made)) == []


def test_late_answers_and_pauses_taken_for_the_end_are_both_counted(site: Any) -> None:
    call_id = site.office.scored_call()
    log = site.office.context.recordings.open_events(call_id)
    for one in (*TIMINGS[:3], timing(4, 1.8), timing(5, 2.4)):
        log.append(to_document(CallEvent("turn_timing", one.played_s, one.to_data())))
    log.append(to_document(CallEvent("false_cut", 60.0, {"turn": 5})))
    log.close()
    said = read(site, call_id)
    assert "2 answers took 1.5 s or longer; once a pause of the rep was taken for the end." in said


def test_a_call_without_either_says_nothing_about_them(site: Any) -> None:
    call_id = site.office.scored_call()
    write_log(site, call_id, TIMINGS)
    assert "taken for the end" not in read(site, call_id)
