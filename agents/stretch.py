"""What the rep says in one turn, heard while it is said."""

import threading
from collections import deque
from concurrent.futures import Future
from typing import Final

from speech.clip import Clip
from speech.ear import Ear
from speech.pool import InferencePool, Urgency
from speech.transcriber import Transcriber
from speech.words import Word

PART_S: Final = 4.0
"""Speech from which a part may be kept for good at a pause: an engine that decodes all of it
again each time takes longer the more there is, and shorter parts cost it accuracy."""

Words = tuple[Word, ...]


class _Part:
    """An ear and the sound for it; the jobs of one part may overlap and keep its order."""

    def __init__(self, transcriber: Transcriber, start_s: float, kept: Words) -> None:
        self._transcriber = transcriber
        self._ear: Ear | None = None  # made by the first job: that may take an engine's start
        self._closed = False
        self.start_s = start_s
        """From the start of the stretch."""
        self.kept = kept
        """Words of the parts before."""
        self.sounds: deque[Clip] = deque()
        self._n_fed = 0
        self._feeding = threading.Lock()
        self.n_added = 0

    def add(self, sound: Clip) -> None:
        self.sounds.append(sound)
        self.n_added += 1

    def hear(self, n_sounds: int) -> Words:
        """The words of the first n_sounds. Blocks; for a thread."""
        with self._feeding:
            ear = self._ear = self._ear or self._transcriber.listen()
            while self._n_fed < n_sounds and not self._closed:
                ear.feed(self.sounds.popleft())
                self._n_fed += 1
        if self._closed:  # perhaps only just now, with no ear there to be closed yet
            ear.close()
            return ()
        by_s = self.start_s
        heard = (Word(w.text, w.start_s + by_s, w.end_s + by_s, w.p) for w in ear.words())
        return self.kept + tuple(heard)

    def close(self) -> None:
        self._closed = True
        if self._ear is not None:
            self._ear.close()


class Stretch:
    """An ear and its place in the queue of the engines. On the event loop, but for its jobs.

    What was understood of a part that was kept is never decoded again, and what follows it is
    decoded without it: a text never mixes two hearings of the same sound.
    """

    def __init__(self, transcriber: Transcriber, pool: InferencePool) -> None:
        self._transcriber = transcriber
        self._pool = pool
        self._part = _Part(transcriber, 0.0, ())
        self._after: list[Clip] = []  # sound since the last ask
        self.duration_s = 0.0
        """Of what was added."""

    @property
    def unasked_s(self) -> float:
        """Seconds that were added since the last ask."""
        return sum(clip.duration_s for clip in self._after)

    def add(self, sound: Clip) -> None:
        """The next sound, in order."""
        self._after.append(sound)
        self.duration_s += sound.duration_s

    def ask(self, urgency: Urgency) -> "Future[Words]":
        """The words of all that was added up to now, in seconds from the start of the stretch.
        The future's exception is a SpeechFault."""
        part = self._part
        for sound in self._after:
            part.add(sound)
        self._after.clear()
        n_sounds = part.n_added
        return self._pool.submit(urgency, lambda: part.hear(n_sounds))

    def keep(self, words: Words, until_s: float) -> None:
        """`words` are final for the sound up to until_s, where it was asked for last: what comes
        after begins a new part. Nothing happens where that gains nothing."""
        if self._transcriber.keeps_pace or until_s - self._part.start_s < PART_S:
            return
        if abs(self.duration_s - self.unasked_s - until_s) > 1e-6:
            return  # something was asked for since: that sound belongs to the open part
        self._part.close()
        self._part = _Part(self._transcriber, until_s, words)

    def close(self) -> None:
        """Forget it."""
        self._part.close()
