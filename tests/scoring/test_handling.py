"""LAER and confirm on answers that are good, argued, half-hearted, cut in and silent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from configs.scenario import Objection
from scoring.handling import handle, handle_all
from scoring.objection import Handling, Voiced

OBJECTION = "That is quite a lot more than we have in the budget for this."
RAISED_S, ENDED_S = 10.0, 14.0
Line = tuple[str, str]

GOOD: list[Line] = [
    ("rep", "I understand that the budget is tight this year. "
            "What would you compare our price with?"),
    ("buyer", "With what we pay for the tool that we have today."),
    ("rep", "Teams like yours save thirty percent of the fuel in the first year. "
            "Does that settle the budget question for you?"),
    ("buyer", "Yes, that helps."),
]  # fmt: skip
ARGUED: list[Line] = [
    ("rep", "No, it's not expensive. You need to look at the value of our platform."),
    ("buyer", "I see it differently."),
]
BUT: list[Line] = [
    ("rep", "I understand, but our price is the best in the market and we save you fuel."),
    ("buyer", "Hm, maybe."),
]
NAMED_LATE: list[Line] = [
    ("rep", "We save you thirty percent of the fuel. I understand that the budget is tight."),
]
ASKED_ONLY: list[Line] = [
    ("rep", "What is behind that?"),
    ("buyer", "We pay half of that today."),
]
UNSETTLED: list[Line] = [
    ("rep", "We save you thirty percent of the fuel. Does that settle it?"),
    ("buyer", "No, not really."),
]

TABLE = [
    # name, answer, first move, listen acknowledge explore respond confirm
    ("good", GOOD, "acknowledged", "yyyyy"),
    ("argued", ARGUED, "argued", "ynnnn"),
    ("I understand, but", BUT, "argued", "ynnyn"),
    ("named late", NAMED_LATE, "answered", "ynnyn"),
    ("asked only", ASKED_ONLY, "asked", "ynyn-"),
    ("not settled", UNSETTLED, "answered", "ynnyn"),
]
WORDS = {"yes": "y", "no": "n", "not_applicable": "-"}


HELLO = "Hello? Are you still there?"


def bare(text: str) -> str:
    return re.sub(r"[^\w' %]", "", text.lower())


def answered(call: Callable[..., Any], lines: list[Line], start_s: float = 15.0) -> Any:
    """A call in which the buyer objects and these lines follow, a second apart."""
    said: list[Any] = [("buyer", RAISED_S, OBJECTION)]
    at = start_s
    for who, text in lines:
        said.append((who, at, text))
        at += len(text.split()) / 3 + 1.0
    return call(said)


def voiced(settled_s: float | None = None) -> Voiced:
    return Voiced("too-expensive", RAISED_S, ENDED_S, OBJECTION, settled_s)


def verdicts(handling: Handling) -> str:
    return "".join(WORDS[c.verdict] for c in handling.checks)


@pytest.mark.parametrize(("name", "lines", "move", "expected"), TABLE, ids=[t[0] for t in TABLE])
def test_an_answer_is_judged_step_by_step(
    name: str, lines: list[Line], move: str, expected: str, call: Any, price: Objection
) -> None:
    handling = handle(voiced(), price, *answered(call, lines))
    assert (handling.first_move, verdicts(handling)) == (move, expected)


@pytest.mark.parametrize(("name", "lines", "move", "expected"), TABLE, ids=[t[0] for t in TABLE])
def test_a_rough_recognizer_changes_nothing(
    name: str, lines: list[Line], move: str, expected: str, call: Any, price: Objection
) -> None:
    heard = [(who, bare(text)) for who, text in lines]
    handling = handle(voiced(), price, *answered(call, heard))
    assert (handling.first_move, verdicts(handling)) == (move, expected)


def test_quotes_are_verbatim_and_timed(call: Any, price: Objection) -> None:
    transcript, timeline = answered(call, GOOD)
    checks = {c.name: c for c in handle(voiced(), price, transcript, timeline).checks}
    assert checks["acknowledge"].quote == "I understand that the budget is tight this year."
    assert checks["acknowledge"].at_s == pytest.approx(15.0)
    assert checks["explore"].quote == "What would you compare our price with?"
    assert checks["explore"].at_s == pytest.approx(18.0)
    assert checks["confirm"].quote == "Does that settle the budget question for you?"


def test_the_gap_is_from_its_end_to_the_first_sound(call: Any, price: Objection) -> None:
    assert handle(voiced(), price, *answered(call, GOOD)).gap_s == pytest.approx(1.0)


def test_cutting_in_is_not_listening(call: Any, price: Objection) -> None:
    handling = handle(voiced(), price, *answered(call, BUT, start_s=12.0))
    listen = handling.checks[0]
    assert listen.verdict == "no"
    assert listen.at_s == pytest.approx(12.0)
    assert listen.quote is not None
    assert listen.quote.startswith("I understand, but")
    assert handling.gap_s == pytest.approx(-2.0)


def test_a_nod_inside_the_objection_is_listening(call: Any, price: Objection) -> None:
    transcript, timeline = call(
        [("buyer", 10.0, OBJECTION), ("rep", 12.0, "mm-hm"), ("rep", 15.0, GOOD[0][1])]
    )
    assert handle(voiced(), price, transcript, timeline).checks[0].verdict == "yes"


def test_silence_is_no_answer(call: Any, price: Objection) -> None:
    handling = handle(voiced(), price, *answered(call, [("buyer", HELLO)], start_s=17.0))
    assert (handling.first_move, handling.gap_s, verdicts(handling)) == ("silent", None, "ynnn-")


def test_a_call_that_ends_there_is_not_held_against_the_rep(call: Any, price: Objection) -> None:
    handling = handle(voiced(), price, *answered(call, []))
    assert verdicts(handling) == "y----"
    assert "ended before" in handling.checks[1].reason


def test_the_log_settles_it_where_the_buyers_words_do_not(call: Any, price: Objection) -> None:
    lines = [*UNSETTLED[:1], ("buyer", "Let us leave it at that.")]
    without = handle(voiced(), price, *answered(call, lines))
    with_log = handle(voiced(settled_s=21.0), price, *answered(call, lines))
    assert (verdicts(without)[-1], verdicts(with_log)[-1]) == ("n", "y")


def test_settled_before_the_rep_asked_is_not_confirmed(call: Any, price: Objection) -> None:
    handling = handle(voiced(settled_s=14.5), price, *answered(call, UNSETTLED))
    assert verdicts(handling)[-1] == "n"


def test_the_next_objection_ends_the_window(call: Any, price: Objection) -> None:
    transcript, timeline = answered(call, GOOD)
    handling = handle(voiced(), price, transcript, timeline, until_s=20.0)
    assert verdicts(handling) == "yyyn-"


def test_what_is_said_after_it_was_settled_does_not_count(call: Any, price: Objection) -> None:
    lines = [*UNSETTLED, ("rep", "What else would you like to know?")]
    transcript, timeline = answered(call, lines)
    handling = handle(voiced(settled_s=20.5), price, transcript, timeline)
    assert handling.checks[2].quote is None


def test_objections_are_handled_in_their_order(call: Any, price: Objection) -> None:
    again = Voiced("too-expensive", 40.0, 42.0, "I still think so.")
    unknown = Voiced("no-such-thing", 50.0, 51.0, "Well.")
    made = handle_all((again, unknown, voiced()), (price,), *answered(call, GOOD))
    assert [h.raised_at_s for h in made] == [10.0, 40.0]


def test_the_pace_of_an_answer_needs_speech_to_compare_with(call: Any, price: Objection) -> None:
    assert handle(voiced(), price, *answered(call, GOOD)).pace_change_wpm is None
    long = "we save a lot of fuel with every route that we plan for you " * 4
    before = [("rep", 100.0 + 20 * i, long) for i in range(5)]
    slow = call([("buyer", 10.0, OBJECTION), ("rep", 15.0, long), *before])
    assert handle(voiced(), price, *slow).pace_change_wpm == pytest.approx(0.0)


PIECES = [text for lines in (GOOD, ARGUED, BUT, UNSETTLED) for _, text in lines]


# The fixtures hold nothing that changes, so one for all examples is right.
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.tuples(st.sampled_from(("rep", "buyer")), st.sampled_from(PIECES)), max_size=5
    )
)
def test_any_answer_gives_five_checks_with_true_quotes(
    call: Any, price: Objection, lines: list[Line]
) -> None:
    transcript, timeline = answered(call, lines)
    handling = handle(voiced(), price, transcript, timeline)
    names = [c.name for c in handling.checks]
    assert names == ["listen", "acknowledge", "explore", "respond", "confirm"]
    for check in handling.checks:
        assert check.reason
        if check.quote is not None:
            assert any(check.quote in u.text for u in transcript.of("rep"))
            assert check.at_s is not None
