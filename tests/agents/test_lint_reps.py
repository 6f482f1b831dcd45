"""What the synthetic reps of scenario lint say."""

import random

import pytest

from agents.beat import Beat
from agents.lint_reps import POLICIES, Rep
from configs.load import load_catalogue

CATALOGUE = load_catalogue()
SELLERS = {
    "pricing-objection": "Northlane",
    "cold-call-owner-bakery": "Daybreak",
    "renewal-at-risk": "Turnlight|Slateboard",
    "declining-a-request": "Fernhill Software",
    "declining-a-request-brewery": "Thornley Glass",
    "missed-deadline": "Torvane Controls",
}


def hello(scenario_id: str, policy: int = 2) -> str:
    scenario = CATALOGUE.scenarios[scenario_id]
    persona = CATALOGUE.personas[scenario.persona]
    rep = Rep(POLICIES[policy], scenario, persona, None, random.Random(1))
    return rep.says(Beat("open", "picks up"))


@pytest.mark.parametrize(("scenario_id", "sellers"), SELLERS.items())
def test_a_rep_calls_from_the_firm_that_the_briefing_names(scenario_id: str, sellers: str) -> None:
    assert any(f"from {one}." in hello(scenario_id) for one in sellers.split("|"))


def test_a_colleague_calls_from_nowhere() -> None:
    assert "from" not in hello("feedback-to-a-report").split(".")[0]
