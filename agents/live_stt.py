"""A Transcriber as livekit's speech-to-text, with word times on the call's clock."""

import asyncio
from collections.abc import AsyncIterable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

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

from agents.clock import CallClock, StreamClock
from speech.clip import Clip
from speech.fault import SpeechFault
from speech.transcriber import Transcriber
from speech.words import Utterance, Word

SHORT_PAUSE_S: Final = 0.06
"""Silence inside speech at which a part may be cut off: two windows of the VAD."""


def to_clip(frames: list[rtc.AudioFrame]) -> Clip:
    """livekit frames as one clip; channels are averaged."""
    merged = utils.merge_frames(frames)
    samples = np.frombuffer(merged.data, dtype=np.int16).reshape(-1, merged.num_channels)
    mono = samples.mean(axis=1).astype(np.float32) / 32768.0
    return Clip(mono, merged.sample_rate)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a stretch of speech, or its rest."""

    clip: Clip
    start_s: float
    """Of the clip, on the call's clock."""
    speech_end_s: float | None
    """Where the VAD heard speech end; None while the rep is still speaking."""


class LiveTranscriber(stt.STT[None]):
    """Cuts the rep's sound where the VAD hears an end of speech, and transcribes each stretch.

    With `part_s`, a stretch longer than that is handed over in parts, cut at short pauses, while
    the rep still speaks: for an engine whose time grows with the length of the sound.
    """

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
        part_s: float | None = None,
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
        self.part_s = part_s
        self.n_pending = 0
        """Pieces that were cut and whose words are not known yet."""

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.SpeechEvent:
        raise RuntimeError("a live call is transcribed through stream()")

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
        self._stream_clock = StreamClock(live.clock)
        self._unsent: list[rtc.AudioFrame] = []
        self._pieces: asyncio.Queue[Piece] = asyncio.Queue()

    async def _metrics_monitor_task(self, event_aiter: AsyncIterable[stt.SpeechEvent]) -> None:
        async for _ in event_aiter:  # usage is counted by the call, not per request
            pass

    async def _run(self) -> None:
        vad_stream = self._live.vad_model.stream()
        tasks = [
            asyncio.create_task(self._hear(vad_stream), name="stt-hear"),
            asyncio.create_task(self._cut(vad_stream), name="stt-cut"),
            asyncio.create_task(self._transcribe_all(), name="stt-transcribe"),
        ]
        try:
            done, _ = await asyncio.wait(tasks[:2], return_when=asyncio.ALL_COMPLETED)
            for task in done:
                task.result()
        finally:
            await utils.aio.cancel_and_wait(*tasks)
            await vad_stream.aclose()

    async def _hear(self, vad_stream: vad.VADStream) -> None:
        async for item in self._input_ch:
            if isinstance(item, self._FlushSentinel):
                vad_stream.flush()
                continue
            self._stream_clock.arrived(item.duration)
            vad_stream.push_frame(item)
        vad_stream.end_input()

    async def _cut(self, vad_stream: vad.VADStream) -> None:
        async for event in vad_stream:
            if event.type == vad.VADEventType.START_OF_SPEECH:
                self._unsent = list(event.frames)
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
            elif event.type == vad.VADEventType.END_OF_SPEECH:
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))
                self._hand_over(event, ended=True)
            elif event.speaking:
                self._unsent += event.frames
                if self._part_is_whole(event):
                    self._hand_over(event, ended=False)

    def _part_is_whole(self, event: vad.VADEvent) -> bool:
        if self._live.part_s is None or event.raw_accumulated_silence < SHORT_PAUSE_S:
            return False
        return sum(f.duration for f in self._unsent) >= self._live.part_s

    def _hand_over(self, event: vad.VADEvent, *, ended: bool) -> None:
        clip, self._unsent = to_clip(self._unsent), []
        now_s = self._stream_clock.zero_s + event.timestamp
        speech_end_s = now_s - event.silence_duration if ended else None
        self._live.n_pending += 1
        self._pieces.put_nowait(Piece(clip, now_s - clip.duration_s, speech_end_s))

    async def _transcribe_all(self) -> None:
        words: tuple[Word, ...] = ()
        while True:
            piece = await self._pieces.get()
            words += await self._transcribe(piece)
            self._live.n_pending -= 1
            if piece.speech_end_s is not None:
                if words:
                    self._send(words, piece.speech_end_s)
                words = ()

    async def _transcribe(self, piece: Piece) -> tuple[Word, ...]:
        """Words on the call's clock; () when the engine failed, which is reported."""
        try:
            heard = await asyncio.get_running_loop().run_in_executor(
                self._live.executor, self._live.transcriber.transcribe, piece.clip
            )
        except SpeechFault as fault:
            self._live.on_fault(fault)
            return ()
        zero_s = piece.start_s
        return tuple(
            Word(w.text, max(0.0, w.start_s + zero_s), max(0.0, w.end_s + zero_s), w.p)
            for w in heard
        )

    def _send(self, words: tuple[Word, ...], speech_end_s: float) -> None:
        text = " ".join(w.text for w in words)
        end_s = max(words[-1].end_s, speech_end_s)
        self._live.on_utterance(Utterance("rep", words[0].start_s, end_s, text, words))
        data = stt.SpeechData(
            language=self._live.language,
            text=text,
            start_time=words[0].start_s,
            end_time=end_s,
            confidence=1.0,
        )
        self._event_ch.send_nowait(
            stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])
        )
