"""A voice that hums as long as the text is."""

from collections.abc import Iterator

import numpy as np

from speech.clip import Clip

PER_CHARACTER_S = 0.06


class ToneSynthesizer:
    """A 220 Hz tone, PER_CHARACTER_S for each character, a clip for each word."""

    name = "tone"

    def __init__(self, rate_hz: int = 22_050, *, rough: bool = False) -> None:
        self.rate_hz = rate_hz
        self.rough = rough
        self.said: list[str] = []
        """Every text that was handed over, in order."""

    def synthesize(self, text: str) -> Iterator[Clip]:
        self.said.append(text)
        if not any(character.isalnum() for character in text):
            return
        for word in text.split():
            n_samples = round(len(word) * PER_CHARACTER_S * self.rate_hz)
            angle = 2 * np.pi * 220 * np.arange(n_samples) / self.rate_hz
            # Fades in and out: a click would be heard as a word of its own.
            fade = np.minimum(1, np.minimum(np.arange(n_samples), np.arange(n_samples)[::-1]) / 100)
            yield Clip((0.3 * fade * np.sin(angle)).astype(np.float32), self.rate_hz)
