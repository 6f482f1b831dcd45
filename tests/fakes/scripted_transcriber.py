"""A transcriber that plays a script and remembers."""

import threading
from collections.abc import Sequence

import numpy as np

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.words import Word


class ScriptedTranscriber:
    """Answers each clip with the next line of the script, its words spread evenly over the clip.

    A line is a text or a SpeechFault to raise; when the script is over the last line stays.
    Silence gives () and uses up no line.
    """

    name = "scripted"

    def __init__(self, script: Sequence[str | SpeechFault], *, rough: bool = False) -> None:
        if not script:
            raise ValueError("a script has one line or more")
        self.rough = rough
        self.clips: list[Clip] = []
        """Every clip that was handed over, in order."""
        self._script = list(script)
        self._next = 0
        self._lock = threading.Lock()

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        with self._lock:
            self.clips.append(clip)
            if len(clip.samples) == 0 or np.abs(clip.samples).max() < 0.001:
                return ()
            line = self._script[min(self._next, len(self._script) - 1)]
            self._next += 1
        if isinstance(line, SpeechFault):
            raise line
        texts = line.split()
        step_s = clip.duration_s / max(1, len(texts))
        return tuple(
            Word(text, n * step_s, min((n + 1) * step_s, clip.duration_s), 0.9)
            for n, text in enumerate(texts)
        )
