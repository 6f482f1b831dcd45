"""The real line and call page, with a call that plays a script instead of a buyer."""

import asyncio
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI, WebSocket
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from livekit import rtc

from agents.events import CallEvent, EndReason
from agents.lines import SocketLine
from agents.outcome import CallOutcome
from configs.fault import Fault
from configs.load import load_catalogue
from speech.words import Transcript
from web.live import LiveCalls, Wire, hold_line

WEB = Path(__file__).parents[3] / "web"
REVIEW = """<!doctype html><title>Review of a call</title>
<link rel="stylesheet" href="/static/call/call.css">
<body><main><h1>Your call</h1><p id="score">Pace 140 words a minute</p></main></body>"""


@dataclass(frozen=True)
class Say:
    """A buyer's reply of a steady tone."""

    seconds: float
    cut_after_s: float | None = None
    """Stop it after this much time, as an interruption does."""


@dataclass
class ScriptedCall:
    """Plays its script, and remembers what came from the page."""

    line: SocketLine
    on_event: Any
    script: tuple[Say, ...]
    rate_hz: int = 0
    frames: list[bytes] = field(default_factory=list)
    played: list[tuple[float, bool]] = field(default_factory=list)
    """(seconds, interrupted) of each reply, as the page reported them."""
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ended: asyncio.Future[EndReason] = asyncio.get_running_loop().create_future()
        self.began = time.monotonic()

    async def run(self) -> CallOutcome:
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._talk())]
        try:
            reason = await self.ended
        finally:
            for task in tasks:
                task.cancel()
            await self.line.aclose()
        return CallOutcome("a", {}, reason, self._now(), Transcript(()), (), ())

    async def pause(self) -> None:
        self.done.append("pause")
        await self._emit("paused")

    async def resume(self) -> None:
        self.done.append("resume")
        await self._emit("resumed")

    async def hang_up(self, reason: EndReason = "rep_hung_up") -> None:
        if not self.ended.done():
            self.ended.set_result(reason)

    def _now(self) -> float:
        return time.monotonic() - self.began

    async def _emit(self, kind: Any, **data: Any) -> None:
        await self.on_event(CallEvent(kind, self._now(), data))

    async def _listen(self) -> None:
        async for frame in self.line.audio_input:
            self.frames.append(bytes(frame.data))
            self.rate_hz = frame.sample_rate

    async def _talk(self) -> None:
        await self._emit("answered", scenario_id="a", engines={}, seed=1)
        await self._emit("beat", beat="open", reason="a secret", fact_ids=["hidden"])
        for n, say in enumerate(self.script):
            await self._emit("state", buyer="speaking", rep="listening")
            await self._emit("caption", speaker="buyer", text=f"Reply {n}", final=False)
            await self._say(say)
            await self._emit("caption", speaker="buyer", text=f"Reply {n} whole", final=True)
            await self._emit("caption", speaker="rep", text=f"Answer {n}", final=True)
            await self._emit("state", buyer="listening", rep="listening")

    async def _say(self, say: Say) -> None:
        output = self.line.audio_output
        rate_hz = output.sample_rate or 0
        t = np.arange(round(say.seconds * rate_hz)) / rate_hz
        pcm = (0.3 * 32767 * np.sin(2 * math.pi * 300 * t)).astype("<i2").tobytes()
        await output.capture_frame(rtc.AudioFrame(pcm, rate_hz, 1, len(pcm) // 2))
        output.flush()
        if say.cut_after_s is not None:
            await asyncio.sleep(say.cut_after_s)
            output.clear_buffer()
        event = await output.wait_for_playout()
        self.played.append((event.playback_position, event.interrupted))


class LineServer:
    """A real server on 127.0.0.1 with the real line; `calls` are the scripted ones it held."""

    def __init__(self) -> None:
        self.script: tuple[Say, ...] = (Say(0.5),)
        self.refusal: Fault | None = None
        self.finish_s = 0.0
        self.calls: list[ScriptedCall] = []
        self.finished: list[CallOutcome] = []
        self.live_calls = LiveCalls()
        config = uvicorn.Config(self._app(), port=0, log_level="warning")
        self.server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self.server.run, name="line-server")

    def start(self) -> None:
        self._thread.start()
        wait_until(lambda: self.server.started)
        self.port: int = self.server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.line_address = f"ws://127.0.0.1:{self.port}/calls/one/line"

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _place(self, line: SocketLine, on_event: Any) -> ScriptedCall:
        if self.refusal is not None:
            raise self.refusal
        self.calls.append(ScriptedCall(line, on_event, self.script))
        return self.calls[-1]

    async def _finish(self, outcome: CallOutcome) -> None:
        await asyncio.sleep(self.finish_s)
        self.finished.append(outcome)

    def _app(self) -> FastAPI:
        app = FastAPI()
        app.mount("/static", StaticFiles(directory=WEB / "static"))
        bare = DictLoader({"base.html": BARE})
        pages = Environment(
            loader=ChoiceLoader([FileSystemLoader(WEB / "templates"), bare]), autoescape=True
        )
        catalogue = load_catalogue()
        scenario = catalogue.scenarios["pricing-objection"]
        persona = catalogue.personas[scenario.persona]

        @app.websocket("/calls/{call_id}/line")
        async def line(socket: WebSocket, call_id: str) -> None:
            await socket.accept()
            await hold_line(Wire(socket), call_id, self._place, self._finish, self.live_calls)

        @app.get("/calls/{call_id}/call")
        def page(call_id: str) -> HTMLResponse:
            values = {"call_id": call_id, "scenario": scenario, "persona": persona, "rough": ()}
            return HTMLResponse(pages.get_template("call.html").render(values))

        @app.get("/calls/{call_id}")
        def review(call_id: str) -> HTMLResponse:
            return HTMLResponse(REVIEW)

        return app


BARE = """<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width">
<title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}</head>
<body><main>{% block main %}{% endblock %}</main></body></html>"""


def wait_until(is_so: Callable[[], bool], limit_s: float = 10.0) -> None:
    until = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)


@pytest.fixture(name="wait_until")
def _wait_until() -> Callable[..., None]:
    return wait_until


@pytest.fixture
def say() -> type[Say]:
    return Say


@pytest.fixture
def line_server() -> Iterator[LineServer]:
    server = LineServer()
    server.start()
    yield server
    server.stop()


def hello(rate_hz: object = 48_000) -> str:
    return json.dumps({"type": "hello", "rate_hz": rate_hz})


@pytest.fixture(name="hello")
def _hello() -> Callable[..., str]:
    return hello
