"""The wire of a live call, spoken by a plain client over a real socket."""

import asyncio
import json
import struct
from contextlib import suppress
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from configs.fault import Fault
from web.cookie import COOKIE

FRAME = struct.pack("<II", 0, 0) + bytes(1920)


class Page:
    """Plays everything at once and reports it, as the page would."""

    def __init__(self, socket: ClientConnection, reports: bool = True) -> None:
        self.socket = socket
        self.reports = reports
        self.said: list[dict[str, Any]] = []
        self.n_samples: dict[int, int] = {}

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def until(self, kind: str) -> dict[str, Any]:
        """The next message of this type or with an event of this kind."""
        while True:
            message = await asyncio.wait_for(self.socket.recv(), 10)
            if isinstance(message, bytes):
                self._take(message)
                continue
            said = json.loads(message)
            self.said.append(said)
            if said["type"] == "flush" and self.reports:
                await self._play(said["segment"])
            if kind in (said["type"], said.get("event", {}).get("kind")):
                return said

    def _take(self, message: bytes) -> None:
        segment, offset = struct.unpack_from("<II", message)
        assert offset == self.n_samples.get(segment, 0)
        self.n_samples[segment] = offset + (len(message) - 8) // 2

    async def _play(self, segment: int) -> None:
        played_s = self.n_samples[segment] / 48_000
        with suppress(ConnectionClosed):  # the call may have ended meanwhile
            await self.send(type="playback_started", segment=segment, played_s=0)
            await self.send(
                type="playback_finished", segment=segment, played_s=played_s, interrupted=False
            )

    async def closed(self) -> int:
        """Drops what still comes and returns the close code."""
        try:
            while True:
                message = await asyncio.wait_for(self.socket.recv(), 10)
                if isinstance(message, str):
                    self.said.append(json.loads(message))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


@pytest.fixture
async def page(line_server: Any) -> Any:
    async with line_server.line() as socket:
        yield Page(socket)


@pytest.fixture
async def live_page(page: Page, hello: Any) -> Page:
    await page.socket.send(hello())
    await page.until("ready")
    return page


async def test_a_call_goes_from_hello_to_ended_and_closes_with_1000(
    line_server: Any, live_page: Page
) -> None:
    await live_page.until("caption")
    await live_page.send(type="hang_up")
    scoring = await live_page.until("scoring")
    ended = await live_page.until("ended")
    assert scoring["reason"] == "rep_hung_up"
    assert ended["event"]["data"] == {"reason": "rep_hung_up"}
    assert await live_page.closed() == 1000
    assert [o.ended_reason for o in line_server.desk.finished] == ["rep_hung_up"]


async def test_a_reply_arrives_whole_and_its_playback_is_believed(
    line_server: Any, live_page: Page, wait_until: Any
) -> None:
    await live_page.until("flush")
    await asyncio.to_thread(wait_until, lambda: line_server.desk.calls[0].played)
    assert live_page.n_samples == {1: 24_000}
    assert line_server.desk.calls[0].played == [(0.5, False)]


async def test_the_microphone_reaches_the_call_frame_by_frame(
    line_server: Any, live_page: Page, wait_until: Any
) -> None:
    for n in range(25):
        await live_page.socket.send(
            struct.pack("<II", n, 20 * n) + struct.pack("<960h", *[n] * 960)
        )
    await asyncio.to_thread(wait_until, lambda: len(line_server.desk.calls[0].frames) == 25)
    assert {len(frame) for frame in line_server.desk.calls[0].frames} == {1920}
    assert line_server.desk.calls[0].rate_hz == 48_000


async def test_what_the_buyer_decides_is_not_told_to_the_page(live_page: Page) -> None:
    await live_page.until("caption")
    assert "beat" not in {said.get("event", {}).get("kind") for said in live_page.said}


async def test_pause_and_resume_reach_the_call(line_server: Any, live_page: Page) -> None:
    await live_page.send(type="pause")
    await live_page.until("paused")
    await live_page.send(type="mute", on=True)
    await live_page.send(type="resume")
    await live_page.until("resumed")
    assert line_server.desk.calls[0].done == ["pause", "resume"]


