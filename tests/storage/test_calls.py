import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import text

from configs.fault import Fault
from scoring.card import Scorecard
from speech.words import Transcript, Utterance, Word
from storage import documents
from storage.call_id import checked_call_id, named_call_id, new_call_id
from storage.calls import CallRow, Calls
from storage.database import Database

SAID = Transcript(
    (
        Utterance("rep", 0.0, 1.5, "Grüß Gott — hello", (Word("hello", 0.5, 1.5, 0.9),)),
        Utterance("buyer", 2.0, 3.25, "Hi.", ()),
    )
)


def _finish(calls: Calls, call_id: str) -> CallRow:
    return calls.finish(
        call_id,
        ended_reason="rep_hung_up",
        duration_s=182.25,
        has_recording=True,
        engines={"speech_to_text": "pocketsphinx"},
        response_gaps=(0.75, 1.1),
    )


def test_a_started_call_is_live_and_knows_only_how_it_began(calls: Calls) -> None:
    call = calls.start("ann", "north", "pricing-drill")
    assert call.state == "live"
    assert call.started_at.tzinfo is UTC
    assert (call.ended_at, call.duration_s, call.ended_reason, call.failure) == (None,) * 4
    assert calls.get(call.id) == call


def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc(calls: Calls) -> None:
    moment = datetime(2026, 11, 24, 23, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    call = calls.start("ann", "north", "pricing-drill", started_at=moment, is_sample=True)
    found = calls.get(call.id)
    assert found is not None
    assert found.started_at == moment
    assert found.started_at.tzinfo is UTC
    assert found.is_sample


@pytest.mark.parametrize(
    ("rep", "team", "call_id", "code"),
    [
        ("nobody", "north", None, "person-not-there"),
        ("ann", "nowhere", None, "team-not-there"),
        ("ann", "north", "../../etc", "call-id-not-valid"),
    ],
)
def test_a_call_needs_a_person_a_team_and_an_id(
    calls: Calls, rep: str, team: str, call_id: str | None, code: str
) -> None:
    with pytest.raises(Fault) as fault:
        calls.start(rep, team, "pricing-drill", call_id)
    assert fault.value.code == code
    assert calls.unfinished() == ()


def test_an_id_is_taken_once(calls: Calls, call: CallRow) -> None:
    with pytest.raises(Fault) as fault:
        calls.start("ben", "north", "pricing-drill", call.id)
    assert fault.value.code == "call-id-taken"
    assert calls.get(call.id) == call


def test_a_finished_call_is_recorded_with_what_came_of_it(calls: Calls, call: CallRow) -> None:
    ended = _finish(calls, call.id)
    assert calls.get(call.id) == ended
    assert ended.state == "recorded"
    assert (ended.ended_reason, ended.duration_s) == ("rep_hung_up", 182.25)
    assert ended.response_gaps == (0.75, 1.1)
    assert ended.engines == {"speech_to_text": "pocketsphinx"}
    assert ended.ended_at is not None
    assert ended.ended_at >= ended.started_at


def test_finishing_twice_moves_neither_state_nor_end(calls: Calls, call: CallRow) -> None:
    once = _finish(calls, call.id)
    calls.set_state(call.id, "scored")
    twice = _finish(calls, call.id)
    assert (twice.state, twice.ended_at) == ("scored", once.ended_at)


def test_a_failure_comes_with_failed_and_goes_with_it(calls: Calls, call: CallRow) -> None:
    failed = calls.set_state(call.id, "failed", "audio-empty")
    assert (failed.state, failed.failure) == ("failed", "audio-empty")
    assert calls.set_state(call.id, "recorded").failure is None
    with pytest.raises(ValueError, match="failure"):
        calls.set_state(call.id, "failed")
    with pytest.raises(ValueError, match="failure"):
        calls.set_state(call.id, "scored", "audio-empty")


def test_a_call_that_has_ended_is_never_live_again(calls: Calls, call: CallRow) -> None:
    _finish(calls, call.id)
    with pytest.raises(Fault) as fault:
        calls.set_state(call.id, "live")
    assert fault.value.code == "call-ended"


def test_lists_hold_the_calls_of_a_rep_or_of_teams_newest_first(calls: Calls) -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    for n, (rep, team) in enumerate([("ann", "north"), ("ben", "north"), ("ann", "south")]):
        calls.start(rep, team, "s", f"{n}", started_at=day + timedelta(days=n))
    assert [call.id for call in calls.list_for_rep("ann")] == ["2", "0"]
    assert [call.id for call in calls.list_for_teams(["north"])] == ["1", "0"]
    assert [call.id for call in calls.list_for_teams({"north", "south"})] == ["2", "1", "0"]
    assert calls.list_for_teams(()) == ()


def test_unfinished_calls_are_live_or_recorded_oldest_first(calls: Calls) -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    for n in range(4):
        calls.start("ann", "north", "s", f"{n}", started_at=day - timedelta(days=n))
    _finish(calls, "1")
    calls.set_state("2", "scored")
    calls.set_state("3", "failed", "audio-empty")
    assert [call.id for call in calls.unfinished()] == ["1", "0"]


def test_a_call_that_is_not_there_is_none_and_takes_nothing(
    calls: Calls, scorecard: Callable[..., Scorecard]
) -> None:
    assert calls.get("abc") is None
    assert calls.get("../etc") is None
    assert calls.transcript("abc") is None
    assert calls.scorecard("abc") is None
    for act in (
        lambda: _finish(calls, "abc"),
        lambda: calls.set_state("abc", "scored"),
        lambda: calls.save_transcript("abc", SAID),
        lambda: calls.save_scorecard("abc", scorecard()),
    ):
        with pytest.raises(Fault) as fault:
            act()
        assert fault.value.code == "call-not-there"


def test_a_transcript_comes_back_equal_and_the_newer_one_replaces_it(
    calls: Calls, call: CallRow
) -> None:
    assert calls.transcript(call.id) is None
    calls.save_transcript(call.id, Transcript(()))
    calls.save_transcript(call.id, SAID)
    assert calls.transcript(call.id) == SAID


def test_half_a_surrogate_pair_of_a_model_is_kept(calls: Calls, call: CallRow) -> None:
    said = Transcript((Utterance("buyer", 0.0, 1.0, "fine \ud83d"),))
    calls.save_transcript(call.id, said)
    assert calls.transcript(call.id) == said


def test_the_final_scorecard_comes_before_the_first_whatever_the_order(
    calls: Calls, call: CallRow, scorecard: Callable[..., Scorecard]
) -> None:
    first, final = scorecard(provisional=True, total=None), scorecard(total=80.0)
    assert calls.scorecard(call.id) is None
    calls.save_scorecard(call.id, first)
    assert calls.scorecard(call.id) == first
    calls.save_scorecard(call.id, final)
    calls.save_scorecard(call.id, first)
    assert calls.scorecard(call.id) == final
    calls.save_scorecard(call.id, scorecard(total=90.0))
    assert calls.scorecard(call.id) == scorecard(total=90.0)


def test_a_scorecard_from_before_the_gatekeepers_section_still_reads(
    database: Database, calls: Calls, call: CallRow, scorecard: Callable[..., Scorecard]
) -> None:
    calls.save_scorecard(call.id, scorecard())
    with database.writing() as session:
        old = "update document set body = json_remove(body, '$.gatekeeper')"
        session.connection().execute(text(old))
    with database.reading() as session:
        body = session.connection().execute(text("select body from document")).scalar()
    assert "gatekeeper" not in str(body)
    assert calls.scorecard(call.id) == scorecard()


def test_scorecards_of_many_calls_come_at_once(
    calls: Calls, scorecard: Callable[..., Scorecard]
) -> None:
    for call_id in "abc":
        calls.start("ann", "north", "s", call_id)
    calls.save_scorecard("a", scorecard(provisional=True))
    calls.save_scorecard("b", scorecard(provisional=True))
    calls.save_scorecard("b", scorecard())
    found = calls.scorecards(["a", "b", "c", "d"])
    assert found == {"a": scorecard(provisional=True), "b": scorecard()}


def test_there_is_one_document_of_a_kind(database: Database, calls: Calls, call: CallRow) -> None:
    for _ in range(3):
        calls.save_transcript(call.id, SAID)
    with database.reading() as session:
        assert session.connection().execute(text("select count(*) from document")).scalar() == 1


def test_a_document_of_a_newer_program_is_a_fault(
    database: Database, calls: Calls, call: CallRow
) -> None:
    calls.save_transcript(call.id, SAID)
    with database.writing() as session:
        session.connection().execute(text("update document set version = 99"))
    with pytest.raises(Fault) as fault:
        calls.transcript(call.id)
    assert fault.value.code == "document-newer-than-program"


def test_a_document_that_cannot_be_read_is_a_fault_without_a_word_of_it(
    database: Database, calls: Calls, call: CallRow
) -> None:
    calls.save_transcript(call.id, SAID)
    with database.writing() as session:
        broken = "update document set body = replace(body, 'start_s', 'hello')"
        session.connection().execute(text(broken))
    with pytest.raises(Fault) as fault:
        calls.transcript(call.id)
    assert fault.value.code == "document-not-readable"
    assert "hello" not in str(fault.value)
    assert fault.value.__cause__ is None
    assert fault.value.__context__ is None


def test_a_document_with_a_field_of_a_later_day_is_still_read(
    database: Database, calls: Calls, call: CallRow
) -> None:
    calls.save_transcript(call.id, SAID)
    with database.writing() as session:
        added = "update document set body = json_insert(body, '$.language', 'en')"
        session.connection().execute(text(added))
    assert calls.transcript(call.id) == SAID


def test_eight_threads_make_and_finish_calls_at_once(calls: Calls) -> None:
    ready = threading.Barrier(8)

    def make(_: int) -> None:
        ready.wait()
        for _ in range(10):
            call = calls.start("ann", "north", "s")
            calls.save_transcript(call.id, SAID)
            _finish(calls, call.id)
            assert calls.transcript(call.id) == SAID

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(make, range(8)))
    assert [call.state for call in calls.list_for_rep("ann")] == ["recorded"] * 80


