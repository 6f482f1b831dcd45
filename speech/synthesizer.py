"""The seam to text-to-speech engines."""

from collections.abc import Iterator
from typing import Protocol

from speech.clip import Clip


class Synthesizer(Protocol):
    """One voice. Safe to call from several threads at once; never logs the text."""

    @property
    def name(self) -> str:
        """Engine and voice as people read it, such as "Piper en_US-amy-medium"."""
        ...

    @property
    def rough(self) -> bool:
        """True for a fallback voice; the page says so."""
        ...

    @property
    def rate_hz(self) -> int:
        """Of every clip that synthesize yields."""
        ...

    def synthesize(self, text: str) -> Iterator[Clip]:
        """Sound in order, piece by piece as it is made. Text without a speakable character
        yields nothing. Raises SpeechFault when the engine fails."""
        ...
