"""What the tests of the call page share: a browser with a fake microphone, and eyes and hands."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from speech.espeak import EspeakSynthesizer
from tests.chromium import chromium_path
from web.cookie import COOKIE

FAKE_MICROPHONE = [
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
]
ALLOW = "--use-fake-ui-for-media-stream"

Launch = Callable[..., Browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def launch(chromium: Playwright) -> Iterator[Launch]:
    opened: list[Browser] = []

    def _launch(*args: str) -> Browser:
        flags = ["--no-sandbox", *args]
        opened.append(chromium.chromium.launch(executable_path=chromium_path(), args=flags))
        return opened[-1]

    yield _launch
    for browser in opened:
        browser.close()


@pytest.fixture(scope="module")
def speech_wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spoken sentence, mono, 16 bits; the fake microphone repeats it."""
    path = tmp_path_factory.mktemp("microphone") / "rep.wav"
    clips = list(EspeakSynthesizer("en-us").synthesize("I would like to ask about your routes."))
    samples = np.concatenate([clip.samples for clip in clips])
    pcm = (samples / np.abs(samples).max() * 0.3 * 32767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=clips[0].rate_hz, layout="mono")
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate = clips[0].rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


class Wiretap:
    """What the page sends over its line."""

    def __init__(self, page: Page) -> None:
        self.frames: list[bytes] = []
        self.texts: list[dict[str, Any]] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._sent))

    def _sent(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            self.frames.append(payload)
        else:
            self.texts.append(json.loads(payload))

    def reports(self, segment: int) -> list[dict[str, Any]]:
        return [text for text in self.texts if text.get("segment") == segment]

    def finished(self, segment: int) -> bool:
        return any(report["type"] == "playback_finished" for report in self.reports(segment))


@pytest.fixture
def page(launch: Launch, speech_wav: Path, line_server: Any) -> Iterator[Page]:
    fake = f"--use-file-for-fake-audio-capture={speech_wav}"
    page = launch(*FAKE_MICROPHONE, ALLOW, fake).new_context().new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    open_call(page, line_server)
    yield page
    assert thrown == []


def open_call(page: Page, line_server: Any, address: str = "") -> None:
    """Signed in as the rep whose call it is."""
    address = address or line_server.address
    page.context.add_cookies(
        [{"name": COOKIE, "value": line_server.cookie(), "url": address, "sameSite": "Strict"}]
    )
    page.goto(f"{address}/calls/{line_server.call_id}/call")


def level(page: Page, role: str) -> float:
    return float(
        page.locator(f"[data-role={role}]").evaluate(
            "element => getComputedStyle(element).getPropertyValue('--level')"
        )
    )


def stage(page: Page) -> str:
    return page.locator("#call").get_attribute("data-stage") or ""


def start(page: Page) -> None:
    page.get_by_role("button", name="Call ").click()
    expect(page.get_by_role("button", name="Hang up")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible()


def expect_review(page: Page, line_server: Any) -> None:
    """The review's own heading, at the review's address."""
    expect(page).to_have_url(f"{line_server.address}/calls/{line_server.call_id}")
    expect(page.locator("#call")).to_have_count(0)
    expect(page.locator("main h1")).to_be_visible()


def settle(page: Page, is_so: Callable[[], bool], limit_s: float = 10.0) -> None:
    """Wait while the browser's events keep coming."""
    for _ in range(int(limit_s / 0.05)):
        if is_so():
            return
        page.wait_for_timeout(50)
    pytest.fail("waited too long")
