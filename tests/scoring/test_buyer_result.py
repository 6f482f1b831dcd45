"""What the buyer gave, and how the gatekeeper was passed, as points of a rubric."""

from dataclasses import replace
from typing import Any

import pytest

from configs.rubric import Criterion, Rubric
from configs.scenario import Scenario
from scoring.buyer_result import BuyerResult
from scoring.card import Points
from scoring.gatekeeper import AtTheGate, GateReview
from scoring.grade import first_grade
from scoring.moments import Found, fix, keep
from scoring.objection import Check
from scoring.scorecard import weigh
from tests.fakes.drill import GATEKEEPER

RESULT = BuyerResult(n_facts=4, n_found=3, agreed=True, n_concessions=1, n_granted=0)
FACTS, STEP, GRANTED = (
    Criterion(of, of, 1.0, "buyer", of) for of in ("facts_found", "next_step", "concessions")
)
WHO, PITCH = (Criterion(of, of, 2.0, "gatekeeper", of) for of in ("said_who", "did_not_pitch"))
GATE = GateReview(
    30.0,
    (
        Check("said_who", "yes", 4.0, "this is Alex", "You said who."),
        Check("did_not_pitch", "no", 9.0, "we save you money", "You pitched."),
        Check("said_why", "not_applicable", None, None, "The call ended too soon."),
    ),
)


def weighed(criterion: Criterion, result: BuyerResult | None) -> Points:
    (made,) = weigh(Rubric("r", "R", (criterion,)), (), (), None, result)
    return made


@pytest.mark.parametrize(
    ("criterion", "change", "points", "evidence"),
    [
        (FACTS, {}, 75.0, "3 of 4 facts"),
        (FACTS, {"n_facts": 1, "n_found": 1}, 100.0, "1 of 1 fact"),
        (GRANTED, {}, 0.0, "0 of 1 concession"),
        (GRANTED, {"n_concessions": 2, "n_granted": 1}, 50.0, "1 of 2 concessions"),
        (STEP, {}, 100.0, "a next step was agreed"),
        (STEP, {"agreed": False}, 0.0, "no next step was agreed"),
        (STEP, {"agreed": False, "reached": False}, 0.0, "you were not put through"),
    ],
)
def test_points_are_the_share_that_was_reached(
    criterion: Criterion, change: dict[str, Any], points: float, evidence: str
) -> None:
    made = weighed(criterion, replace(RESULT, **change))
    assert (made.points, made.reason, made.evidence) == (points, None, evidence)


@pytest.mark.parametrize(
    ("criterion", "change", "reason"),
    [
        (FACTS, {"n_facts": 0, "n_found": 0}, "The buyer had no secrets."),
        (FACTS, {"reached": False}, "You never came to speak with the buyer."),
        (GRANTED, {"n_concessions": 0}, "The buyer had nothing to grant."),
        (STEP, {"agreed": None}, "The call was cut off before a next step could be agreed."),
    ],
)
def test_where_there_is_too_little_to_tell_there_are_no_points_and_a_reason(
    criterion: Criterion, change: dict[str, Any], reason: str
) -> None:
    made = weighed(criterion, replace(RESULT, **change))
    assert (made.points, made.reason) == (None, reason)


def test_a_recording_without_a_log_has_no_points_of_the_buyer() -> None:
    for criterion in (FACTS, STEP, GRANTED):
        made = weighed(criterion, None)
        assert made.points is None
        assert made.reason is not None
        assert "log" in made.reason


def test_a_check_at_the_gate_is_all_or_nothing() -> None:
    why = Criterion("why", "Why", 1.0, "gatekeeper", "said_why")
    made = weigh(Rubric("r", "R", (WHO, PITCH, why)), (), (), GATE)
    assert [one.points for one in made] == [100.0, 0.0, None]
    assert made[2].reason == "The call ended too soon."


def test_a_call_without_a_gatekeeper_has_no_points_for_one() -> None:
    (made,) = weigh(Rubric("r", "R", (WHO,)), (), (), None)
    assert (made.points, made.reason) == (None, "No gatekeeper was met on this call.")


def test_the_moments_may_lie_with_the_gatekeeper() -> None:
    rubric = Rubric("r", "R", (WHO, PITCH, STEP))
    criteria = weigh(rubric, (), (), GATE, replace(RESULT, agreed=False))
    found = Found(rubric, criteria, (), {}, duration_s=60.0, gate=GATE)
    kept, fixed = keep(found), fix(found)
    assert kept is not None
    assert fixed is not None
    assert (kept.at_s, fixed.at_s) == (2.0, 7.0)
    assert "pitch" in fixed.text


def test_a_scorecard_has_a_gatekeepers_section_only_where_one_spoke(
    call: Any, scenario: Scenario, rubric: Rubric
) -> None:
    said = call([("rep", 2.0, "This is Alex from Northlane, could you put me through, please?")])

    def graded(scenario: Scenario, gate: AtTheGate | None) -> GateReview | None:
        made = first_grade(
            scenario=scenario,
            rubric=rubric,
            transcript=said.transcript,
            recording=None,
            voiced=(),
            engines={},
            duration_s=60.0,
            gate=gate,
        )
        return made.scorecard.gatekeeper

    gated = replace(scenario, gatekeeper=GATEKEEPER)
    made = graded(gated, AtTheGate(20.0))
    assert made is not None
    assert [one.verdict for one in made.checks] == ["yes", "no", "yes", "yes", "yes"]
    assert graded(gated, None) is None
    assert graded(scenario, AtTheGate(20.0)) is None
