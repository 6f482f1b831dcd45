"""A transcriber that plays a script and remembers."""

import threading
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.resample import resample
from speech.words import Word

_RATE_HZ = 16_000


class ScriptedTranscriber:
    """Answers each clip, and each stretch that it listens to, with the next line of the script,
    its words spread evenly over the sound.

    A line is a text or a SpeechFault to raise; when the script is over the last line stays.
    Silence gives () and uses up no line.
    """

    name = "scripted"

    def __init__(
        self, script: Sequence[str | SpeechFault], *, rough: bool = False, keeps_pace: bool = False
    ) -> None:
        if not script:
            raise ValueError("a script has one line or more")
        self.rough = rough
        self.keeps_pace = keeps_pace
        self.clips: list[Clip] = []
        """Every clip that was handed over or listened to, as far as it was, in order."""
        self._script = list(script)
        self._next = 0
        self._lock = threading.Lock()

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        with self._lock:
            self.clips.append(clip)
        return () if _silent(clip) else _spread(self.next_line(), clip)

    def listen(self) -> "ScriptedEar":
        return ScriptedEar(self)

    def next_line(self) -> str | SpeechFault:
        with self._lock:
            line = self._script[min(self._next, len(self._script) - 1)]
            self._next += 1
        return line


class ScriptedEar:
    """Takes its line when it is first asked for words of what is not silence, and keeps it."""

    def __init__(self, transcriber: ScriptedTranscriber) -> None:
        self._transcriber = transcriber
        self._lock = threading.Lock()
        self._fed: list[Clip] = []
        self._line: str | SpeechFault | None = None
        self._closed = False

    def feed(self, sound: Clip) -> None:
        with self._lock:
            if not self._closed:
                self._fed.append(sound)

    def words(self) -> tuple[Word, ...]:
        with self._lock:
            clip = _joined(self._fed)
            self._transcriber.clips.append(clip)
            if _silent(clip):
                return ()
            if self._line is None:
                self._line = self._transcriber.next_line()
            return _spread(self._line, clip)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._fed = []


def _joined(fed: Sequence[Clip]) -> Clip:
    runs = [
        _at_our_rate(Clip(np.concatenate([clip.samples for clip in run]), rate_hz))
        for rate_hz, run in groupby(fed, key=lambda clip: clip.rate_hz)
    ]
    return Clip(np.concatenate(runs) if runs else np.zeros(0, np.float32), _RATE_HZ)


def _at_our_rate(run: Clip) -> np.ndarray:
    """Never longer than it was, not by half a sample."""
    return resample(run, _RATE_HZ).samples[: len(run.samples) * _RATE_HZ // run.rate_hz]


def _silent(clip: Clip) -> bool:
    return len(clip.samples) == 0 or bool(np.abs(clip.samples).max() < 0.001)


def _spread(line: str | SpeechFault, clip: Clip) -> tuple[Word, ...]:
    if isinstance(line, SpeechFault):
        raise line
    texts = line.split()
    step_s = clip.duration_s / max(1, len(texts))
    return tuple(
        Word(text, n * step_s, min((n + 1) * step_s, clip.duration_s), 0.9)
        for n, text in enumerate(texts)
    )
