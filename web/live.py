"""The server's end of a call by voice: the call page, and the line that it opens.

The wire, one WebSocket a call (the other end is static/line.js):

- up, text: {"type": "hello", "rate_hz"} first; then the playback reports "playback_started",
  "playback_progress" and "playback_finished" ({segment, played_s, interrupted}), "mute" ({on}),
  "pause", "resume", "hang_up".
- up, binary: u32 sequence and u32 milliseconds since capture began, little endian, then 20 ms of
  s16le mono sound at rate_hz.
- down, binary: u32 segment and u32 sample offset in it, then s16le mono sound at rate_hz.
- down, text: "ready"; "event" ({event: {kind, at_s, data}}); "flush" and "clear" ({segment});
  "scoring" ({reason}) when the call is over; "fault" ({code, said, remedy}) before a close that
  is not 1000. The event "ended" comes last, when the scorecard is there.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from agents.events import CallEvent, EndReason
from agents.lines import SocketLine
from agents.outcome import CallOutcome, to_document
from configs.fault import Fault
from speech.fault import SpeechFault

logger = logging.getLogger(__name__)
router = APIRouter()

LOWEST_HZ: Final = 8_000
HIGHEST_HZ: Final = 192_000
HELLO_LIMIT_S: Final = 10.0
LONGEST_TEXT: Final = 2_000
"""Characters in a text message; the longest honest one has about 100."""
LONGEST_PLAYED_S: Final = 86_400.0
REPORTS: Final = frozenset({"playback_started", "playback_progress", "playback_finished"})
TOLD: Final = frozenset(
    {"answered", "state", "caption", "response_gap", "paused", "resumed", "fault"}
)
"""Kinds of event that the page hears about. The buyer's decisions are not for the rep's eyes
during the call, and "ended" waits for the scorecard."""

CLOSE_DONE: Final = 1000
CLOSE_NOT_SOUND: Final = 1003
CLOSE_NOT_VALID: Final = 1007
CLOSE_REFUSED: Final = 1008
CLOSE_FAILED: Final = 1011
CLOSE_SERVER_STOPS: Final = 1012
"""uvicorn closes open sockets with this when it is told to stop."""


class Talk(Protocol):
    """A call that the line is held for; agents.call.LiveCall is one."""

    async def run(self) -> CallOutcome: ...
    async def pause(self) -> None: ...
    async def resume(self) -> None: ...
    async def hang_up(self, reason: EndReason = "rep_hung_up") -> None: ...


OnEvent = Callable[[CallEvent], Awaitable[None]]
PlaceCall = Callable[[SocketLine, OnEvent], Talk]
FinishCall = Callable[[CallOutcome], Awaitable[None]]


class LiveCalls:
    """The calls that go on in this process, one line each."""

    def __init__(self) -> None:
        self._talks: dict[str, Talk | None] = {}
        self._none_left = asyncio.Event()
        self._none_left.set()

    @contextmanager
    def hold(self, call_id: str) -> Iterator[None]:
        """Take the call's only line. Raises Fault "line-already-open"."""
        if call_id in self._talks:
            raise Fault(
                "line-already-open",
                "This call is already open in another tab or window.",
                "Go on there, or close it and try again.",
            )
        self._talks[call_id] = None
        self._none_left.clear()
        try:
            yield
        finally:
            del self._talks[call_id]
            if not self._talks:
                self._none_left.set()

    def answered(self, call_id: str, talk: Talk) -> None:
        self._talks[call_id] = talk

    async def hang_up_all(self, reason: EndReason = "stopped") -> None:
        """End every call and return when each is kept and scored."""
        for talk in list(self._talks.values()):
            if talk is not None:
                await talk.hang_up(reason)
        await self._none_left.wait()


class Wire:
    """A WebSocket that may be gone at any moment; what is sent then is dropped."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self.gone = False
        self.close_code = 1006
        """How the far end closed, when it did."""

    async def receive(self) -> str | bytes | None:
        """The next message; None when the far end is gone."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            self.gone, self.close_code = True, int(message.get("code") or 1006)
            return None
        text = message.get("text")
        return str(text) if text is not None else bytes(message["bytes"])

    async def send_audio(self, frame: bytes) -> None:
        await self._send(lambda: self._socket.send_bytes(frame))

    async def send_json(self, message: dict[str, Any]) -> None:
        await self._send(lambda: self._socket.send_text(json.dumps(message)))

    async def fault(self, fault: Fault | SpeechFault, code: int) -> None:
        """Say what went wrong and close."""
        said = {"code": fault.code, "said": fault.said, "remedy": fault.remedy}
        await self.send_json({"type": "fault", **said})
        await self.close(code)

    async def close(self, code: int) -> None:
        await self._send(lambda: self._socket.close(code))
        self.gone = True

    async def _send(self, send: Callable[[], Awaitable[None]]) -> None:
        if self.gone:
            return
        try:
            await send()
        except (WebSocketDisconnect, RuntimeError):  # starlette says either when it is closed
            self.gone = True


