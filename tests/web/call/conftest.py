"""The real line and call page, with a call that plays a script instead of a buyer."""

import asyncio
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from livekit import rtc
from starlette.responses import Response
from websockets.asyncio.client import connect

from agents.events import CallEvent, EndReason
from agents.lines import SocketLine
from agents.outcome import CallOutcome, replay
from configs.fault import Fault
from configs.load import load_catalogue
from configs.settings import Data, Sample, Settings
from storage.calls import CallRow
from tests.web.call.call_page import chromium, launch, page, speech_wav
from web.app import create_app
from web.commands.server import PatientServer
from web.context import Context, open_context
from web.cookie import COOKIE, sign_in
from web.live import LiveCalls, serve_calls

__all__ = ["chromium", "launch", "page", "speech_wav"]


@dataclass(frozen=True)
class Say:
    """A buyer's reply of a steady tone."""

    seconds: float
    cut_after_s: float | None = None
    """Stop it after this much time, as an interruption does."""
    hold_after_s: float | None = None
    """Hold it after this much time, for half a second, as a noise does."""


@dataclass(frozen=True)
class PutThrough:
    """The gatekeeper leaves the line, and the buyer is on it."""

    name: str


@dataclass
class ScriptedCall:
    """Plays its script, and remembers what came from the page."""

    line: SocketLine
    on_event: Any
    script: tuple[Say | PutThrough, ...]
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
        return replace(replay(()), ended_reason=reason, duration_s=self._now())

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
            if isinstance(say, PutThrough):
                await self._emit("put_through", name=say.name)
                continue
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
        if say.hold_after_s is not None:
            await asyncio.sleep(say.hold_after_s)
            output.pause()
            await asyncio.sleep(0.5)
            output.resume()
        event = await output.wait_for_playout()
        self.played.append((event.playback_position, event.interrupted))


class NoEngines:
    """The pages ask which engines are rough; here none is."""

    def status(self) -> tuple[()]:
        return ()


@dataclass
class ScriptedDesk:
    """Places scripted calls, and keeps what becomes of them without scoring it."""

    context: Context
    script: tuple[Say | PutThrough, ...] = (Say(0.5),)
    refusal: Fault | None = None
    finish_s: float = 0.0
    finish_fault: Fault | None = None
    calls: list[ScriptedCall] = field(default_factory=list)
    finished: list[CallOutcome] = field(default_factory=list)
    live_calls: LiveCalls = field(default_factory=lambda: LiveCalls(reconnect_s=20))

    def place(self, call: CallRow, line: SocketLine, on_event: Any) -> ScriptedCall:
        if self.refusal is not None:
            raise self.refusal
        self.calls.append(ScriptedCall(line, on_event, self.script))
        return self.calls[-1]

    async def finish(self, call_id: str, outcome: CallOutcome) -> None:
        await asyncio.sleep(self.finish_s)
        self.context.calls.finish(
            call_id,
            ended_reason=outcome.ended_reason,
            duration_s=outcome.duration_s,
            has_recording=False,
            engines={},
        )
        if self.finish_fault is not None:
            raise self.finish_fault
        self.finished.append(outcome)


class LineServer:
    """The real app on 127.0.0.1, with one rep, one live call and the scripted desk."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(data=Data(folder), sample=Sample(organisation=False))
        self.context = open_context(settings, load_catalogue(), NoEngines())
        self.context.people.add("rep", "Robin Rep")
        self.context.people.add("other", "Olga Other")
        self.context.people.add_team("team", "Team")
        for person in ("rep", "other"):
            self.context.people.join(person, "team", "rep")
        self.call_id = self.new_call()
        self.desk = ScriptedDesk(self.context)
        app = create_app(self.context)
        serve_calls(app, self.desk)
        self.patient = True
        """Whether stopping hangs up first, as `rehearse serve` does."""
        config = uvicorn.Config(app, port=0, log_level="warning")
        self.server = PatientServer(config, on_listening=lambda: None, hang_up=self._hang_up)
        self._thread = threading.Thread(target=self.server.run, name="line-server")

    def new_call(self) -> str:
        return self.context.calls.start("rep", "team", "pricing-objection").id

    def cookie(self, person_id: str = "rep") -> str:
        """The value of a signed-in person's cookie."""
        response = Response()
        sign_in(response, self.context.secret, person_id)
        return SimpleCookie(response.headers["set-cookie"])[COOKIE].value

    def start(self) -> None:
        self._thread.start()
        wait_until(lambda: self.server.started)
        self.port: int = self.server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    @property
    def page_address(self) -> str:
        return f"{self.address}/calls/{self.call_id}/call"

    def line(self, person_id: str | None = "rep", origin: str | None = None) -> Any:
        """A client's WebSocket to the call, to be used with `async with`."""
        headers = {"cookie": f"{COOKIE}={self.cookie(person_id)}"} if person_id else {}
        return connect(
            f"ws://127.0.0.1:{self.port}/calls/{self.call_id}/line",
            origin=origin or self.address,
            additional_headers=headers,
        )

    async def _hang_up(self) -> None:
        if self.patient:
            await self.desk.live_calls.hang_up_all()

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()
        self.context.database.close()


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
def put_through() -> type[PutThrough]:
    return PutThrough


@pytest.fixture
def line_server(tmp_path: Path) -> Iterator[LineServer]:
    server = LineServer(tmp_path)
    server.start()
    yield server
    server.stop()


def hello(rate_hz: object = 48_000) -> str:
    return json.dumps({"type": "hello", "rate_hz": rate_hz})


@pytest.fixture(name="hello")
def _hello() -> Callable[..., str]:
    return hello
