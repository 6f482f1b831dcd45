"""A lost page finds its call again, on hold, with what was said."""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed


class Page:
    """Plays nothing; remembers what it was told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.told: list[dict[str, Any]] = []
        self.n_samples = 0
        self.ready: dict[str, Any] = {}
        self.close_code: int | None = None
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                if isinstance(message, bytes):
                    self.n_samples += (len(message) - 8) // 2
                else:
                    self.told.append(json.loads(message))
        except ConnectionClosed:
            pass
        self.close_code = self.socket.close_code

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hello(self, rate_hz: int = 48_000, **more: Any) -> None:
        await self.send(type="hello", rate_hz=rate_hz, **more)
        await until(lambda: "ready" in self.kinds)
        self.ready = next(m for m in self.told if m["type"] == "ready")

    @property
    def kinds(self) -> list[str]:
        return [m.get("event", {}).get("kind", m["type"]) for m in self.told]

    @property
    def codes(self) -> list[str]:
        return [m["code"] for m in self.told if m["type"] == "fault"]

    @property
    def captions(self) -> list[str]:
        events = [m["event"] for m in self.told if m["type"] == "event"]
        return [e["data"]["text"] for e in events if e["data"].get("final")]

    async def closed(self) -> int:
        await until(lambda: self.close_code is not None)
        assert self.close_code is not None
        return self.close_code


async def until(is_so: Callable[[], Any], limit_s: float = 10.0) -> None:
    async with asyncio.timeout(limit_s):
        while not is_so():  # noqa: ASYNC110 - the server runs in another thread
            await asyncio.sleep(0.01)


Open = Callable[[], Awaitable[Page]]


@pytest.fixture
async def open_page(line_server: Any) -> Any:
    """Opens one page after the other onto the same call."""
    pages: list[Page] = []

    async def _open() -> Page:
        pages.append(Page(await line_server.line()))
        return pages[-1]

    yield _open
    for page in pages:
        await page.socket.close()


@pytest.fixture
async def lost_page(line_server: Any, open_page: Open, say: Any) -> Page:
    """In the middle of the buyer's second reply."""
    line_server.desk.script = (say(0.1), say(9.0), say(0.3))
    page = await open_page()
    await page.hello()
    await until(lambda: page.kinds.count("flush") == 1)
    await page.send(type="playback_started", segment=1, played_s=0)
    await page.send(type="playback_finished", segment=1, played_s=0.1)
    await until(lambda: page.n_samples > 48_000)
    await page.send(type="playback_started", segment=2, played_s=0)
    await page.send(type="playback_progress", segment=2, played_s=0.5)
    await until(lambda: page.n_samples > 1.5 * 48_000)
    page.socket.transport.abort()
    return page


def call_of(line_server: Any) -> Any:
    (call,) = line_server.desk.calls
    return call


async def test_a_lost_socket_puts_the_call_on_hold_and_the_page_takes_it_up_again(
    line_server: Any, lost_page: Page, open_page: Open
) -> None:
    await until(lambda: call_of(line_server).done == ["pause"])
    assert call_of(line_server).played == [(pytest.approx(0.1), False), (0.5, True)]
    again = await open_page()
    await again.hello(resume=True, key=lost_page.ready["key"], n_captions=len(lost_page.captions))
    assert again.ready["resumed"]
    assert again.ready["key"] == lost_page.ready["key"]
    assert not again.ready["paused"]
    await until(lambda: call_of(line_server).done == ["pause", "resume"])
    await until(lambda: again.n_samples >= 0.3 * 48_000)  # the next reply waited for it
    await until(lambda: "resumed" in again.kinds)
    await again.send(type="hang_up")
    assert await again.closed() == 1000
    assert again.kinds[-1] == "ended"
    assert [o.ended_reason for o in line_server.desk.finished] == ["rep_hung_up"]


async def test_what_was_said_meanwhile_is_told_and_nothing_twice(
    line_server: Any, lost_page: Page, open_page: Open
) -> None:
    await until(lambda: len(call_of(line_server).played) == 2)
    again = await open_page()
    await again.hello(resume=True, n_captions=2)  # of the first reply and its answer
    await until(lambda: len(again.captions) == 2)
    assert again.captions == ["Reply 1 whole", "Answer 1"]


async def test_a_reloaded_page_gets_all_that_was_said_and_how_long_it_has_been(
    line_server: Any, lost_page: Page, open_page: Open
) -> None:
    await until(lambda: len(call_of(line_server).played) == 2)
    again = await open_page()
    await again.hello(resume=True)
    await until(lambda: len(again.captions) == 4)
    assert again.captions[0] == "Reply 0 whole"
    assert 0 < again.ready["elapsed_s"] < 60


