"""A line carries one call: the rep's sound in, the buyer's sound out.

Sound in and out are livekit's own io.AudioInput and io.AudioOutput. An output is truthful: it
says that playback started, progressed or finished only when the far end really played it, since
the recording, the transcript and the response gap all rest on that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from livekit.agents.voice import io

from agents.line_frame import FRAME_S, HEADER, parsed_frame
from agents.line_health import LineHealth
from agents.line_input import LineInput
from agents.line_jitter import JitterBuffer
from agents.line_output import SocketOutput
from agents.line_rate import RateBridge, RateCheck
from configs.fault import Fault

__all__ = ["FRAME_S", "HEADER", "Line", "SocketLine"]

SendAudio = Callable[[bytes], Awaitable[None]]
SendJson = Callable[[dict[str, Any]], Awaitable[None]]


class Line(Protocol):
    """What a call needs of the way onto it."""

    @property
    def audio_input(self) -> io.AudioInput: ...

    @property
    def audio_output(self) -> io.AudioOutput: ...

    def hold(self, on: bool) -> None:
        """While on, the rep's sound is replaced by silence, so that the time line goes on."""
        ...

    def health(self) -> LineHealth:
        """What was lost of the rep's sound so far."""
        ...

    async def aclose(self) -> None: ...


class SocketLine:
    """A browser over a WebSocket, which may be lost and come back: between detach and attach the
    rep is silent, the time line goes on, and the buyer's sound waits."""

    def __init__(self, *, rate_hz: int, send_audio: SendAudio, send_json: SendJson) -> None:
        """Attached from the start."""
        self._rate_hz = rate_hz
        self._outbox: asyncio.Queue[bytes | dict[str, Any]] = asyncio.Queue()
        self._input = LineInput("socket")
        self._output = SocketOutput(rate_hz=rate_hz, post=self._post)
        self._jitter = JitterBuffer()
        self._check = RateCheck()
        self._bridge: RateBridge | None = None
        self._far_hz = rate_hz
        self._n_detached = 0
        self._sender = self._begin_sending(send_audio, send_json)
        self._silence: asyncio.Task[None] | None = None

    @property
    def audio_input(self) -> io.AudioInput:
        return self._input

    @property
    def audio_output(self) -> io.AudioOutput:
        return self._output

    def hold(self, on: bool) -> None:
        self._input.held = on

    def health(self) -> LineHealth:
        return LineHealth.of(self._jitter.counts, self._input.n_dropped, self._n_detached)

    # -- from the far end -------------------------------------------------------------------------

    async def receive_audio(self, message: bytes) -> None:
        """One binary message: header and s16le mono. Raises Fault "line-frame-not-valid",
        "line-rate-not-true"."""
        frame = parsed_frame(message, self._far_hz)
        at_s = asyncio.get_running_loop().time()
        self._check.arrived(frame, at_s)
        for pcm in self._jitter.arrived(frame, at_s):
            for piece in self._bridge.up(pcm) if self._bridge else [pcm]:
                self._input.push(piece, self._rate_hz)

    async def receive_report(self, message: dict[str, Any]) -> None:
        """One playback report. Raises Fault "line-report-not-valid"."""
        segment, played_s = message.get("segment"), message.get("played_s", 0.0)
        if not isinstance(segment, int) or not isinstance(played_s, int | float):
            raise Fault(
                "line-report-not-valid", "Expected a whole segment and played_s in seconds."
            )
        self._output.report(
            str(message.get("type")), segment, float(played_s), bool(message.get("interrupted"))
        )

    # -- to the far end ---------------------------------------------------------------------------

    def _post(self, message: bytes | dict[str, Any]) -> None:
        if self._silence is None:
            self._outbox.put_nowait(message)

    def _begin_sending(self, send_audio: SendAudio, send_json: SendJson) -> asyncio.Task[None]:
        sending = self._send_all(self._outbox, send_audio, send_json)
        return asyncio.create_task(sending, name="line-sender")

    async def _send_all(
        self,
        outbox: "asyncio.Queue[bytes | dict[str, Any]]",
        send_audio: SendAudio,
        send_json: SendJson,
    ) -> None:
        while True:
            message = await outbox.get()
            if isinstance(message, dict):
                await send_json(message)
                continue
            for piece in self._bridge.down(message) if self._bridge else [message]:
                await send_audio(piece)

    # -- a far end that is lost and comes back ----------------------------------------------------

    async def detach(self) -> None:
        """The far end is lost: a reply that it was playing ends with what it had reported."""
        if self._silence is not None:
            return
        self._n_detached += 1
        self._silence = asyncio.create_task(self._keep_time(), name="line-silence")
        self._sender.cancel()
        await asyncio.gather(self._sender, return_exceptions=True)
        self._output.detach()

    def attach(self, *, rate_hz: int, send_audio: SendAudio, send_json: SendJson) -> None:
        """A far end is there again; its frames may be numbered anew."""
        if self._silence is None:
            raise RuntimeError("a line has one far end")
        self._silence.cancel()
        self._silence = None
        self._far_hz = rate_hz
        self._bridge = None if rate_hz == self._rate_hz else RateBridge(self._rate_hz, rate_hz)
        self._jitter.restart()
        self._check = RateCheck()
        self._outbox = asyncio.Queue()
        self._sender = self._begin_sending(send_audio, send_json)
        self._output.attach()

    async def _keep_time(self) -> None:
        """The rep's silence while nobody sends any."""
        loop = asyncio.get_running_loop()
        silence = bytes(2 * round(FRAME_S * self._rate_hz))
        due_s = loop.time()
        while True:
            self._input.push(silence, self._rate_hz)
            due_s += FRAME_S
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    async def aclose(self) -> None:
        self._input.close()
        self._output.close()
        tasks = [task for task in (self._sender, self._silence) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
