"""What the call page and the server say to each other, and the socket that carries it.

One WebSocket a page (the other end is static/line.js):

- up, text: {"type": "hello", "rate_hz"} first; with "resume" (true), "key" and "n_captions" by a
  page that comes back to a call that goes on: `key` is what "ready" gave it, if it has it still,
  and takes the line over from a socket that is not known to be dead yet; `n_captions` is how many
  finished captions it has. Then the playback reports "playback_started", "playback_progress" (ten
  times a second, and when playing stops for the time being) and "playback_finished" ({segment,
  played_s, interrupted}), "mute" ({on}), "pause", "resume", "hang_up".
- up, binary: u32 sequence and u32 milliseconds since capture began, little endian, then 20 ms of
  s16le mono sound at rate_hz. All the time, also when muted: a page that sends nothing for ten
  seconds is taken as lost. A number that is left out is heard as silence of a frame's length;
  sound and milliseconds must run at the same speed.
- down, binary: u32 segment and u32 sample offset in it, then up to 20 ms of s16le mono sound at
  rate_hz. At most a second more than what was reported as played.
- down, text: "ready" ({key, resumed, elapsed_s, paused}); "event" ({event: {kind, at_s, data}});
  "flush" and "clear" ({segment}); "hold" (stop playing where it is, keep the rest) and "release"
  (go on there), which hold for every segment; "scoring" ({reason}) when the call is over; "fault"
  ({code, said, remedy}) before a close that is not 1000. The event "ended" comes last, when the
  scorecard is there.

A socket that closes before "hang_up", other than with 4001, puts the call on hold. The segment
that was playing is over then, interrupted where it was last reported. A page that says hello
within 30 seconds goes on with the call: after "ready" it is told again that it was put through,
when it was, then the captions that it lacks.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi import WebSocket, WebSocketDisconnect

from configs.fault import Fault
from speech.fault import SpeechFault

LOWEST_HZ: Final = 8_000
HIGHEST_HZ: Final = 192_000
LONGEST_TEXT: Final = 2_000
"""Characters in a text message; the longest honest one has about 100."""
LONGEST_PLAYED_S: Final = 86_400.0
LONGEST_KEY: Final = 100
"""Characters."""
SLOWEST_S: Final = 10.0
"""A socket that takes nothing for this long is lost."""
REPORTS: Final = frozenset({"playback_started", "playback_progress", "playback_finished"})

CLOSE_DONE: Final = 1000
CLOSE_NOT_SOUND: Final = 1003
CLOSE_NOT_VALID: Final = 1007
CLOSE_REFUSED: Final = 1008
CLOSE_FAILED: Final = 1011
CLOSE_SERVER_STOPS: Final = 1012
"""uvicorn closes open sockets with this when it is told to stop."""
CLOSE_GIVEN_UP: Final = 4001
"""From a page that will not come back."""
CLOSE_SILENT: Final = 4408
"""Nothing came from the page any more."""


class Wire:
    """An accepted WebSocket that may be gone at any moment; what is sent then is dropped."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self.gone = False
        self.left = asyncio.Event()
        """Set when it is gone, or is to go."""
        self.close_code = 1006
        """How the far end closed, when it did."""
        self._patience: asyncio.Timeout | None = None

    def leave(self) -> None:
        """Nothing is received from it any more; it may still be told why."""
        self.left.set()
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time())

    async def receive_within(self, limit_s: float) -> str | bytes | None:
        """The next message; None when none came, or the far end is gone or is to go."""
        if self.left.is_set():
            return None
        try:
            async with asyncio.timeout(limit_s) as self._patience:
                return await self._receive()
        except TimeoutError:
            return None
        finally:
            self._patience = None

    async def _receive(self) -> str | bytes | None:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            self.close_code = int(message.get("code") or 1006)
            self._is_gone()
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
        self._is_gone()

    async def _send(self, send: Callable[[], Awaitable[None]]) -> None:
        if self.gone:
            return
        try:
            async with asyncio.timeout(SLOWEST_S):
                await send()
        except (WebSocketDisconnect, RuntimeError, TimeoutError):
            self._is_gone()  # starlette says either of the first two when it is closed

    def _is_gone(self) -> None:
        self.gone = True
        self.leave()


@dataclass(frozen=True, slots=True)
class Hello:
    """A page's first message."""

    rate_hz: int
    resume: bool = False
    """Whether it comes back to a call that goes on."""
    key: str = ""
    n_captions: int = 0


def hello_of(message: str | bytes) -> Hello:
    """The far end's first message. Raises Fault."""
    said = parsed(message) if isinstance(message, str) else {}
    rate_hz, key = said.get("rate_hz"), said.get("key", "")
    if said.get("type") != "hello" or not _is_whole(rate_hz, LOWEST_HZ, HIGHEST_HZ):
        raise not_valid(f'a "hello" with a rate_hz from {LOWEST_HZ} to {HIGHEST_HZ}')
    n_captions, resume = said.get("n_captions", 0), said.get("resume", False)
    is_key = isinstance(key, str) and len(key) <= LONGEST_KEY
    if not is_key or not isinstance(resume, bool) or not _is_whole(n_captions, 0, 2**32 - 1):
        raise not_valid('a "hello" with resume, a short key and a number of captions')
    assert isinstance(rate_hz, int)
    return Hello(rate_hz, resume, key, n_captions)


def checked_report(message: dict[str, Any]) -> dict[str, Any]:
    """The playback report itself. Raises Fault when its numbers cannot be true."""
    whole = _is_whole(message.get("segment"), 0, 2**32 - 1)
    if not whole or not _is_number(message.get("played_s", 0), 0, LONGEST_PLAYED_S):
        raise not_valid("a playback report with a segment and played_s in seconds")
    return message


def parsed(text: str) -> dict[str, Any]:
    """A text message. Raises Fault unless it is a JSON object of a sane length."""
    if len(text) > LONGEST_TEXT:
        raise not_valid(f"at most {LONGEST_TEXT} characters")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise not_valid("JSON") from None
    if not isinstance(message, dict):
        raise not_valid("a JSON object")
    return message


def not_valid(expected: str) -> Fault:
    return Fault(
        "line-message-not-valid",
        f"The page sent something else than Rehearse expected: {expected}.",
        "Reload the page; if it happens again, update Rehearse or the browser.",
    )


def _is_number(value: object, low: float, high: float) -> bool:
    """False for NaN too, which json.loads lets through."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and _is_number(value, low, high)
