"""The whole product on 127.0.0.1, and a browser whose microphone plays a recorded turn."""

import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import numpy as np
import uvicorn
from playwright.sync_api import Page, sync_playwright
from starlette.responses import Response

from agents.worker import Engines
from configs.load import load_catalogue
from configs.settings import Data, Models, Sample, Settings
from speech.audio_file import read_tracks
from tests.chromium import chromium_path
from web.app import create_app
from web.commands.server import PatientServer
from web.context import Context, open_context
from web.cookie import COOKIE, sign_in
from web.live import LiveDesk, serve_calls
from web.reviewing import Reviewing

SCENARIO = "pricing-objection"


class Rehearse:
    """The whole product on 127.0.0.1, with one rep and the engines that need no download."""

    def __init__(self, folder: Path, *, models_folder: Path | None = None) -> None:
        settings = Settings(
            data=Data(folder),
            models=Models(folder=str(models_folder or ""), download="never"),
            sample=Sample(organisation=False),
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

    def wait_until_scored(self, call_id: str, limit_s: float = 60.0) -> None:
        """Until the second transcription has replaced the first scorecard."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            call = self.context.calls.get(call_id)
            if call is not None and call.state == "scored":
                return
            time.sleep(0.1)
        raise AssertionError("the call was not scored in time")


def rep_wav(folder: Path, turn_id: str) -> Path:
    """A recorded turn of the shipped rep as a mono WAV in the folder."""
    source = files("configs") / "demo" / "sound" / SCENARIO / f"{turn_id}.ogg"
    clip = read_tracks(Path(str(source)))[0]
    path = folder / "rep.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes((np.clip(clip.samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@contextmanager
def fake_microphone(wav: Path) -> Iterator[Page]:
    """A page in a fresh Chromium; its microphone plays the WAV again and again."""
    flags = [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={wav}",
        "--autoplay-policy=no-user-gesture-required",
        "--disable-background-networking",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield browser.new_page()
        browser.close()


def sign_in_and_open(page: Page, rehearse: Rehearse) -> None:
    response = Response()
    sign_in(response, rehearse.context.secret, "rep")
    cookie = response.headers["set-cookie"].split(";")[0].partition("=")[2]
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": rehearse.address}])
    page.goto(f"{rehearse.address}/scenarios/{SCENARIO}")
    page.get_by_role("button", name="Start the call").click()


def until(page: Page, is_so: Callable[[], bool], limit_s: float) -> bool:
    """Whether it became so in time."""
    for _ in range(int(limit_s / 0.1)):
        if is_so():
            return True
        page.wait_for_timeout(100)
    return is_so()


def speak(page: Page, heard: Callable[[], bool], *, for_s: float = 6.0, tries: int = 3) -> None:
    """The muted rep speaks, falls silent and, like anybody on the phone, says it again when it
    was not heard: the microphone's sound repeats, so a try may begin in mid-word."""
    for _ in range(tries):
        page.keyboard.press("m")
        page.wait_for_timeout(for_s * 1000)
        page.keyboard.press("m")
        if until(page, heard, 12):
            return
    raise AssertionError(f"nothing was heard in {tries} tries")
