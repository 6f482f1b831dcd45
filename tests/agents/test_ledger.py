"""The ledger tells what the buyer knew, what was found, and what moved the buyer."""

import json
from importlib.resources import files

from agents.events import CallEvent
from agents.ledger import Ledger, ledger
from agents.objection_state import ANSWERED, DROPPED
from agents.outcome import to_event
from configs.load import load_catalogue
from tests.fakes.drill import GATED


def beat(at_s: float, kind: str, trust: int = 0, interest: int = 0, **more: object) -> CallEvent:
    mood = {"trust": trust, "interest": interest, "patience": 8}
    data = {"beat": kind, "reason": "why", "because": "the rep's words", **mood, **more}
    return CallEvent("beat", at_s, data)


def heard(at_s: float, share: float = 1.0) -> tuple[CallEvent, CallEvent]:
    said = CallEvent("buyer_said", at_s + 2, {"start_s": at_s, "end_s": at_s + 2, "text": "Well."})
    return said, CallEvent("buyer_heard", at_s + 2, {"share": share})


def of(*events: CallEvent | tuple[CallEvent, ...]) -> Ledger:
    flat = [e for one in events for e in (one if isinstance(one, tuple) else (one,))]
    return ledger(flat, GATED)


def test_what_was_told_is_found_at_the_moment_it_was_heard() -> None:
    book = of(beat(10, "reveal", fact_ids=["tool"]), heard(10.5))
    assert [(f.id, f.found_at_s, f.because) for f in book.found] == [
        ("tool", 10.5, "the rep's words")
    ]
    assert [f.question for f in book.missed] == [
        "How big is your team?",
        "What went wrong because of it?",
    ]


def test_what_was_talked_over_was_not_found() -> None:
    assert of(beat(10, "reveal", fact_ids=["tool"]), heard(10.5, 0.2)).found == ()
    assert of(beat(10, "reveal", fact_ids=["tool"])).found == ()


def test_each_change_of_mood_has_its_words_and_its_size() -> None:
    book = of(
        beat(1, "open"), beat(10, "reveal", 1, 1), beat(20, "continue", 1, 1), beat(30, "x", -1)
    )
    assert [(m.at_s, m.trust_by, m.interest_by) for m in book.moves] == [(10, 1, 1), (30, -2, -1)]
    assert len(book.mood) == 4


def test_the_gatekeepers_patience_is_not_the_buyers_mood() -> None:
    book = of(beat(1, "ask_who", voice="gatekeeper"), beat(10, "open", 2))
    assert [m.trust for m in book.mood] == [2]
    assert book.moves == ()


def test_a_concession_is_granted_once_and_refusals_are_counted() -> None:
    book = of(
        beat(5, "refuse", concession_id="pilot"),
        heard(5),
        beat(9, "refuse", concession_id="pilot"),
        heard(9),
        beat(20, "concede", concession_id="pilot"),
        heard(20.5),
    )
    (pilot,) = book.concessions
    assert (pilot.granted_at_s, pilot.n_refused) == (20.5, 2)
    assert pilot.trigger.startswith("Asked to start small")


def test_claims_and_promises_keep_their_words_and_times() -> None:
    said = [{"kind": "promise", "quote": "we will call you"}, {"kind": "claim", "quote": "it pays"}]
    book = of(beat(7, "continue", said=said))
    assert [(n.at_s, n.kind, n.quote) for n in book.noted] == [
        (7, "promise", "we will call you"),
        (7, "claim", "it pays"),
    ]


def test_who_decided_and_who_stood_in_is_counted() -> None:
    late = CallEvent("fault", 3, {"code": "words-late"})
    other = CallEvent("fault", 3, {"code": "voice-failed"})
    book = of(beat(1, "open", decided_by="rules"), late, other, beat(2, "x", decided_by="model"))
    assert (book.n_turns, book.n_by_model, book.n_stood_in) == (2, 1, 1)


def raised(at_s: float, objection_id: str) -> CallEvent:
    data = {"objection_id": objection_id, "start_s": at_s, "end_s": at_s + 2, "text": "Hm."}
    return CallEvent("objection_raised", at_s + 2, data)


def about(at_s: float, kind: str, objection_id: str, reason: str = "why") -> CallEvent:
    return beat(at_s, kind, objection_id=objection_id, reason=reason)


def test_an_objection_ends_as_the_last_decision_about_it_left_it() -> None:
    def ended(*then: CallEvent | tuple[CallEvent, ...]) -> str:
        opened = about(5, "raise_objection", "price"), heard(5.5), raised(5.5, "price")
        return next(o.ended for o in of(*opened, *then).objections if o.id == "price")

    answered = about(20, "continue", "price", ANSWERED)
    dropped = about(20, "continue", "price", DROPPED)
    assert ended() == "open"
    assert ended(about(20, "push_back", "price")) == "open"
    assert ended(answered) == "answered"
    assert ended(dropped) == "dropped"
    assert ended(dropped, about(30, "explain_objection", "price")) == "open"
    assert ended(answered, about(30, "settle", "price"), heard(30)) == "settled"
    assert ended(answered, about(30, "settle", "price"), heard(30, 0.1)) == "answered"


def test_an_objection_that_was_talked_over_never_came_up() -> None:
    book = of(about(5, "raise_objection", "price"), heard(5.5, 0.2))
    assert {(o.raised_at_s, o.ended) for o in book.objections} == {(None, "never_came_up")}
    assert [o.id for o in book.objections] == ["price", "timing", "authority"]


def test_the_moves_that_won_and_cost_most_are_told_apart() -> None:
    book = of(beat(1, "open"), beat(10, "a", 1, 1), beat(20, "b", 2, 1), beat(30, "c", -1, 0))
    assert book.best_move is not None
    assert book.worst_move is not None
    assert (book.best_move.at_s, book.worst_move.at_s) == (10, 30)
    assert of(beat(1, "open"), beat(5, "a")).best_move is None


def test_a_log_from_before_the_ledger_reads_fine() -> None:
    log = files("configs") / "samples" / "sample-pricing-first" / "events.jsonl"
    events = [to_event(json.loads(line)) for line in log.read_text().splitlines()]
    book = ledger(events, load_catalogue().scenarios["pricing-objection"])
    assert book.found
    assert book.moves
    assert book.noted == ()
    assert any(one.raised_at_s is not None for one in book.objections)


def test_an_empty_log_is_an_empty_ledger() -> None:
    book = of()
    assert (book.n_turns, book.mood, len(book.missed)) == (0, (), 3)
