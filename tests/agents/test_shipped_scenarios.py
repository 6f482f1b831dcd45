"""Every shipped scenario and variant passes its own lint."""

import pytest

from agents.scenario_lint import lint
from configs.load import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.slow
@pytest.mark.parametrize("scenario_id", CATALOGUE.scenarios)
def test_a_strong_rep_passes_and_a_weak_one_does_not(scenario_id: str) -> None:
    scenario = CATALOGUE.scenarios[scenario_id]
    report = lint(scenario, CATALOGUE.personas, CATALOGUE.rubrics[scenario.rubric])
    assert report.problems == ()
