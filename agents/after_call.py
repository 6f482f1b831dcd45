"""A transcriber for after the call: it gives way to every live call."""

import time
from typing import Final

from speech.clip import Clip
from speech.ear import Ear
from speech.fault import SpeechFault
from speech.pool import InferencePool, Urgency
from speech.transcriber import Transcriber
from speech.words import Word

AGAIN_AFTER_S: Final = 2.0
"""A pool that is full of live calls' work drops this first; nobody waits for it."""


class AfterCallTranscriber:
    """The engine of the live calls, in the same pool, behind all of their work."""

    def __init__(self, engine: Transcriber, pool: InferencePool) -> None:
        self._engine = engine
        self._pool = pool

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def rough(self) -> bool:
        return self._engine.rough

    @property
    def keeps_pace(self) -> bool:
        return self._engine.keeps_pace

    def listen(self) -> Ear:
        return self._engine.listen()

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        """See Transcriber. Blocks for as long as live calls come first."""
        while True:
            job = self._pool.submit(Urgency.AFTER_CALL, lambda: self._engine.transcribe(clip))
            try:
                return job.result()
            except SpeechFault as fault:
                if fault.code != "inference-overloaded":
                    raise
            time.sleep(AGAIN_AFTER_S)
