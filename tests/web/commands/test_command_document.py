"""The JSON document against its own schema, with figures that are there and that are not."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from scoring.card import Moment, Points, Scorecard
from scoring.gatekeeper import GateReview
from scoring.measure import Measure
from scoring.objection import Check, CheckName, GateCheckName, Handling
from speech.words import Transcript, Utterance
from web.commands.document import RecordingFile, document, schema
from web.commands.scorecard import print_scorecard

STEPS: tuple[CheckName, ...] = ("listen", "acknowledge", "explore", "respond", "confirm")
PACE = Measure(
    "pace", "Pace", 151.2, "words/min", 140.0, 163.5, None, "82 s of rep speech", "How.", "146-208"
)
NO_PATIENCE = Measure(
    "patience", "Patience", None, "s", None, None, "2 turns, 5 are needed.", "2 turns", "How.", ""
)
PRICE = Handling(
    id="budget",
    kind="price",
    concern="the price against the budget",
    text="That is more than we have.",
    raised_at_s=61.0,
    ended_at_s=63.5,
    gap_s=1.4,
    pace_change_wpm=None,
    first_move="asked",
    checks=tuple(Check(name, "yes", 65.0, "what budget", "Asked first.") for name in STEPS),
)
CARD = Scorecard(
    scenario_id="pricing-objection",
    rubric_id="sales-call",
    version=1,
    provisional=False,
    engines={"speech_to_text": "pocketsphinx en-us"},
    notes=("The words are rough.",),
    duration_s=180.0,
    measures=(PACE, NO_PATIENCE),
    objections=(PRICE,),
    criteria=(Points("pace", "Pace", 100.0, 1.0, None, "151 words/min"),),
    total=80.0,
    reason=None,
    keep=Moment("You asked before you answered.", 64.0, 66.0),
    fix=None,
)
GATE_STEPS: tuple[GateCheckName, ...] = (
    "said_who",
    "said_why",
    "asked_politely",
    "did_not_pitch",
    "put_through",
)
GATE = GateReview(21.0, tuple(Check(n, "yes", 4.0, "this is", "Said so.") for n in GATE_STEPS))
SAID = Transcript((Utterance("rep", 1.0, 3.0, "hello"), Utterance("buyer", 3.5, 4.0, "hi")))


def made(card: Scorecard = CARD) -> dict[str, object]:
    return document(
        card=card,
        transcript=SAID,
        response_gaps_s=(0.82, 0.9),
        recording=RecordingFile(Path("call.ogg"), 180.0, 2),
        engines=card.engines,
    )


def errors(value: object) -> list[str]:
    return [error.message for error in Draft202012Validator(schema()).iter_errors(value)]


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    "card",
    [
        CARD,
        replace(CARD, total=None, reason="Too little speech.", criteria=(), keep=None),
        replace(CARD, objections=(replace(PRICE, gap_s=None),)),
        replace(CARD, objections=(), measures=(), notes=()),
        replace(CARD, gatekeeper=GATE),
        replace(CARD, gatekeeper=replace(GATE, put_through_s=None)),
    ],
    ids=["full", "no total", "never answered", "empty", "put through", "not put through"],
)
def test_a_document_fits_its_schema_after_a_round_trip(card: Scorecard) -> None:
    assert errors(json.loads(json.dumps(made(card), allow_nan=False))) == []


@pytest.mark.parametrize(
    "key",
    [
        "engines",
        "scenario",
        "transcript",
        "objections",
        "measures",
        "response_gaps_s",
        "recording",
        "scorecard",
    ],
)
def test_a_key_that_is_gone_breaks_the_schema(key: str) -> None:
    value = made()
    del value[key]
    assert errors(value)


def test_a_key_that_is_new_does_not() -> None:
    assert errors({**made(), "takes": []}) == []


def test_a_measure_without_value_needs_a_reason() -> None:
    silent = replace(CARD, measures=(replace(NO_PATIENCE, reason=None),))
    assert errors(json.loads(json.dumps(made(silent))))


def test_measures_are_found_by_name() -> None:
    measures = made()["measures"]
    assert measures == {
        "pace": {
            "value": 151.2,
            "unit": "words/min",
            "low": 140.0,
            "high": 163.5,
            "reason": None,
        },
        "patience": {
            "value": None,
            "unit": "s",
            "low": None,
            "high": None,
            "reason": "2 turns, 5 are needed.",
        },
    }


def shown(card: Scorecard) -> str:
    out = StringIO()
    console = Console(width=100, file=out)
    print_scorecard(card, console)
    return out.getvalue()


def test_a_terminal_shows_figures_with_intervals_and_reasons() -> None:
    text = shown(CARD)
    assert "80 of 100" in text
    assert "151 words/min" in text
    assert "140 to 164 (95 %)" in text
    assert "2 turns, 5 are needed." in text
    assert "Objection at 1:01: the price against the budget (answered after 1.4 s)" in text
    assert text.count("✓") == 5
    assert "The words are rough." in text


def test_a_terminal_says_why_there_is_no_total() -> None:
    text = shown(replace(CARD, total=None, reason="Too little speech.", objections=()))
    assert "no total. Too little speech." in text
    assert "No objection was voiced." in text


def test_a_terminal_shows_how_the_gatekeeper_was_passed() -> None:
    text = shown(replace(CARD, gatekeeper=GATE))
    assert "Getting past the gatekeeper (put through at 0:21)" in text
    assert "Said who is calling" in text
    refused = shown(replace(CARD, gatekeeper=replace(GATE, put_through_s=None)))
    assert "Getting past the gatekeeper (never put through)" in refused
    assert "gatekeeper" not in shown(CARD)


def test_a_gatekeepers_check_of_another_name_breaks_the_schema() -> None:
    wrong = replace(GATE, checks=(*GATE.checks[:4], PRICE.checks[0]))
    assert errors(made(replace(CARD, gatekeeper=wrong)))