@pytest.mark.parametrize(
    "first",
    [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        "[" * 1_900,
        '{"type":"hello"}',
        '{"type":"hello","rate_hz":"48000"}',
        '{"type":"hello","rate_hz":7999}',
        '{"type":"hello","rate_hz":192001}',
        '{"type":"hello","rate_hz":NaN}',
        '{"type":"hello","rate_hz":true}',
        '{"type":"hello","rate_hz":48000,"more":"' + "x" * 2_000 + '"}',
        b"\x00\x01",
    ],
)
async def test_a_first_message_that_is_no_hello_is_refused_with_a_code(
    page: Page, line_server: Any, first: str | bytes
) -> None:
    await page.socket.send(first)
    assert await page.closed() == 1007
    assert [said["code"] for said in page.said] == ["line-message-not-valid"]
    assert line_server.desk.calls == []


@pytest.mark.parametrize(
    ("message", "code", "close"),
    [
        ("not JSON", "line-message-not-valid", 1007),
        ('{"type":"dance"}', "line-message-not-valid", 1007),
        ('{"type":"playback_started"}', "line-message-not-valid", 1007),
        ('{"type":"playback_started","segment":-1}', "line-message-not-valid", 1007),
        (
            '{"type":"playback_finished","segment":1,"played_s":NaN}',
            "line-message-not-valid",
            1007,
        ),
        (
            '{"type":"playback_finished","segment":1,"played_s":1' + "0" * 400 + "}",
            "line-message-not-valid",
            1007,
        ),
        (b"", "line-frame-not-valid", 1003),
        (b"short", "line-frame-not-valid", 1003),
        (FRAME + b"!", "line-frame-not-valid", 1003),
        (bytes(8 + 2 * 48_001), "line-frame-not-valid", 1003),
    ],
)
async def test_garbage_during_a_call_ends_it_with_a_code_and_keeps_it(
    line_server: Any, live_page: Page, message: str | bytes, code: str, close: int
) -> None:
    await live_page.socket.send(message)
    assert await live_page.closed() == close
    assert live_page.said[-1]["type"] == "fault"
    assert live_page.said[-1]["code"] == code
    assert [o.ended_reason for o in line_server.desk.finished] == ["line_lost"]


async def test_stereo_that_was_said_to_be_mono_ends_the_call_with_a_code(
    line_server: Any, live_page: Page
) -> None:
    with suppress(ConnectionClosed):
        for n in range(100):
            await live_page.socket.send(struct.pack("<II", n, 20 * n) + bytes(2 * 1920))
    assert await live_page.closed() == 1003
    assert live_page.said[-1]["code"] == "line-rate-not-true"
    assert [o.ended_reason for o in line_server.desk.finished] == ["line_lost"]


async def test_a_page_that_does_not_come_back_ends_the_call_and_it_is_kept(
    line_server: Any, page: Page, hello: Any, wait_until: Any
) -> None:
    line_server.desk.live_calls.reconnect_s = 0.2
    await page.socket.send(hello())
    await page.until("ready")
    page.socket.transport.abort()
    await asyncio.to_thread(wait_until, lambda: line_server.desk.finished)
    assert line_server.desk.finished[0].ended_reason == "line_lost"


async def test_a_page_that_leaves_before_hello_leaves_the_call_untouched(
    line_server: Any, page: Page, hello: Any
) -> None:
    await page.socket.close()
    async with line_server.line() as socket:
        await socket.send(hello())
        ready = await Page(socket).until("ready")
    assert (ready["resumed"], ready["paused"]) == (False, False)
    assert len(line_server.desk.calls) == 1


async def test_a_second_line_for_the_same_call_is_refused_and_the_first_goes_on(
    line_server: Any, live_page: Page, hello: Any
) -> None:
    async with line_server.line() as socket:
        await socket.send(hello())
        second = Page(socket)
        assert await second.closed() == 1008
        assert second.said[0]["code"] == "line-already-open"
    await live_page.send(type="hang_up")
    await live_page.until("ended")


async def test_a_call_that_cannot_be_placed_says_why(
    line_server: Any, page: Page, hello: Any
) -> None:
    line_server.desk.refusal = Fault("voice-missing", "There is no voice.", "Get one.")
    await page.socket.send(hello())
    assert await page.closed() == 1011
    assert page.said == [
        {
            "type": "fault",
            "code": "voice-missing",
            "said": "There is no voice.",
            "remedy": "Get one.",
        }
    ]


