"""One whole scorecard as a file that people can read; gold/README.md says how to renew it."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from configs.rubric import Rubric
from configs.scenario import Scenario
from scoring.grade import Grade, first_grade
from scoring.objection import Voiced

GOLD = Path(__file__).parent / "gold" / "pricing_call.json"
OBJECTION = "That is quite a lot more than we have in the budget for this."
SAID = [
    ("buyer", 0.0, "Hello, this is Dana Whitfield speaking."),
    ("rep", 3.0, "Hi Dana, this is Sam from Northwind. Is now a good time to talk about your "
                 "routes?"),
    ("buyer", 9.5, "I have ten minutes, so go ahead."),
    ("rep", 12.5, "Great. Um, how do you plan your routes today, and who does it?"),
    ("buyer", 18.0, "Two people do it by hand every morning, it takes them about an hour and we "
                    "still end up with vans that cross the whole town twice a day."),
    ("buyer", 29.0, "Mostly we live with it."),
    ("rep", 32.0, "That sounds frustrating. What does it cost you when a van takes the long way?"),
    ("buyer", 38.0, "Fuel mostly, and drivers who get home late."),
    ("rep", 42.0, "Well, you know, that is what we hear from most of our customers. We plan every "
                  "route in two minutes and our customers save about thirty percent of the fuel. "
                  "It is forty dollars per vehicle and month."),
    ("buyer", 59.0, OBJECTION),
    ("rep", 64.5, "I understand that the budget is tight this year. What would you compare our "
                  "price with?"),
    ("buyer", 71.0, "With the nothing that we pay today."),
    ("rep", 74.5, "Fair enough. With thirty percent less fuel the payback is four months for a "
                  "fleet like yours. Does that settle the budget question for you?"),
    ("buyer", 84.5, "Yes, that makes sense."),
    ("rep", 87.0, "Shall we set up a call with your planners on Tuesday?"),
    ("buyer", 92.0, "Tuesday works, send me an invitation."),
    ("rep", 96.0, "I will do that right away. Before we stop I mean to ask one more thing, because "
                  "we want the first week to go well for your drivers. How do they get their "
                  "routes today, on paper or on a phone?"),
    ("buyer", 112.0, "On paper, and they would love to have it on the phone."),
    ("rep", 117.0, "Then we will bring two phones with us on Tuesday so that they can try it. "
                   "Thank you for your time, Dana, and talk to you on Tuesday."),
    ("buyer", 127.0, "Thanks, talk to you then. Goodbye."),
]  # fmt: skip


def graded(call: Any, scenario: Scenario, rubric: Rubric) -> Grade:
    return first_grade(
        scenario=scenario,
        rubric=rubric,
        transcript=call(SAID).transcript,
        recording=None,
        voiced=(Voiced("too-expensive", 59.0, 63.34, OBJECTION, settled_s=84.5),),
        engines={"speech_to_text": "scripted"},
        duration_s=130.0,
    )


def document(made: Grade) -> Any:
    """The scorecard as JSON, rounded so that the last bits of a sum do not matter."""
    return rounded(TypeAdapter(type(made.scorecard)).dump_python(made.scorecard, mode="json"))


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list) else value


def test_a_whole_scorecard_is_as_it_was(call: Any, scenario: Scenario, rubric: Rubric) -> None:
    made = document(graded(call, scenario, rubric))
    if os.environ.get("REHEARSE_RENEW_GOLD"):
        text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        GOLD.write_text(text, encoding="utf-8")
    assert made == json.loads(GOLD.read_text(encoding="utf-8"))
