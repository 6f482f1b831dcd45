"""A page in a real browser, signed in to a site of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.chromium import chromium_path

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)


@contextmanager
def signed_in(address: str, name: str) -> Iterator[Page]:
    """The first page that the person sees. Fails at the end when any page had an error."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        page = browser.new_page(base_url=address)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto("/")
        page.get_by_role("button", name=name).click()
        yield page
        browser.close()
    assert errors == []
