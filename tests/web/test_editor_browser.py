"""The form of a scenario in a real browser: the preview follows, links lead where they say, and
nothing typed is lost by accident."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.web.browser_page import signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def page(site: Any) -> Iterator[Page]:
    """An empty form, as a team lead begins it."""
    with signed_in(site.address, "Jordan Lee") as opened:
        opened.goto("/library/new")
        opened.get_by_label("Title").fill("The renewal nobody looked at")
        opened.get_by_role("button", name="Begin").click()
        yield opened


def preview(page: Page) -> Any:
    return page.get_by_role("complementary", name="Preview")


def test_the_preview_follows_what_is_typed(page: Page) -> None:
    page.get_by_label("Briefing", exact=False).first.fill("You sell ladders to people who climb.")
    expect(preview(page).get_by_text("You sell ladders to people who climb.")).to_be_visible()


def test_a_value_that_will_not_do_is_counted_while_it_is_typed(page: Page) -> None:
    page.locator("#f-minutes").fill("a while")
    expect(preview(page).get_by_text("1 value will not do yet")).to_be_visible()
    page.locator("#f-minutes").fill("9")
    expect(preview(page).get_by_text("will not do yet")).to_be_hidden()
    expect(preview(page).get_by_text("about 9 minutes")).to_be_visible()


def test_a_link_to_what_is_missing_opens_its_group_and_puts_the_cursor_there(page: Page) -> None:
    page.locator("details.group").evaluate_all("all => all.forEach(one => one.open = false)")
    expect(page.locator("#f-goal")).to_be_hidden()
    todo = preview(page).locator('details[data-key="todo"]')
    if todo.get_attribute("open") is None:
        todo.locator("summary").click()
    todo.locator('a[href="#f-goal"]').click()
    expect(page.locator("#f-goal")).to_be_focused()
    expect(page.locator("#f-goal")).to_be_in_viewport()


def test_leaving_with_something_unsaved_asks_first_and_after_saving_does_not(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#f-goal").fill("Find out who looked at the renewal.")
    page.get_by_role("link", name="Scenarios").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("#f-goal")).to_have_value("Find out who looked at the renewal.")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="Scenarios").first.click()
    expect(page.get_by_role("link", name="The renewal nobody looked at")).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_form_works_without_a_mouse(page: Page) -> None:
    page.locator("#f-title").focus()
    page.keyboard.press("End")
    page.keyboard.type(" twice")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The renewal nobody looked at twice")
