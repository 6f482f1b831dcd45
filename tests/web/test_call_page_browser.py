"""One whole call in a real browser: a recorded rep speaks into the page's microphone, the buyer
answers and is interrupted, and the scorecard is read on the page that the call turned into."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.whole_product import (
    Rehearse,
    fake_microphone,
    rep_wav,
    sign_in_and_open,
    speak,
    until,
)

pytestmark = pytest.mark.slow

TURN = "opener"


@pytest.fixture
def rehearse(tmp_path: Path) -> Iterator[Rehearse]:
    running = Rehearse(tmp_path / "data")
    yield running
    running.stop()


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with fake_microphone(rep_wav(tmp_path, TURN)) as browser_page:
        yield browser_page


def reports_of(page: Page) -> list[dict[str, Any]]:
    """Fills with what the page says it played."""
    said: list[dict[str, Any]] = []

    def sent(payload: str | bytes) -> None:
        if isinstance(payload, str) and "playback_" in payload:
            said.append(json.loads(payload))

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    return said


def finished(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [report for report in reports if report["type"] == "playback_finished"]


def buyer_level(page: Page) -> float:
    ring = page.locator("[data-role=ring]")
    return float(ring.evaluate("ring => getComputedStyle(ring).getPropertyValue('--level')"))


def interrupted(page: Page, reports: list[dict[str, Any]]) -> bool:
    """The rep speaks into a reply; a short one may be over first, so the next is tried too."""
    for _ in range(3):
        assert until(page, lambda: buyer_level(page) > 0.2, 25)
        n_before = len(finished(reports))
        page.keyboard.press("m")
        until(page, lambda n=n_before: len(finished(reports)) > n, 20)  # type: ignore[misc]
        if finished(reports)[-1]["interrupted"]:
            return True
        page.wait_for_timeout(4_000)
        page.keyboard.press("m")
    return False


def test_a_rep_talks_with_the_buyer_interrupts_hangs_up_and_reads_the_scorecard(
    page: Page, rehearse: Rehearse
) -> None:
    reports = reports_of(page)
    sign_in_and_open(page, rehearse)
    page.get_by_role("button", name="Call ").click()
    page.get_by_role("button", name="Mute").click()  # mute is how this rep falls silent

    captions = page.get_by_role("log", name="Captions")
    assert until(page, lambda: buyer_level(page) > 0.2, 20)
    expect(captions.locator(".caption.buyer").first).to_contain_text(" ", timeout=10_000)
    assert until(page, lambda: len(finished(reports)) == 1, 20)

    rep = captions.locator(".caption.rep")
    speak(page, lambda: " " in " ".join(rep.all_inner_texts()))
    assert interrupted(page, reports)
    assert until(page, lambda: buyer_level(page) < 0.05, 3)

    page.keyboard.press("h")
    hung_up_at = time.monotonic()
    review = page.locator("#review")
    expect(review).to_be_visible(timeout=10_000)
    expect(review.get_by_text("Talk share").first).to_be_visible(timeout=10_000)
    assert time.monotonic() - hung_up_at < 10
    (call,) = rehearse.context.calls.list_for_rep("rep")
    assert page.url == f"{rehearse.address}/calls/{call.id}"
    assert call.ended_reason == "rep_hung_up"
    assert call.has_recording
    assert call.response_gaps
