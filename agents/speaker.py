"""A persona's voice as replies use it: from the pool, evenly loud, with a fallback voice."""

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import numpy as np

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.joint import without_edges
from speech.loudness import VoiceGains, with_gain
from speech.pool import InferencePool, Urgency
from speech.resample import resample
from speech.synthesizer import Synthesizer

LIMIT_S = 4.0
"""After this long without the sound of one clause the fallback voice says it."""
PER_CHARACTER_S = 0.06
"""About as long as speech itself takes; no voice that can be used is slower for a long clause."""


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """One clause as sound."""

    clip: Clip
    """Without silence at its ends; empty when there is nothing to say, or no voice could."""
    faults: tuple[SpeechFault, ...] = ()
    """Why the voice, and perhaps its fallback, did not say it."""


class Speaker:
    """One voice and its fallback. Safe to share between replies; of one event loop."""

    def __init__(
        self,
        voice: Synthesizer,
        fallback: Synthesizer,
        pool: InferencePool,
        gains: VoiceGains,
        *,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._voice = voice
        self._fallback = fallback
        self._pool = pool
        self._gains = gains
        self._limit_s = limit_s
        self._hanging: Future[Clip] | None = None

    def prepare(self) -> None:
        """Measure the voices' loudness in the background, while the phone rings."""
        for voice in (self._voice, self._fallback):
            self._pool.submit(Urgency.AFTER_CALL, partial(self._gains.of, voice))

    async def speak(self, text: str, rate_hz: int, *, with_fallback: bool = False) -> Spoken:
        """The text in the voice, at rate_hz; in the fallback voice when asked, or when the voice
        fails or takes longer than the limit. Never raises SpeechFault."""
        fault: SpeechFault | None = None
        if not with_fallback and not self._hangs:
            try:
                return Spoken(await self._from_pool(text, rate_hz))
            except SpeechFault as failed:
                fault = failed
        return await self._from_fallback(text, rate_hz, (fault,) if fault else ())

    @property
    def _hangs(self) -> bool:
        """A voice that hung is left alone until it comes back: each try could cost a worker."""
        return self._hanging is not None and not self._hanging.done()

    async def _from_pool(self, text: str, rate_hz: int) -> Clip:
        made = self._pool.submit(
            Urgency.VOICE, partial(said_by, self._voice, text, self._gains, rate_hz)
        )
        try:
            async with asyncio.timeout(self._within_s(text)):
                return await asyncio.wrap_future(made)
        except TimeoutError as error:
            if not made.cancelled():
                self._hanging = made
            raise _hung(self._within_s(text)) from error

    def _within_s(self, text: str) -> float:
        return max(self._limit_s, PER_CHARACTER_S * len(text))

    async def _from_fallback(
        self, text: str, rate_hz: int, faults: tuple[SpeechFault, ...]
    ) -> Spoken:
        """In a thread of its own: the pool's workers may all be hanging."""
        try:
            async with asyncio.timeout(self._limit_s):
                made = asyncio.to_thread(said_by, self._fallback, text, self._gains, rate_hz)
                return Spoken(await made, faults)
        except SpeechFault as fault:
            return Spoken(_nothing(rate_hz), (*faults, fault))
        except TimeoutError:
            return Spoken(_nothing(rate_hz), (*faults, _hung(self._limit_s)))


def said_by(voice: Synthesizer, text: str, gains: VoiceGains, rate_hz: int) -> Clip:
    """One text in one voice, at rate_hz, evenly loud, without silence at its ends. Blocks; raises
    SpeechFault."""
    gain = gains.of(voice)
    pieces = [clip.samples for clip in voice.synthesize(text)]
    if not pieces:
        return _nothing(rate_hz)
    evened = with_gain(Clip(np.concatenate(pieces), voice.rate_hz), gain)
    return without_edges(resample(evened, rate_hz))


def _nothing(rate_hz: int) -> Clip:
    return Clip(np.zeros(0, np.float32), rate_hz)


def _hung(limit_s: float) -> SpeechFault:
    return SpeechFault(
        "voice-late",
        f"The buyer's voice was expected within {limit_s:.1f} s and did not come.",
        "The fallback voice spoke; if it stays so, rehearse doctor shows what is slow.",
        retry=True,
    )
