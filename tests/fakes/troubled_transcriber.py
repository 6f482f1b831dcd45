"""A transcriber that is slow, hangs, dies or hears what it is told."""

import threading
import time
from collections.abc import Callable

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.words import Word


class TroubledTranscriber:
    """Every ear answers with what `say` gives for the seconds that it was fed.

    takes_s: how long an answer takes; hangs: answers never come until let_go(); dies: SpeechFault.
    """

    name = "troubled"
    rough = True
    keeps_pace = False

    def __init__(
        self,
        say: Callable[[float], str] = lambda _: "what do you plan to do about the price",
        *,
        takes_s: float = 0.0,
        hangs: bool = False,
        dies: bool = False,
    ) -> None:
        self.say = say
        self.takes_s = takes_s
        self.hangs = hangs
        self.dies = dies
        self.n_asked = 0
        self._may_go = threading.Event()

    def let_go(self) -> None:
        self._may_go.set()

    def listen(self) -> "TroubledEar":
        return TroubledEar(self)

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        return self.answer(clip.duration_s)

    def answer(self, fed_s: float) -> tuple[Word, ...]:
        self.n_asked += 1
        time.sleep(self.takes_s)
        if self.hangs:
            self._may_go.wait()
        if self.dies:
            raise SpeechFault("engine-gone", "The engine was expected to answer and is gone.")
        texts = self.say(fed_s).split()
        step_s = fed_s / max(1, len(texts))
        return tuple(Word(w, i * step_s, (i + 1) * step_s, 0.9) for i, w in enumerate(texts))


class TroubledEar:
    def __init__(self, owner: TroubledTranscriber) -> None:
        self._owner = owner
        self._fed_s = 0.0

    def feed(self, sound: Clip) -> None:
        self._fed_s += sound.duration_s

    def words(self) -> tuple[Word, ...]:
        return self._owner.answer(self._fed_s)

    def close(self) -> None:
        pass