async def test_a_scorecard_is_made_even_when_the_page_left_meanwhile(
    line_server: Any, live_page: Page, wait_until: Any
) -> None:
    line_server.desk.finish_s = 0.3
    await live_page.send(type="hang_up")
    await live_page.until("scoring")
    live_page.socket.transport.abort()
    await asyncio.to_thread(wait_until, lambda: line_server.desk.finished)


@pytest.mark.parametrize("patient", [True, False])
async def test_a_server_that_is_stopped_ends_its_calls_and_keeps_them(
    line_server: Any, live_page: Page, patient: bool
) -> None:
    line_server.patient = patient
    await live_page.until("caption")
    await asyncio.to_thread(line_server.stop)
    assert [o.ended_reason for o in line_server.desk.finished] == ["stopped"]


async def test_hanging_up_all_waits_until_every_call_is_kept(
    line_server: Any, live_page: Page
) -> None:
    line_server.desk.finish_s = 0.2
    loop = line_server.desk.calls[0].ended.get_loop()
    hanging = asyncio.run_coroutine_threadsafe(line_server.desk.live_calls.hang_up_all(), loop)
    await asyncio.to_thread(hanging.result, 5)
    assert [o.ended_reason for o in line_server.desk.finished] == ["stopped"]
    assert (await live_page.until("ended"))["event"]["data"] == {"reason": "stopped"}


async def test_after_hanging_up_all_no_other_call_starts(
    line_server: Any, live_page: Page, hello: Any
) -> None:
    line_server.desk.live_calls._stopping = True
    line_server.call_id = line_server.new_call()
    async with line_server.line() as socket:
        await socket.send(hello())
        refused = Page(socket)
        assert await refused.closed() == 1008
    assert refused.said[0]["code"] == "server-stopping"


@pytest.mark.parametrize(
    "more",
    [{"resume": 1}, {"key": 5}, {"key": "k" * 101}, {"n_captions": -1}, {"n_captions": "3"}],
)
async def test_a_hello_that_makes_no_sense_is_refused(
    page: Page, line_server: Any, more: dict[str, Any]
) -> None:
    await page.send(type="hello", rate_hz=48_000, **more)
    assert await page.closed() == 1007
    assert line_server.desk.calls == []


async def test_a_page_of_another_site_gets_no_line(line_server: Any) -> None:
    for origin in ("https://elsewhere.test", f"http://localhost:{line_server.port}"):
        with pytest.raises(InvalidStatus) as refused:
            await line_server.line(origin=origin).__aenter__()
        assert refused.value.response.status_code == 403
    assert line_server.desk.calls == []


@pytest.mark.parametrize(("who", "code"), [(None, "not-signed-in"), ("other", "call-not-live")])
async def test_only_the_rep_whose_call_it_is_may_hold_it(
    line_server: Any, who: str | None, code: str
) -> None:
    async with line_server.line(who) as socket:
        page = Page(socket)
        assert await page.closed() == 1008
    assert [said["code"] for said in page.said] == [code]


async def test_a_call_that_is_over_cannot_be_held_again(line_server: Any, hello: Any) -> None:
    for expected in ("ended", "fault"):
        async with line_server.line() as socket:
            page = Page(socket)
            if expected == "ended":
                await socket.send(hello())
                await page.send(type="hang_up")
            last = await page.until(expected)
    assert last["code"] == "call-not-live"


async def test_the_call_page_is_for_the_rep_while_the_call_is_live(line_server: Any) -> None:
    async def page(who: str) -> httpx.Response:
        async with httpx.AsyncClient(cookies={COOKIE: line_server.cookie(who)}) as client:
            return await client.get(line_server.page_address)

    shown = await page("rep")
    assert shown.status_code == 200
    assert "Martin Hale" in shown.text
    assert (await page("other")).status_code == 404
    line_server.context.calls.finish(
        line_server.call_id, ended_reason="x", duration_s=1, has_recording=False, engines={}
    )
    over = await page("rep")
    assert (over.status_code, over.headers["location"]) == (303, f"/calls/{line_server.call_id}")
