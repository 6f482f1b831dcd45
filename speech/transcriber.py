"""The seam to speech-to-text engines."""

from typing import Protocol

from speech.clip import Clip
from speech.ear import Ear
from speech.words import Word


class Transcriber(Protocol):
    """Turns a clip of one speaker into words.

    Implementations are safe to call from several threads at once (they queue inside when the
    engine is not), block until done, and never log or raise what was said.
    """

    @property
    def name(self) -> str:
        """Engine and model as people read it, such as "faster-whisper base.en int8"."""
        ...

    @property
    def rough(self) -> bool:
        """True for a fallback whose words are to be taken with care; the page says so."""
        ...

    @property
    def keeps_pace(self) -> bool:
        """How an ear of it works. True: feeding does the work, so sound is to be fed steadily, and
        words are cheap. False: asking for words does all of it, so asking for interim words may
        be left out under load."""
        ...

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        """Words with times in seconds from the start of the clip, sorted, never overlapping the
        clip's end. Any rate_hz. Silence gives (). Raises SpeechFault when the engine fails."""
        ...

    def listen(self) -> Ear:
        """An ear for one stretch of speech that goes on; close it. Raises SpeechFault when the
        engine cannot be had."""
        ...
