"""One whole call in a real browser: a recorded rep speaks into the page's microphone, the buyer
answers and is interrupted, and the scorecard is read on the page that the call turned into."""

import json
import threading
import time
import wave
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright
from starlette.responses import Response

from agents.worker import Engines
from configs.load import load_catalogue
from configs.settings import Data, Models, Sample, Settings
from speech.audio_file import read_tracks
from web.app import create_app
from web.commands.server import PatientServer
from web.context import Context, open_context
from web.cookie import COOKIE, sign_in
from web.live import LiveDesk, serve_calls
from web.reviewing import Reviewing

pytestmark = pytest.mark.slow

SCENARIO = "pricing-objection"
TURN = "opener"


class Rehearse:
    """The whole product on 127.0.0.1, with one rep and the engines that need no download."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(
            data=Data(folder), models=Models(download="never"), sample=Sample(organisation=False)
        )
        catalogue = load_catalogue()
        self.engines = Engines(settings, catalogue.personas.values())
        self.context: Context = open_context(settings, catalogue, self.engines)
        self.context.people.add("rep", "Robin Rep")
        self.context.people.add_team("team", "Team")
        self.context.people.join("rep", "team", "rep")
        self.reviewing = Reviewing(self.context, self.engines)
        self.reviewing.start()
        desk = LiveDesk(self.context, self.engines, self.reviewing.finish_call)
        app = create_app(self.context)
        serve_calls(app, desk)
        self.server = PatientServer(
            uvicorn.Config(app, port=0, log_level="warning"),
            on_listening=lambda: None,
            hang_up=desk.live_calls.hang_up_all,
        )
        self._thread = threading.Thread(target=self.server.run, name="rehearse")
        self._thread.start()
        while not self.server.started:
            time.sleep(0.02)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(30)
        self.reviewing.stop()
        self.context.database.close()
        self.engines.close()
        assert not self._thread.is_alive()


@pytest.fixture
def rehearse(tmp_path: Path) -> Iterator[Rehearse]:
    running = Rehearse(tmp_path / "data")
    yield running
    running.stop()


@pytest.fixture
def rep_wav(tmp_path: Path) -> Path:
    """A recorded turn of the shipped rep, mono WAV; the browser's microphone repeats it."""
    source = files("configs") / "demo" / "sound" / SCENARIO / f"{TURN}.ogg"
    clip = read_tracks(Path(str(source)))[0]
    path = tmp_path / "rep.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes((np.clip(clip.samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture
def page(rehearse: Rehearse, rep_wav: Path) -> Iterator[Page]:
    flags = [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={rep_wav}",
        "--autoplay-policy=no-user-gesture-required",
        "--disable-background-networking",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser.new_page()
        browser.close()


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


def until(page: Page, is_so: Any, limit_s: float) -> None:
    for _ in range(int(limit_s / 0.1)):
        if is_so():
            return
        page.wait_for_timeout(100)
    pytest.fail("waited too long")


def buyer_level(page: Page) -> float:
    ring = page.locator("[data-role=ring]")
    return float(ring.evaluate("ring => getComputedStyle(ring).getPropertyValue('--level')"))


def sign_in_and_open(page: Page, rehearse: Rehearse) -> None:
    response = Response()
    sign_in(response, rehearse.context.secret, "rep")
    cookie = response.headers["set-cookie"].split(";")[0].partition("=")[2]
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": rehearse.address}])
    page.goto(f"{rehearse.address}/scenarios/{SCENARIO}")
    page.get_by_role("button", name="Start the call").click()


def test_a_rep_talks_with_the_buyer_interrupts_hangs_up_and_reads_the_scorecard(
    page: Page, rehearse: Rehearse
) -> None:
    reports = reports_of(page)
    sign_in_and_open(page, rehearse)
    page.get_by_role("button", name="Call ").click()
    page.get_by_role("button", name="Mute").click()  # mute is how this rep falls silent

    captions = page.get_by_role("log", name="Captions")
    until(page, lambda: buyer_level(page) > 0.2, 20)
    expect(captions.locator(".caption.buyer").first).to_contain_text(" ", timeout=10_000)
    until(page, lambda: len(finished(reports)) == 1, 20)

    page.keyboard.press("m")
    expect(page.locator("[data-role=speaking]")).to_contain_text("You are", timeout=10_000)
    page.wait_for_timeout(5_000)
    page.keyboard.press("m")
    expect(captions.locator(".caption.rep").first).to_contain_text(" ", timeout=20_000)
    until(page, lambda: buyer_level(page) > 0.2, 20)

    page.keyboard.press("m")
    until(page, lambda: len(finished(reports)) >= 2, 20)
    assert finished(reports)[1]["interrupted"] is True
    until(page, lambda: buyer_level(page) < 0.05, 3)

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