async def test_a_page_that_comes_back_is_told_who_is_on_the_line(
    line_server: Any, open_page: Open, say: Any, put_through: Any
) -> None:
    line_server.desk.script = (put_through("Martin Hale"), say(0.3))
    page = await open_page()
    await page.hello()
    await until(lambda: "put_through" in page.kinds)
    page.socket.transport.abort()
    await until(lambda: call_of(line_server).done == ["pause"])
    again = await open_page()
    await again.hello(resume=True, n_captions=0)
    await until(lambda: "put_through" in again.kinds)
    told = next(m["event"] for m in again.told if m.get("event", {}).get("kind") == "put_through")
    assert told["data"] == {"name": "Martin Hale"}
    assert again.kinds[:2] == ["ready", "put_through"]


async def test_it_may_be_lost_and_come_back_twice_also_with_another_rate(
    line_server: Any, lost_page: Page, open_page: Open
) -> None:
    for n, rate_hz in enumerate((48_000, 16_000), start=1):
        await until(lambda n=n: call_of(line_server).done.count("pause") == n)
        again = await open_page()
        await again.hello(rate_hz, resume=True)
        for i in range(100):
            pcm = struct.pack("<h", 1_000) * (rate_hz // 50)
            await again.socket.send(struct.pack("<II", i, 20 * i) + pcm)
        await until(lambda n=n: call_of(line_server).done.count("resume") == n)
        await until(
            lambda n=n: sum(any(f) for f in call_of(line_server).frames) > 55 * n, limit_s=20
        )
        if n == 1:
            again.socket.transport.abort()
    assert call_of(line_server).rate_hz == 48_000
    assert call_of(line_server).line.health().n_detached == 2
    await again.send(type="hang_up")
    assert await again.closed() == 1000


async def test_while_the_page_is_lost_the_rep_is_silent_on_the_line(
    line_server: Any, lost_page: Page
) -> None:
    await until(lambda: call_of(line_server).done == ["pause"])
    n = len(call_of(line_server).frames)
    await until(lambda: len(call_of(line_server).frames) > n + 25)
    assert not any(any(frame) for frame in call_of(line_server).frames[n:])


async def test_a_rep_who_had_paused_comes_back_to_a_paused_call(
    line_server: Any, open_page: Open
) -> None:
    page = await open_page()
    await page.hello()
    await page.send(type="pause")
    await until(lambda: "paused" in page.kinds)
    page.socket.transport.abort()
    await until(lambda: call_of(line_server).done == ["pause", "pause"])
    again = await open_page()
    await again.hello(resume=True)
    assert again.ready["paused"]
    await again.send(type="resume")
    await until(lambda: call_of(line_server).done == ["pause", "pause", "resume"])


async def test_only_the_page_with_the_key_takes_over_a_line_that_seems_alive(
    line_server: Any, open_page: Open
) -> None:
    first = await open_page()
    await first.hello()
    stranger = await open_page()
    await stranger.send(type="hello", rate_hz=48_000, resume=True, key="guessed")
    assert await stranger.closed() == 1008
    assert stranger.codes == ["line-already-open"]
    again = await open_page()
    await again.hello(resume=True, key=first.ready["key"])
    assert await first.closed() == 1008
    assert first.codes == ["line-taken-over"]
    await again.send(type="hang_up")
    assert await again.closed() == 1000


async def test_a_page_that_falls_silent_is_lost(
    line_server: Any, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.open_call.SILENT_PAGE_S", 0.5)
    page = await open_page()
    await page.hello()
    assert await page.closed() == 4408
    await until(lambda: call_of(line_server).done == ["pause"])


async def test_a_call_that_does_not_go_on_cannot_be_taken_up(
    line_server: Any, open_page: Open
) -> None:
    page = await open_page()
    await page.send(type="hello", rate_hz=48_000, resume=True)
    assert await page.closed() == 1008
    assert page.codes == ["call-not-going-on"]
    assert line_server.desk.calls == []


async def test_a_call_that_is_being_scored_cannot_be_taken_up(
    line_server: Any, open_page: Open
) -> None:
    line_server.desk.finish_s = 1.0
    page = await open_page()
    await page.hello()
    await page.send(type="hang_up")
    await until(lambda: "scoring" in page.kinds)
    again = await open_page()
    await again.send(type="hello", rate_hz=48_000, resume=True)
    assert await again.closed() == 1008
    assert again.codes == ["call-not-going-on"]
    assert await page.closed() == 1000


async def test_garbage_from_a_page_that_came_back_ends_the_call_with_a_code(
    line_server: Any, lost_page: Page, open_page: Open
) -> None:
    again = await open_page()
    await until(lambda: call_of(line_server).done == ["pause"])
    await again.hello(resume=True)
    await again.socket.send(b"short")
    assert await again.closed() == 1003
    assert again.codes == ["line-frame-not-valid"]
    assert [o.ended_reason for o in line_server.desk.finished] == ["line_lost"]


async def test_a_server_that_is_stopped_ends_a_call_whose_page_is_lost(
    line_server: Any, lost_page: Page
) -> None:
    await until(lambda: call_of(line_server).done == ["pause"])
    await asyncio.to_thread(line_server.stop)
    assert [o.ended_reason for o in line_server.desk.finished] == ["stopped"]