async def hold_line(
    wire: Wire, call_id: str, place: PlaceCall, finish: FinishCall, calls: LiveCalls
) -> None:
    """Hold one call over an accepted socket, from hello to close; faults go to the far end."""
    try:
        with calls.hold(call_id):
            rate_hz = await _hello(wire)
            if rate_hz is not None:
                await _Exchange(wire, rate_hz).hold(call_id, place, finish, calls)
    except Fault as fault:
        refused = fault.code in ("line-already-open", "line-no-hello")
        await wire.fault(fault, CLOSE_REFUSED if refused else CLOSE_NOT_VALID)


async def _hello(wire: Wire) -> int | None:
    """The far end's sample rate; None when it left. Raises Fault."""
    try:
        async with asyncio.timeout(HELLO_LIMIT_S):
            first = await wire.receive()
    except TimeoutError:
        said = f"Expected a hello within {HELLO_LIMIT_S:g} s, and none came."
        raise Fault("line-no-hello", said, "Reload the page.") from None
    if first is None:
        return None
    message = _parsed(first) if isinstance(first, str) else {}
    rate_hz = message.get("rate_hz")
    if message.get("type") != "hello" or not _is_whole(rate_hz, LOWEST_HZ, HIGHEST_HZ):
        raise _not_valid(f'a "hello" with a rate_hz from {LOWEST_HZ} to {HIGHEST_HZ}')
    assert isinstance(rate_hz, int)
    return rate_hz


class _Exchange:
    """What goes to and fro between the page and its call."""

    def __init__(self, wire: Wire, rate_hz: int) -> None:
        self._wire = wire
        self._rate_hz = rate_hz
        self._broken: tuple[Fault, int] | None = None

    async def hold(
        self, call_id: str, place: PlaceCall, finish: FinishCall, calls: LiveCalls
    ) -> None:
        wire = self._wire
        line = SocketLine(
            rate_hz=self._rate_hz, send_audio=wire.send_audio, send_json=wire.send_json
        )
        try:
            talk = place(line, self._tell)
            calls.answered(call_id, talk)
            await wire.send_json({"type": "ready"})
            outcome = await self._talk(talk, line)
            await wire.send_json({"type": "scoring", "reason": outcome.ended_reason})
            await finish(outcome)
        except* (Fault, SpeechFault) as faults:
            await wire.fault(_first(faults), CLOSE_FAILED)
        else:
            await self._part(outcome)
        finally:
            await line.aclose()

    async def _talk(self, talk: Talk, line: SocketLine) -> CallOutcome:
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(talk, line), name="line-listen")
            try:
                return await talk.run()
            finally:
                listening.cancel()

    async def _part(self, outcome: CallOutcome) -> None:
        ended = CallEvent("ended", outcome.duration_s, {"reason": outcome.ended_reason})
        await self._wire.send_json({"type": "event", "event": to_document(ended)})
        if self._broken is None:
            await self._wire.close(CLOSE_DONE)
        else:
            await self._wire.fault(*self._broken)

    async def _tell(self, event: CallEvent) -> None:
        if event.kind in TOLD:
            await self._wire.send_json({"type": "event", "event": to_document(event)})

    async def _listen(self, talk: Talk, line: SocketLine) -> None:
        """Until the far end is gone or talks nonsense; either ends the call, and keeps it."""
        while (message := await self._wire.receive()) is not None:
            try:
                if isinstance(message, bytes):
                    await line.receive_audio(message)
                else:
                    await _obey(_parsed(message), talk, line)
            except Fault as fault:
                code = CLOSE_NOT_SOUND if isinstance(message, bytes) else CLOSE_NOT_VALID
                self._broken = fault, code
                break
        stopped = self._wire.close_code == CLOSE_SERVER_STOPS
        await talk.hang_up("stopped" if stopped else "line_lost")


def _first(faults: BaseExceptionGroup[Fault | SpeechFault]) -> Fault | SpeechFault:
    first = faults.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


async def _obey(message: dict[str, Any], talk: Talk, line: SocketLine) -> None:
    kind = message.get("type")
    if kind in REPORTS:
        await line.receive_report(_report(message))
    elif kind == "pause":
        await talk.pause()
    elif kind == "resume":
        await talk.resume()
    elif kind == "hang_up":
        await talk.hang_up()
    elif kind != "mute":  # the page sends silence then; nothing is to be done here
        raise _not_valid("a playback report, mute, pause, resume or hang_up")


def _report(message: dict[str, Any]) -> dict[str, Any]:
    whole = _is_whole(message.get("segment"), 0, 2**32 - 1)
    if not whole or not _is_number(message.get("played_s", 0), 0, LONGEST_PLAYED_S):
        raise _not_valid("a playback report with a segment and played_s in seconds")
    return message


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_TEXT:
        raise _not_valid(f"at most {LONGEST_TEXT} characters")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise _not_valid("JSON") from None
    if not isinstance(message, dict):
        raise _not_valid("a JSON object")
    return message


def _is_number(value: object, low: float, high: float) -> bool:
    """False for NaN too, which json.loads lets through."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and _is_number(value, low, high)


def _not_valid(expected: str) -> Fault:
    return Fault(
        "line-message-not-valid",
        f"The page sent something else than Rehearse expected: {expected}.",
        "Reload the page; if it happens again, update Rehearse or the browser.",
    )
