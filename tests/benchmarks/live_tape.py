"""The words that were really said, at the cost of the engine that was asked for them.

A model of random weights costs what the real one costs and prints one fixed sentence. So the work
is done and its words thrown away: the sound that was handed over is found again on the tape of
what went over the line, by its loudness, and what was said there is given back.
"""

import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np
from livekit import rtc
from livekit.agents.voice import io
from numpy.typing import NDArray

from speech.clip import Clip
from speech.words import Word

HOP_S: Final = 0.01
FLOOR_DB: Final = -70.0
KEPT_S: Final = 40.0
LOOKED_AT_S: Final = 4.0
"""Of the end of the sound that was handed over."""
NEARLY_S: Final = 0.06
"""A word that ends this much after the sound is still heard."""
FRAME_S: Final = 0.01
"""The line's next frame comes this much after a sound was begun, on average."""


class Tape(io.AudioInput):
    """Passes the rep's sound on and keeps it. Words may be asked for in a thread."""

    def __init__(self, source: io.AudioInput) -> None:
        super().__init__(label="tape", source=source)
        self._frames: deque[rtc.AudioFrame] = deque()
        self._kept_s = 0.0
        self._now_s = 0.0
        self._words: list[Word] = []  # in seconds of the tape
        self._lock = threading.Lock()

    async def __anext__(self) -> rtc.AudioFrame:
        frame = await super().__anext__()
        with self._lock:
            self._frames.append(frame)
            self._now_s += frame.duration
            self._kept_s += frame.duration
            if self._kept_s > KEPT_S:
                self._kept_s -= self._frames.popleft().duration
        return frame

    def carries(self, words: Sequence[Word]) -> None:
        """What is said from now on."""
        zero_s = self._now_s + FRAME_S
        with self._lock:
            self._words += [Word(w.text, w.start_s + zero_s, w.end_s + zero_s, 0.9) for w in words]

    def words_of(self, clip: Clip) -> tuple[Word, ...]:
        """What was said in the sound, in seconds from its start."""
        end_s = self._end_of(clip)
        start_s = end_s - clip.duration_s
        with self._lock:
            said = list(self._words)
        return tuple(
            Word(
                w.text,
                min(max(0.0, w.start_s - start_s), clip.duration_s),
                min(max(0.0, w.end_s - start_s), clip.duration_s),
                w.p,
            )
            for w in said
            if w.end_s <= end_s + NEARLY_S and (w.start_s + w.end_s) / 2 >= start_s
        )

    def _end_of(self, clip: Clip) -> float:
        """Where the sound ends on the tape: the place whose loudness fits best."""
        samples = clip.samples[-round(LOOKED_AT_S * clip.rate_hz) :]
        hop = round(HOP_S * clip.rate_hz)
        samples = samples[len(samples) % hop :]  # in step with the sound's end
        sought = _levels(np.round(samples * 32768), clip.rate_hz)
        with self._lock:
            frames, tape_end_s = list(self._frames), self._now_s
        tape = _loudness_of(frames)
        if len(sought) == 0 or len(tape) < len(sought):
            return tape_end_s
        squares = np.concatenate([[0.0], np.cumsum(tape**2)])
        n = len(sought)
        misfit = squares[n:] - squares[:-n] - 2 * np.correlate(tape, sought, "valid")
        behind = len(misfit) - 1 - int(np.argmin(misfit))
        return tape_end_s - behind * HOP_S


def _loudness_of(frames: Sequence[rtc.AudioFrame]) -> NDArray[np.float64]:
    if not frames:
        return np.zeros(0)
    pcm = np.concatenate([np.frombuffer(frame.data, np.int16) for frame in frames])
    return _levels(pcm, frames[0].sample_rate)


def _levels(pcm: NDArray[np.generic], rate_hz: int) -> NDArray[np.float64]:
    """Decibels above FLOOR_DB in each 10 ms, 0 for what is fainter; shape (n_hops,)."""
    hop = round(HOP_S * rate_hz)
    n = len(pcm) // hop
    power = (pcm[: n * hop].astype(np.float64).reshape(n, hop) ** 2).mean(axis=1)
    return np.maximum(0.0, 10 * np.log10(power / 32768**2 + 1e-12) - FLOOR_DB)
