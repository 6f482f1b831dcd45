"""The rep's sound on its way into a call."""

import asyncio
from typing import Final

from livekit import rtc
from livekit.agents.voice import io

MAX_QUEUED_FRAMES: Final = 500
"""Ten seconds of microphone; the oldest frame goes first when the call cannot keep up."""


class LineInput(io.AudioInput):
    """A bounded queue of frames, the oldest dropped first."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label)
        self._frames: asyncio.Queue[rtc.AudioFrame | None] = asyncio.Queue()
        self._closed = False
        self._listening = False
        self.held = False
        self.n_dropped = 0
        """Frames lost because the call could not keep up."""

    def push(self, pcm: bytes, rate_hz: int) -> None:
        """Add s16le mono sound; what comes before the call listens is not part of it."""
        if self._closed or not self._listening:
            return
        if self._frames.qsize() >= MAX_QUEUED_FRAMES:
            self._frames.get_nowait()
            self.n_dropped += 1
        data = bytes(len(pcm)) if self.held else pcm
        self._frames.put_nowait(rtc.AudioFrame(data, rate_hz, 1, len(data) // 2))

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._frames.put_nowait(None)

    async def __anext__(self) -> rtc.AudioFrame:
        self._listening = True
        frame = await self._frames.get()
        if frame is None:
            self._frames.put_nowait(None)
            raise StopAsyncIteration
        return frame
