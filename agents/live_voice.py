"""A Synthesizer as livekit's text-to-speech."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor

import numpy as np
from livekit.agents import tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.synthesizer import Synthesizer


class LiveVoice(tts.TTS[None]):
    """One persona's voice, made in a thread; a fallback voice takes over when the first fails."""

    def __init__(
        self,
        voice: Synthesizer,
        fallback: Synthesizer,
        executor: Executor,
        *,
        on_fault: Callable[[SpeechFault], None],
    ) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False),
            sample_rate=voice.rate_hz,
            num_channels=1,
        )
        self._voice = voice
        self._fallback = fallback
        self.executor = executor
        self._on_fault = on_fault

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> "VoiceStream":
        return VoiceStream(self, text, conn_options)

    def speak(self, text: str) -> Iterator[Clip]:
        """Clips at the first voice's rate, whichever voice made them. Blocks; for a thread."""
        n_made = 0
        try:
            for clip in self._voice.synthesize(text):
                n_made += 1
                yield clip
        except SpeechFault as fault:
            self._on_fault(fault)
            if n_made == 0 and self._fallback.rate_hz == self.sample_rate:
                yield from self._fallback.synthesize(text)


class VoiceStream(tts.ChunkedStream):
    def __init__(self, voice: LiveVoice, text: str, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._live = voice

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=self._live.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
        )
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[bytes | None] = asyncio.Queue()

        def make() -> None:
            try:
                for clip in self._live.speak(self._input_text):
                    pcm = (np.clip(clip.samples, -1, 1) * 32767).astype("<i2").tobytes()
                    loop.call_soon_threadsafe(pieces.put_nowait, pcm)
            finally:
                loop.call_soon_threadsafe(pieces.put_nowait, None)

        made = loop.run_in_executor(self._live.executor, make)
        while (pcm := await pieces.get()) is not None:
            output_emitter.push(pcm)
        await made
        output_emitter.flush()
