"""What the call page and the server say to each other, and the socket that carries it.

One WebSocket a call (the other end is static/line.js):

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

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import WebSocket, WebSocketDisconnect

from configs.fault import Fault
from speech.fault import SpeechFault

LOWEST_HZ: Final = 8_000
HIGHEST_HZ: Final = 192_000
LONGEST_TEXT: Final = 2_000
"""Characters in a text message; the longest honest one has about 100."""
LONGEST_PLAYED_S: Final = 86_400.0
REPORTS: Final = frozenset({"playback_started", "playback_progress", "playback_finished"})

CLOSE_DONE: Final = 1000
CLOSE_NOT_SOUND: Final = 1003
CLOSE_NOT_VALID: Final = 1007
CLOSE_REFUSED: Final = 1008
CLOSE_FAILED: Final = 1011
CLOSE_SERVER_STOPS: Final = 1012
"""uvicorn closes open sockets with this when it is told to stop."""


class Wire:
    """An accepted WebSocket that may be gone at any moment; what is sent then is dropped."""

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


def rate_of_hello(message: str | bytes) -> int:
    """The far end's sample rate from its first message. Raises Fault."""
    hello = parsed(message) if isinstance(message, str) else {}
    rate_hz = hello.get("rate_hz")
    if hello.get("type") != "hello" or not _is_whole(rate_hz, LOWEST_HZ, HIGHEST_HZ):
        raise not_valid(f'a "hello" with a rate_hz from {LOWEST_HZ} to {HIGHEST_HZ}')
    assert isinstance(rate_hz, int)
    return rate_hz


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