@given(st.from_type(Transcript))
def test_any_transcript_survives_being_a_document(transcript: Transcript) -> None:
    adapter: TypeAdapter[Transcript] = TypeAdapter(Transcript)
    if transcript != transcript:  # NaN, which no times are
        return
    assert adapter.validate_python(adapter.dump_python(transcript, mode="json")) == transcript


def test_every_kind_of_document_has_a_shape() -> None:
    assert set(documents._SHAPES) == {"transcript", "first_scorecard", "scorecard"}


@given(st.text(max_size=80))
def test_an_id_is_hex_or_refused_without_being_repeated(typed: str) -> None:
    hex_only = 0 < len(typed) <= 64 and set(typed) <= set("0123456789abcdef")
    if hex_only:
        assert checked_call_id(typed) == typed
        return
    with pytest.raises(Fault) as fault:
        checked_call_id(typed)
    assert fault.value.code == "call-id-not-valid"


def test_ids_are_new_or_named() -> None:
    assert new_call_id() != new_call_id()
    assert named_call_id("sample-discovery") == named_call_id("sample-discovery")
    assert named_call_id("sample-discovery") != named_call_id("sample-pricing-first")
    assert checked_call_id(named_call_id("sample-discovery"))


@pytest.mark.parametrize("typed", ["", "abc\n", "ABC", "..", "a/b", "a\x00", "٣", "a" * 65])
def test_what_could_leave_the_folder_or_confuse_a_disk_is_no_id(typed: str) -> None:
    with pytest.raises(Fault):
        checked_call_id(typed)
