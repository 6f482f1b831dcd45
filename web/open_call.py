"""One call that goes on, and the page that is on its line, when one is."""

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from agents.events import CallEvent, EndReason
from agents.lines import SocketLine
from agents.outcome import CallOutcome, to_document
from configs.fault import Fault
from web import wire
from web.wire import Hello, Wire

TOLD: Final = frozenset(
    {"answered", "put_through", "state", "caption", "response_gap", "paused", "resumed", "fault"}
)
"""Kinds of event that the page hears about. The buyer's decisions are not for the rep's eyes
during the call, and "ended" waits for the scorecard."""
SILENT_PAGE_S: Final = 10.0
"""A page sends sound all the time; one that has sent nothing for this long is lost."""

OnEvent = Callable[[CallEvent], Awaitable[None]]


class Talk(Protocol):
    """A call that a line is held for; agents.call.LiveCall is one."""

    async def run(self) -> CallOutcome: ...
    async def pause(self) -> None: ...
    async def resume(self) -> None: ...
    async def hang_up(self, reason: EndReason = "rep_hung_up") -> None: ...


class OpenCall:
    """A page that is lost puts the call on hold; it may come back, also reloaded, within
    `reconnect_s`. One page at a time: another is let in when the first is lost, or when it has
    the key that the first was given, and then it takes over."""

    _talk: Talk

    def __init__(self, far_end: Wire, rate_hz: int) -> None:
        self.key = secrets.token_urlsafe(16)
        self.line = SocketLine(
            rate_hz=rate_hz, send_audio=far_end.send_audio, send_json=far_end.send_json
        )
        self.far_end: Wire | None = far_end
        self.broken: tuple[Fault, int] | None = None
        """What a page said that made no sense, and the code to close with."""
        self._joining = asyncio.Lock()
        self._lost = asyncio.Event()
        self._joined = asyncio.Event()
        self._joined.set()
        self._over = asyncio.Event()
        self._rep_paused = False
        self._answered_at_s: float | None = None
        self._captions: list[dict[str, Any]] = []  # what was said, as told
        self._put_through: dict[str, Any] | None = None  # as told

    def place(self, place: Callable[[SocketLine, OnEvent], Talk]) -> None:
        """Raises what placing the call raises."""
        self._talk = place(self.line, self._tell)

    async def hang_up(self, reason: EndReason) -> None:
        await self._talk.hang_up(reason)

    async def hold(self, reconnect_s: float) -> CallOutcome:
        """From answering to hanging up, with the first page on the line."""
        assert self.far_end is not None
        await self.far_end.send_json(self._ready(resumed=False))
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(self.serve(self.far_end), name="line-serve")
            waiting = group.create_task(self._end_when_lost(reconnect_s), name="line-reconnect")
            try:
                return await self._talk.run()
            finally:
                self._over.set()
                serving.cancel()
                waiting.cancel()

    # -- a page on the line -----------------------------------------------------------------------

    async def join(self, far_end: Wire, hello: Hello) -> None:
        """Let a page in that comes back. Raises Fault: line-already-open, call-not-going-on."""
        async with self._joining:
            self._let_in(hello)
            missed = self._captions[hello.n_captions :]
            await self._leave()
            self.far_end = far_end
            self._lost.clear()
            self._joined.set()
            await far_end.send_json(self._ready(resumed=True))
            through = [self._put_through] if self._put_through is not None else []
            for told in (*through, *missed):
                await far_end.send_json({"type": "event", "event": told})
            self.line.attach(
                rate_hz=hello.rate_hz, send_audio=far_end.send_audio, send_json=far_end.send_json
            )
            if not self._rep_paused:
                await self._talk.resume()

    def _let_in(self, hello: Hello) -> None:
        if self._over.is_set():
            raise not_going_on()
        known = hmac.compare_digest(hello.key.encode(), self.key.encode())
        if self.far_end is not None and not known:
            raise already_open()

    async def serve(self, far_end: Wire) -> None:
        """Listen to a page until it is gone, another takes over, or the call is closed."""
        await self._listen(far_end)
        if self.broken is not None:
            await self._talk.hang_up("line_lost")
        elif self.far_end is not far_end:
            if not self._over.is_set():
                await far_end.fault(_taken_over(), wire.CLOSE_REFUSED)
            return
        elif not self._over.is_set():
            await self._lose(far_end)
            await far_end.close(wire.CLOSE_SILENT)
            return
        await far_end.left.wait()

    async def _listen(self, far_end: Wire) -> None:
        while (message := await far_end.receive_within(SILENT_PAGE_S)) is not None:
            if self._over.is_set():
                continue
            try:
                if isinstance(message, bytes):
                    await self.line.receive_audio(message)
                else:
                    await self._obey(wire.parsed(message))
            except Fault as fault:
                sound = isinstance(message, bytes)
                code = wire.CLOSE_NOT_SOUND if sound else wire.CLOSE_NOT_VALID
                self.broken = fault, code
                return

    async def _obey(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind in wire.REPORTS:
            await self.line.receive_report(wire.checked_report(message))
        elif kind == "pause":
            self._rep_paused = True
            await self._talk.pause()
        elif kind == "resume":
            self._rep_paused = False
            await self._talk.resume()
        elif kind == "hang_up":
            await self._talk.hang_up()
        elif kind != "mute":  # the page sends silence then; nothing is to be done here
            raise wire.not_valid("a playback report, mute, pause, resume or hang_up")

    # -- a page that is lost ----------------------------------------------------------------------

    async def _lose(self, far_end: Wire) -> None:
        async with self._joining:
            if self.far_end is not far_end:
                return
            await self._leave()
            self._joined.clear()
            self._lost.set()
            if far_end.close_code == wire.CLOSE_SERVER_STOPS:
                await self._talk.hang_up("stopped")
            elif far_end.close_code == wire.CLOSE_GIVEN_UP:
                await self._talk.hang_up("line_lost")
            else:
                await self._talk.pause()

    async def _leave(self) -> None:
        """Nobody is on the line then; the one who was is told to go."""
        if self.far_end is not None:
            left, self.far_end = self.far_end, None
            left.leave()
            await self.line.detach()

    async def _end_when_lost(self, reconnect_s: float) -> None:
        while True:
            await self._lost.wait()
            try:
                async with asyncio.timeout(reconnect_s):
                    await self._joined.wait()
            except TimeoutError:
                await self._talk.hang_up("line_lost")
                return

    # -- what the page is told --------------------------------------------------------------------

    def _ready(self, *, resumed: bool) -> dict[str, Any]:
        now_s = asyncio.get_running_loop().time()
        elapsed_s = 0.0 if self._answered_at_s is None else now_s - self._answered_at_s
        return {
            "type": "ready",
            "key": self.key,
            "resumed": resumed,
            "elapsed_s": round(elapsed_s, 3),
            "paused": self._rep_paused,
        }

    async def _tell(self, event: CallEvent) -> None:
        if event.kind not in TOLD:
            return
        if event.kind == "answered":
            self._answered_at_s = asyncio.get_running_loop().time()
        told = to_document(event)
        if event.kind == "caption" and event.data.get("final"):
            self._captions.append(told)
        elif event.kind == "put_through":
            self._put_through = told
        await self.tell({"type": "event", "event": told})

    async def tell(self, message: dict[str, Any]) -> None:
        if self.far_end is not None:
            await self.far_end.send_json(message)


def already_open() -> Fault:
    return Fault(
        "line-already-open",
        "This call is already open in another tab or window.",
        "Go on there, or close it and try again.",
    )


def not_going_on() -> Fault:
    return Fault(
        "call-not-going-on",
        "This call does not go on any more.",
        "What was said is kept. Look for it among your calls.",
    )


def _taken_over() -> Fault:
    return Fault(
        "line-taken-over",
        "This call goes on in another tab or window.",
        "Go on there, or close it and come back here.",
    )
