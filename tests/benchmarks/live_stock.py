"""livekit-agents' own pipeline, as its documentation builds it: the arms "stock" and "tuned"."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel  # noqa: TID251 - what the stock pipeline would use
from live_line import BenchLine
from live_tape import Tape
from livekit import rtc
from livekit.agents import Agent, AgentSession, inference, llm, stt, tokenize, tts, utils
from livekit.agents.language import LanguageCode
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)
from livekit.agents.voice import TranscriptSynchronizer, io

from agents.openai_words import OpenAIWords
from agents.prompt import Message
from speech.clip import Clip
from speech.resample import resample
from speech.synthesizer import Synthesizer
from speech.words import Word

GREETING = "Hello, Martin Hale speaking."
REPLY = (
    "Well, we looked at something like that last year. It came out more expensive than what we "
    "do today, and my drivers did not like it much."
)
"""Where the words are authored."""
TUNED: dict[str, Any] = {
    "endpointing": {"min_delay": 0.3, "max_delay": 1.2},
    "interruption": {"min_duration": 0.25, "false_interruption_timeout": 1.0},
    "preemptive_generation": {
        "enabled": True,
        "preemptive_tts": True,
        "max_speech_duration": 60.0,
        "max_retries": 10,
    },
}
"""The best that was found among the public options."""


class StockWhisper(stt.STT[None]):
    """faster-whisper as a plain, whole-clip speech-to-text: 30 s windows, beam 1, no times."""

    def __init__(self, model: WhisperModel, tape: Tape) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self._whisper = model
        self._tape = tape

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.SpeechEvent:
        frame = rtc.combine_audio_frames(buffer)
        words = await asyncio.to_thread(self._words_of, frame)
        text = " ".join(w.text for w in words)
        data = stt.SpeechData(language=LanguageCode("en"), text=text, confidence=1.0)
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])

    def _words_of(self, frame: rtc.AudioFrame) -> tuple[Word, ...]:
        samples = np.frombuffer(frame.data, np.int16).astype(np.float32) / 32768
        clip = Clip(samples, frame.sample_rate)
        segments, _ = self._whisper.transcribe(
            resample(clip, 16_000).samples,
            language="en",
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
        )
        for _segment in segments:  # the work is done here
            pass
        return self._tape.words_of(clip)


class StockVoice(tts.TTS[None]):
    """The same voice as ours, as a plain text-to-speech."""

    def __init__(self, voice: Synthesizer) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False),
            sample_rate=voice.rate_hz,
            num_channels=1,
        )
        self.voice = voice

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> "StockVoiceStream":
        return StockVoiceStream(self, text, conn_options)


class StockVoiceStream(tts.ChunkedStream):
    def __init__(self, stock: StockVoice, text: str, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=stock, input_text=text, conn_options=conn_options)
        self._voice = stock.voice

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=self._voice.rate_hz,
            num_channels=1,
            mime_type="audio/pcm",
        )
        pieces = self._voice.synthesize(self._input_text)
        while (clip := await asyncio.to_thread(next, pieces, None)) is not None:
            pcm = (np.clip(clip.samples, -1, 1) * 32767).astype("<i2").tobytes()
            output_emitter.push(pcm)
        output_emitter.flush()


class StockWords(llm.LLM[None]):
    """The model server, through the same client as ours; REPLY where there is none."""

    def __init__(self, words: OpenAIWords | None) -> None:
        super().__init__()
        self.words = words

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> "StockWordsStream":
        return StockWordsStream(self, chat_ctx, conn_options)


class StockWordsStream(llm.LLMStream):
    def __init__(
        self, stock: StockWords, chat_ctx: llm.ChatContext, conn_options: APIConnectOptions
    ) -> None:
        super().__init__(stock, chat_ctx=chat_ctx, tools=[], conn_options=conn_options)
        self._words = stock.words

    async def _run(self) -> None:
        if self._words is None:
            self._send(REPLY)
            return
        messages: list[Message] = [
            {"role": "system" if m.role == "system" else "user", "content": m.text_content or ""}
            for m in self._chat_ctx.messages()
        ]
        async for piece in self._words.stream(messages):
            self._send(piece)

    def _send(self, text: str) -> None:
        delta = llm.ChoiceDelta(role="assistant", content=text)
        self._event_ch.send_nowait(llm.ChatChunk(id="1", delta=delta))


class StockBuyer(Agent):
    """Notes when a turn of the rep was taken for complete."""

    def __init__(self, on_turn: Callable[[float], None]) -> None:
        super().__init__(instructions="You are a buyer on a sales call. Answer in two sentences.")
        self._on_turn = on_turn

    async def on_user_turn_completed(
        self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage
    ) -> None:
        self._on_turn(time.time())


class NoText(io.TextOutput):
    """Captions that nobody reads."""

    def __init__(self) -> None:
        super().__init__(label="captions", next_in_chain=None)

    async def capture_text(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass


class StockEngines:
    """What the calls of one process share."""

    def __init__(
        self, folder: Path, words: OpenAIWords | None, voice: Synthesizer, *, tuned: bool
    ) -> None:
        self.whisper = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
        self.words = words
        self.voice = voice
        self.tuned = tuned
        self.vad = inference.VAD()
        self.turn_detector = inference.TurnDetector(version="v1-mini")


class StockCall:
    """One call over the line."""

    def __init__(self, engines: StockEngines, line: BenchLine) -> None:
        self._engines = engines
        self._line = line
        self.committed: list[float] = []
        """When a turn was taken for complete."""
        self.stages: list[dict[str, Any]] = []
        self.ended = asyncio.Event()

    async def __aenter__(self) -> "StockCall":
        engines = self._engines
        self._session = session = _session(engines, self._line.tape)
        session.input.audio = self._line.audio_input
        self._synchronizer = TranscriptSynchronizer(
            next_in_chain_audio=self._line.audio_output, next_in_chain_text=NoText()
        )
        session.output.audio = self._synchronizer.audio_output
        session.output.transcription = self._synchronizer.text_output
        await session.start(StockBuyer(self.committed.append), record=False)
        session.say(GREETING)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.ended.set()
        await self._session.aclose()
        await self._line.aclose()
        await self._synchronizer.aclose()


def _session(engines: StockEngines, tape: Tape) -> "AgentSession[None]":
    parts: dict[str, Any] = {
        "vad": engines.vad,
        "stt": stt.StreamAdapter(stt=StockWhisper(engines.whisper, tape), vad=engines.vad),
        "llm": StockWords(engines.words),
    }
    voice = StockVoice(engines.voice)
    turns: dict[str, Any] = {"turn_detection": engines.turn_detector}
    if not engines.tuned:
        return AgentSession(**parts, tts=tts.StreamAdapter(tts=voice), turn_handling=turns)
    sentences = tokenize.blingfire.SentenceTokenizer(
        min_sentence_len=8, stream_context_len=2, retain_format=True
    )
    return AgentSession(
        **parts,
        tts=tts.StreamAdapter(tts=voice, sentence_tokenizer=sentences),
        turn_handling=turns | TUNED,
        aec_warmup_duration=None,
    )
