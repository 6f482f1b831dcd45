"""The check before publishing, with the real synthetic reps in a process of their own."""

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest

from configs.load import load_catalogue
from configs.toml_writer import scenario_toml
from web.editor.lint_runs import LintRuns, LintWork

pytestmark = pytest.mark.slow
JORDAN = "jordan-lee"
BASE = "discovery-factory-maintenance"


@pytest.fixture
def lead(site: Any) -> Iterator[httpx.Client]:
    with site.visit(JORDAN) as client:
        yield client


def drafted(site: Any, scenario_id: str, **changes: Any) -> str:
    """A copy of a shipped scenario, without its variants, as a draft."""
    library = site.office.context.library
    table = {**library.from_files.sources[BASE], **changes}
    library.versions.save(scenario_id, scenario_toml(table), JORDAN)
    return scenario_id


def checked(lead: httpx.Client, scenario_id: str, limit_s: float = 240.0) -> str:
    """The page of its report."""
    assert lead.post(f"/library/{scenario_id}/check").status_code == 303
    until = time.monotonic() + limit_s
    while lead.get(f"/library/{scenario_id}/check.json").json()["going_on"]:
        assert time.monotonic() < until
        time.sleep(0.2)
    return lead.get(f"/library/{scenario_id}/check").text


def test_a_good_scenario_passes_is_published_and_its_report_can_be_read(
    site: Any, lead: httpx.Client
) -> None:
    page = checked(lead, drafted(site, "good", title="A good one"))
    assert "It passes." in page
    for policy in ("Weak", "Average", "Strong"):
        assert f'<th scope="row">{policy}</th>' in page
    samples = re.findall(r"Read a call of the (\w+) rep", page)
    assert samples == ["weak", "average", "strong"]
    assert page.count('class="speaker">Buyer') > 10
    assert lead.post("/library/good/publish").status_code == 303
    assert "good" in site.office.context.catalogue.scenarios


def test_a_scenario_whose_objection_nobody_can_settle_says_so_and_is_not_published(
    site: Any, lead: httpx.Client
) -> None:
    objections = [
        dict(one) for one in site.office.context.library.from_files.sources[BASE]["objections"]
    ]
    for one in objections:
        one["answer_words"] = ["xylophone", "zeppelin", "quagga", "marzipan", "obelisk"]
        one["by_turn"] = 40
        one["raised_by"] = ["xylophone"]
    page = checked(lead, drafted(site, "bad", objections=objections))
    assert "It does not pass." in page
    assert 'class="attention">' in page.split('class="problems"')[1]
    assert lead.post("/library/bad/publish").status_code == 422


def test_a_check_whose_process_is_killed_says_so_and_can_be_started_again(
    site: Any, lead: httpx.Client
) -> None:
    drafted(site, "killed")
    before = {one.pid for one in psutil.Process().children()}
    assert lead.post("/library/killed/check").status_code == 303
    until = time.monotonic() + 20
    while not (new := {one.pid for one in psutil.Process().children()} - before):
        assert time.monotonic() < until
        time.sleep(0.02)
    for pid in new:
        os.kill(pid, signal.SIGKILL)
    while lead.get("/library/killed/check.json").json()["going_on"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    page = lead.get("/library/killed/check").text
    assert "lint-not-finished" in page
    assert "Check it" in page


def test_a_base_is_checked_with_its_variants_as_it_is_drafted() -> None:
    catalogue = load_catalogue()
    runs, kept, over = LintRuns(), [], threading.Event()
    scenarios = [catalogue.scenarios[BASE], *catalogue.variants_of(BASE)[:1]]

    def keep(reports: list[dict[str, Any]]) -> None:
        kept.extend(reports)
        over.set()

    runs.start("x", LintWork(scenarios, catalogue.personas, catalogue.rubrics), keep)
    runs.start("x", LintWork([], {}, {}), keep)  # one at a time under a key
    assert over.wait(240)
    assert [one["scenario_id"] for one in kept] == [one.id for one in scenarios]
