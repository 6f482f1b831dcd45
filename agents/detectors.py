"""livekit's voice activity and turn detectors on one rep's sound, and that sound by its time.

They sleep while there is nothing but the room to be heard, so seconds of this stream are seconds
that they were awake; call_s() knows where those lie in the call.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final, Protocol

import numpy as np
from livekit import rtc
from livekit.agents import inference, vad
from livekit.agents.language import LanguageCode
from livekit.agents.voice import io
from livekit.agents.voice.turn import TurnDetectionEvent
from numpy.typing import NDArray

from agents.clock import CallClock, StreamClock
from agents.level_drop import LevelDrop
from agents.quiet_gate import QuietGate
from agents.turn_taking import WINDOW_S
from speech.clip import Clip

RATE_HZ: Final = 16_000
"""Of every engine that listens."""
AWAKE_S: Final = 1.0
"""They stay awake this long after the last sound."""
N_LEAD: Final = 16
"""Frames from before they were woken that they are given then: 0.3 s."""
KEPT_S: Final = 2.0
"""Sound that is kept behind the present."""
USUAL_THRESHOLD: Final = 0.36


class _TurnDetectorStream(Protocol):
    """What is used of livekit's, whose class is not public."""

    def push_audio(self, frame: rtc.AudioFrame) -> None: ...
    def predict(self) -> "asyncio.Future[TurnDetectionEvent]": ...
    async def aclose(self) -> None: ...


class Detectors:
    """One call's."""

    def __init__(
        self, clock: CallClock, vad_model: vad.VAD, turn_detector: inference.TurnDetector
    ) -> None:
        self._stream_clock = StreamClock(clock)
        self._turn_detector = turn_detector
        self._vad: vad.VADStream = vad_model.stream()
        self._eot: _TurnDetectorStream = turn_detector.stream()
        self._sound = _Sound()
        self._gate = QuietGate()
        self._drop = LevelDrop()
        self._lead: deque[rtc.AudioFrame] = deque()
        self._quiet_s = 0.0
        self._slept_s = 0.0
        self.now_s = 0.0
        """Of the stream: how far windows() has come."""
        self.may_sleep = True
        """False while sound without speech matters, too."""
        self.deaf = False
        """True while the call is on hold: what comes in is not listened to."""

    async def threshold(self, language: str) -> float:
        """The probability from which a turn in this language counts as over."""
        least = await self._turn_detector.unlikely_threshold(LanguageCode(language))
        return USUAL_THRESHOLD if least is None else least

    async def take_in(self, source: io.AudioInput) -> None:
        """Until the line closes."""
        resampler: rtc.AudioResampler | None = None
        async for frame in source:
            self._stream_clock.arrived(frame.duration)
            if self.deaf:
                self._slept_s += frame.duration + sum(one.duration for one in self._lead)
                self._lead.clear()
                continue
            if resampler is None and frame.sample_rate != RATE_HZ:
                resampler = rtc.AudioResampler(frame.sample_rate, RATE_HZ, num_channels=1)
            for made in resampler.push(frame) if resampler else [frame]:
                self._hand_on(made)
        self._vad.end_input()

    async def windows(self) -> AsyncIterator[float]:
        """The probability of speech, window after window; 0 where the voice has dropped."""
        async for event in self._vad:
            if event.type == vad.VADEventType.INFERENCE_DONE:
                self.now_s += WINDOW_S
                window = self._sound.between(self.now_s - WINDOW_S, self.now_s).samples
                yield 0.0 if self._drop.dropped(window, WINDOW_S) else event.probability

    async def p_end(self) -> float:
        """How likely the rep's turn is over, by the sound up to now, 0 to 1."""
        return (await self._eot.predict()).end_of_turn_probability

    def sound(self, start_s: float, end_s: float) -> Clip:
        """What lay there, seconds of the stream; only the last of it is kept."""
        return self._sound.between(start_s, end_s)

    def forget(self) -> None:
        """Sound further back than KEPT_S is not needed any more."""
        self._sound.forget_before(self.now_s - KEPT_S)

    def call_s(self, stream_s: float) -> float:
        """A time of the stream in seconds of the call."""
        return max(0.0, self._stream_clock.zero_s + self._slept_s + stream_s)

    async def aclose(self) -> None:
        await self._vad.aclose()
        await self._eot.aclose()

    def _hand_on(self, frame: rtc.AudioFrame) -> None:
        """To the detectors, unless there has been nothing but the room for a while; what they
        slept through just before they are woken they hear then."""
        samples = np.frombuffer(frame.data, np.int16)
        if self._gate.passes(samples, RATE_HZ) or not self.may_sleep:
            self._quiet_s = 0.0
            while self._lead:
                self._hear(self._lead.popleft())
        else:
            self._quiet_s += frame.duration
        if self._quiet_s < AWAKE_S:
            self._hear(frame)
            return
        self._lead.append(frame)
        if len(self._lead) > N_LEAD:
            self._slept_s += self._lead.popleft().duration

    def _hear(self, frame: rtc.AudioFrame) -> None:
        self._sound.append(np.frombuffer(frame.data, np.int16))
        self._vad.push_frame(frame)
        self._eot.push_audio(frame)


class _Sound:
    """What the detectors have heard of late, by stream time."""

    def __init__(self) -> None:
        self._chunks: deque[NDArray[np.int16]] = deque()
        self._first = 0  # sample number of the first chunk's first

    def append(self, samples: NDArray[np.int16]) -> None:
        self._chunks.append(samples.copy())

    def between(self, start_s: float, end_s: float) -> Clip:
        first = max(0, round(start_s * RATE_HZ) - self._first)
        last = round(end_s * RATE_HZ) - self._first
        whole = np.concatenate([*self._chunks, np.zeros(0, np.int16)])
        return Clip(whole[first:last].astype(np.float32) / 32768.0, RATE_HZ)

    def forget_before(self, start_s: float) -> None:
        first = round(start_s * RATE_HZ)
        while self._chunks and self._first + len(self._chunks[0]) <= first:
            self._first += len(self._chunks.popleft())
