"""What the buyer's words are found from costs the same in the thousandth turn as in the tenth."""

import sys
from pathlib import Path
from types import FrameType

from agents.call_log import N_RECENT, CallLog
from agents.clock import CallClock


def say(log: CallLog, turn: int) -> None:
    at_s = 10.0 * turn
    log.emit("rep_said", start_s=at_s, end_s=at_s + 2, text=f"question {turn}", words=[])
    log.emit("beat", beat="answer")
    log.emit(
        "buyer_said", start_s=at_s + 3, end_s=at_s + 5, text=f"answer {turn}", interrupted=False
    )


def n_calls_of_recent(log: CallLog) -> int:
    """Functions that are called, ours and Python's."""
    calls: list[str] = []

    def count(_: FrameType, event: str, __: object) -> None:
        if event in ("call", "c_call"):
            calls.append(event)

    sys.setprofile(count)
    try:
        log.recent()
    finally:
        sys.setprofile(None)
    return len(calls)


def test_a_thousand_turns_cost_no_more_than_ten(tmp_path: Path) -> None:
    log = CallLog(tmp_path / "events.jsonl", CallClock(), on_full=lambda: None)
    for turn in range(10):
        say(log, turn)
    early = n_calls_of_recent(log)
    for turn in range(10, 1000):
        say(log, turn)
    assert n_calls_of_recent(log) == early
    assert len(log.recent()) == N_RECENT
    assert log.recent() == list(log.outcome().transcript.utterances[-N_RECENT:])
    log.close()


def test_what_was_said_is_in_the_order_of_its_time_and_without_empty_words(tmp_path: Path) -> None:
    log = CallLog(tmp_path / "events.jsonl", CallClock(), on_full=lambda: None)
    log.emit("buyer_said", start_s=5.0, end_s=6.0, text="later")
    log.emit("rep_said", start_s=1.0, end_s=4.0, text="sooner", words=[])
    log.emit("rep_said", start_s=7.0, end_s=8.0, text="", words=[])
    assert [u.text for u in log.recent()] == ["sooner", "later"]
    assert log.recent() == list(log.outcome().transcript.utterances)
    log.close()
