"""A Transcriber as livekit's speech-to-text, with word times on the call's clock."""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Callable
from concurrent.futures import Executor

import numpy as np
from livekit import rtc
from livekit.agents import stt, utils, vad
from livekit.agents.language import LanguageCode
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

from agents.clock import CallClock
from speech.clip import Clip
from speech.fault import SpeechFault
from speech.transcriber import Transcriber
from speech.words import Utterance, Word


def to_clip(frames: list[rtc.AudioFrame]) -> Clip:
    """livekit frames as one clip; channels are averaged."""
    merged = utils.merge_frames(frames)
    samples = np.frombuffer(merged.data, dtype=np.int16).reshape(-1, merged.num_channels)
    mono = samples.mean(axis=1).astype(np.float32) / 32768.0
    return Clip(mono, merged.sample_rate)


class LiveTranscriber(stt.STT[None]):
    """Cuts the rep's sound where the VAD hears an end of speech, and transcribes each piece."""

    def __init__(
        self,
        transcriber: Transcriber,
        vad_model: vad.VAD,
        clock: CallClock,
        executor: Executor,
        *,
        language: str,
        on_utterance: Callable[[Utterance], None],
        on_fault: Callable[[SpeechFault], None],
    ) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=False, offline_recognize=False
            )
        )
        self.transcriber = transcriber
        self.vad_model = vad_model
        self.clock = clock
        self.executor = executor
        self.language = LanguageCode(language)
        self.on_utterance = on_utterance
        self.on_fault = on_fault

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("a live call is transcribed through stream()")

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> "LiveStream":
        return LiveStream(self, conn_options)


class LiveStream(stt.RecognizeStream):
    """One rep's microphone, from answering to hanging up."""

    def __init__(self, live: LiveTranscriber, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=live, conn_options=conn_options)
        self._live = live
        # Call time of the first sample, by each of the last frames: the least delayed is right,
        # and a stretch of lost frames is forgotten within two seconds.
        self._zeros_s: deque[float] = deque(maxlen=100)

    async def _metrics_monitor_task(self, event_aiter: AsyncIterable[stt.SpeechEvent]) -> None:
        async for _ in event_aiter:  # usage is counted by the call, not per request
            pass

    async def _run(self) -> None:
        vad_stream = self._live.vad_model.stream()
        pieces: asyncio.Queue[vad.VADEvent] = asyncio.Queue()
        tasks = [
            asyncio.create_task(self._hear(vad_stream), name="stt-hear"),
            asyncio.create_task(self._cut(vad_stream, pieces), name="stt-cut"),
            asyncio.create_task(self._transcribe_all(pieces), name="stt-transcribe"),
        ]
        try:
            done, _ = await asyncio.wait(tasks[:2], return_when=asyncio.ALL_COMPLETED)
            for task in done:
                task.result()
        finally:
            await utils.aio.cancel_and_wait(*tasks)
            await vad_stream.aclose()

    async def _hear(self, vad_stream: vad.VADStream) -> None:
        heard_s = 0.0
        async for item in self._input_ch:
            if isinstance(item, self._FlushSentinel):
                vad_stream.flush()
                continue
            heard_s += item.duration
            self._zeros_s.append(self._live.clock.now_s() - heard_s)
            vad_stream.push_frame(item)
        vad_stream.end_input()

    async def _cut(self, vad_stream: vad.VADStream, pieces: "asyncio.Queue[vad.VADEvent]") -> None:
        async for event in vad_stream:
            if event.type == vad.VADEventType.START_OF_SPEECH:
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
            elif event.type == vad.VADEventType.END_OF_SPEECH:
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))
                pieces.put_nowait(event)

    async def _transcribe_all(self, pieces: "asyncio.Queue[vad.VADEvent]") -> None:
        loop = asyncio.get_running_loop()
        while True:
            event = await pieces.get()
            clip = to_clip(event.frames)
            start_s = min(self._zeros_s, default=0.0) + event.timestamp - clip.duration_s
            try:
                words = await loop.run_in_executor(
                    self._live.executor, self._live.transcriber.transcribe, clip
                )
            except SpeechFault as fault:
                self._live.on_fault(fault)
                continue
            if words:
                self._send(utterance(words, start_s, event))

    def _send(self, said: Utterance) -> None:
        self._live.on_utterance(said)
        data = stt.SpeechData(
            language=self._live.language,
            text=said.text,
            start_time=said.start_s,
            end_time=said.end_s,
            confidence=1.0,
        )
        self._event_ch.send_nowait(
            stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])
        )


def utterance(words: tuple[Word, ...], start_s: float, event: vad.VADEvent) -> Utterance:
    """Words of one piece, moved to the call's clock; it ends where the VAD heard speech end."""
    moved = tuple(
        Word(w.text, max(0.0, w.start_s + start_s), max(0.0, w.end_s + start_s), w.p) for w in words
    )
    clip_s = sum(f.duration for f in event.frames)
    end_s = max(moved[-1].end_s, start_s + clip_s - event.silence_duration)
    return Utterance("rep", moved[0].start_s, end_s, " ".join(w.text for w in moved), moved)
