"""Sound that is made faster than it is taken, in frames."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import numpy as np
from livekit import rtc
from numpy.typing import NDArray

from speech.clip import Clip
from speech.resample import resample

FRAME_S = 0.02
AHEAD_S = 8.0
N_AHEAD = 2


class FrameBuffer:
    """Stretches of sound, made ahead by at most N_AHEAD of them or AHEAD_S."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.taken = False
        """True once a frame was taken."""
        self._n_frame = round(rate_hz * FRAME_S)
        self._stretches: deque[NDArray[np.int16]] = deque()
        self._finished = False
        self._changed = asyncio.Event()

    def add(self, clip: Clip) -> None:
        """One stretch, padded to whole frames with silence."""
        if len(framed := self._framed(clip)):
            self._stretches.append(framed)
            self._changed.set()

    def finish(self) -> None:
        """Nothing more comes; what is there can still be taken."""
        self._finished = True
        self._changed.set()

    def drop(self) -> None:
        """Finish with nothing left."""
        self._stretches.clear()
        self.finish()

    async def room(self) -> None:
        """Wait until the next stretch is worth making."""
        while len(self._stretches) >= N_AHEAD or self.ahead_s >= AHEAD_S:
            await self._change()

    @property
    def ahead_s(self) -> float:
        """Sound that is made and not taken."""
        return sum(map(len, self._stretches)) * FRAME_S

    async def frames(self) -> AsyncIterator[rtc.AudioFrame]:
        """Mono, 16 bits, FRAME_S each, as they are there, until finish()."""
        while self._stretches or not self._finished:
            if not self._stretches:
                await self._change()
                continue
            frame, rest = self._stretches[0][0], self._stretches[0][1:]
            if len(rest):
                self._stretches[0] = rest
            else:
                self._stretches.popleft()
            self.taken = True
            self._changed.set()
            yield rtc.AudioFrame(frame.tobytes(), self.rate_hz, 1, self._n_frame)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _framed(self, clip: Clip) -> NDArray[np.int16]:
        """Shape (n_frames, n_frame)."""
        samples = resample(clip, self.rate_hz).samples
        n_frames = -(-len(samples) // self._n_frame)
        padded = np.pad(samples, (0, n_frames * self._n_frame - len(samples)))
        return (np.clip(padded, -1, 1) * 32767).astype("<i2").reshape(n_frames, self._n_frame)
