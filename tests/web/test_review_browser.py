"""The review in a real browser: it plays, follows, seeks and fills itself in."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser_page import signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def page(site: Any) -> Iterator[Page]:
    with signed_in(site.address, "Sam Rivera") as opened:
        yield opened


def drawn(page: Page, call_id: str, at: str = "") -> None:
    page.goto(f"/calls/{call_id}{at}")
    expect(page.locator('[data-role="wave-said"]')).to_be_hidden(timeout=20_000)


def place(page: Page) -> float:
    at_s: float = page.evaluate("document.querySelector('audio').currentTime")
    return at_s


def paused(page: Page) -> bool:
    is_so: bool = page.evaluate("document.querySelector('audio').paused")
    return is_so


def until(page: Page, is_so: Callable[[], bool], limit_s: float = 15.0) -> None:
    """Playwright's own waiting needs eval, which the page forbids."""
    end = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < end, "waited too long"
        page.wait_for_timeout(20)


def test_a_word_is_played_and_followed(page: Page, site: Any) -> None:
    drawn(page, site.office.scored_call())
    page.get_by_role("button", name="Northlane.").click()
    expect(page.locator(".word[aria-current]")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    until(page, lambda: place(page) > 5.2)
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert 5.2 < place(page) < 12


def test_a_moment_stops_at_its_end(page: Page, site: Any) -> None:
    drawn(page, site.office.scored_call())
    page.locator('[data-role="speed"]').select_option("2")
    page.locator('.fix [data-at="34.2"]').click()
    until(page, lambda: place(page) > 45.9)
    until(page, lambda: paused(page))
    assert 45.9 < place(page) < 46.6


def test_all_can_be_done_by_keyboard(page: Page, site: Any) -> None:
    drawn(page, site.office.scored_call())
    stops = []
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(150)
        stops.append(round(place(page), 1))
    assert stops == [9.4, 15.1, 34.2, 59.0]
    page.keyboard.press("ArrowLeft")
    until(page, lambda: abs(place(page) - 34.2) < 0.2)
    page.keyboard.press("l")
    until(page, lambda: abs(place(page) - 39.2) < 0.2)
    page.keyboard.press("j")
    until(page, lambda: abs(place(page) - 34.2) < 0.2)
    page.keyboard.press("Space")
    until(page, lambda: not paused(page))
    page.get_by_role("button", name="Hi", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Martin,", exact=True)).to_be_focused()


def test_a_link_leads_to_its_second(page: Page, site: Any) -> None:
    drawn(page, site.office.scored_call(), "#t=59.0")
    until(page, lambda: abs(place(page) - 59) < 0.2)
    expect(page.locator('[data-role="now"]')).to_have_text("0:59")


def test_a_tap_on_the_picture_goes_there(page: Page, site: Any) -> None:
    drawn(page, site.office.scored_call())
    box = page.locator('[data-role="wave"]').bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
    until(page, lambda: abs(place(page) - 48) < 1)


def test_the_review_fills_itself_in_while_it_plays(page: Page, site: Any, card: Any) -> None:
    office = site.office
    call_id = office.call("filling")
    page.goto(f"/calls/{call_id}")
    expect(page.get_by_text("This call is still going on.")).to_be_visible()
    expect(page.get_by_role("group", name="Player")).to_be_hidden()

    office.end(call_id)
    expect(page.get_by_text("Scoring…")).to_be_visible(timeout=5_000)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, lambda: place(page) > 0.3)

    office.score(call_id, card(provisional=True))
    expect(page.get_by_text("provisional, from the live words")).to_be_visible(timeout=5_000)
    page.get_by_text("Pace", exact=True).click()
    expect(page.get_by_text("72 s of rep speech.").first).to_be_visible()
    played = place(page)

    office.score(call_id)
    expect(page.get_by_text("· final")).to_be_visible(timeout=5_000)
    expect(page.get_by_text("72 s of rep speech.").first).to_be_visible()
    assert not paused(page)
    assert place(page) > played
    expect(page.locator(".flag")).to_have_count(3)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_hangs_over_the_edge(page: Page, site: Any, width: int) -> None:
    call_id = site.office.scored_call()
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/scenarios/discovery-route-planning", "/engines", f"/calls/{call_id}"):
        page.goto(path)
        page.wait_for_load_state("networkidle") if path != "/engines" else None
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("width", [360, 1280])
def test_the_response_time_opens_by_keyboard_and_fits(page: Page, site: Any, width: int) -> None:
    call_id = site.office.scored_call()
    log = site.office.context.recordings.open_events(call_id)
    stages = ("speech_end", "vad", "preflight", "committed", "words", "clause", "sound", "played")
    for turn in range(1, 4):
        at_s = {name: 10.0 * turn + 0.1 * n for n, name in enumerate(stages)}
        log.append({"kind": "turn_timing", "at_s": 10.0, "data": {"turn": turn, "stages": at_s}})
    log.close()
    page.set_viewport_size({"width": width, "height": 800})
    drawn(page, call_id)
    table = page.get_by_role("table", name="What each stage of an answer added")
    expect(table).to_be_hidden()
    page.locator(".timing summary").focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(9)
    assert paused(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
