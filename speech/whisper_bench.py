"""How long Whisper takes for the words of a turn on this machine."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.models import WHISPER_MODELS, path_of
from speech.transcriber import Transcriber
from speech.whisper import WhisperTranscriber
from speech.whisper_choice import WhisperFigure, choose
from speech.whisper_decode import FULL_S, SHORTEST_WINDOW_S

WINDOWS_S: Final = (SHORTEST_WINDOW_S, 15.0, FULL_S)
THREADS: Final = (1, 2, 4, 8)
"""More gain a model of this size nothing."""
N_RUNS: Final = 5
RUNS_S: Final = 1.5
"""After so long no further run of the same is begun once there are two."""
LIMIT_S: Final = 30.0

OnStep = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Unusable:
    model: str
    fault: SpeechFault


@dataclass(frozen=True, slots=True)
class WhisperBench:
    figures: tuple[WhisperFigure, ...]
    """By model as given, threads, window."""
    unusable: tuple[Unusable, ...]
    n_left_out: int
    """Ways to run a model that there was no time for; the slowest ones."""


def thread_counts(n_cores: int) -> tuple[int, ...]:
    """Those worth trying on so many cores."""
    return tuple(sorted({n for n in THREADS if n <= n_cores} | {min(n_cores, THREADS[-1])}))


class WhisperBencher:
    """Measures the installed models.

    names: of models in `folder`, smallest first. sound: some seconds of speech. compute_type: of
    CTranslate2. on_step: told what comes next, as people read it. limit_s: of all, about.
    """

    def __init__(
        self,
        names: Sequence[str],
        folder: Path,
        *,
        sound: Clip,
        n_cores: int,
        compute_type: str,
        on_step: OnStep,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._names = names
        self._folder = folder
        self._sound = sound
        self._threads = thread_counts(n_cores)
        self._compute_type = compute_type
        self._on_step = on_step
        self._until_s = time.perf_counter() + limit_s
        self._figures: list[WhisperFigure] = []
        self._unusable: list[Unusable] = []
        self._n_left_out = 0

    def run(self) -> WhisperBench:
        """Every model in the narrowest window; in the wider ones only that which can be chosen.

        A model that cannot be loaded or fails is noted and passed over. Raises SpeechFault
        "whisper-compute-unknown".
        """
        for name in self._names:
            self._measure(name, WINDOWS_S[:1])
        chosen = choose(self._figures)
        if chosen is not None and chosen.fits:
            self._measure(chosen.figure.model, WINDOWS_S[1:])
        return WhisperBench(self._sorted(), tuple(self._unusable), self._n_left_out)

    def _sorted(self) -> tuple[WhisperFigure, ...]:
        place = {name: n for n, name in enumerate(self._names)}
        return tuple(
            sorted(self._figures, key=lambda one: (place[one.model], one.n_threads, one.window_s))
        )

    def _measure(self, name: str, windows_s: Sequence[float]) -> None:
        ways = [(n, window_s) for n in self._threads for window_s in windows_s]
        for n, (n_threads, window_s) in enumerate(ways):
            # One figure there must be, however slow the machine.
            if self._figures and time.perf_counter() > self._until_s:
                self._n_left_out += len(ways) - n
                return
            try:
                self._figures.append(self._figure(name, n_threads, window_s))
            except SpeechFault as fault:
                if fault.code == "whisper-compute-unknown":
                    raise
                self._unusable.append(Unusable(name, fault))
                return

    def _figure(self, name: str, n_threads: int, window_s: float) -> WhisperFigure:
        threads = "1 thread" if n_threads == 1 else f"{n_threads} threads"
        self._on_step(f"{name}, {threads}, a window of {window_s:g} s")
        transcriber = WhisperTranscriber(
            path_of(WHISPER_MODELS[name], self._folder),
            name,
            compute_type=self._compute_type,
            cpu_threads=n_threads,
            n_workers=1,
            window_s=window_s,
        )
        runs_s = tuple(_runs_s(transcriber, self._sound))
        return WhisperFigure(name, n_threads, window_s, median(runs_s), len(runs_s))


def _runs_s(transcriber: Transcriber, sound: Clip) -> Iterator[float]:
    _words_s(transcriber, sound)  # the first one also gets memory and threads
    began_s = time.perf_counter()
    for n in range(N_RUNS):
        if n >= 2 and time.perf_counter() - began_s > RUNS_S:
            return
        yield _words_s(transcriber, sound)


def _words_s(transcriber: Transcriber, sound: Clip) -> float:
    """Seconds for the words of a stretch that is only asked about at its end."""
    began_s = time.perf_counter()
    ear = transcriber.listen()
    try:
        ear.feed(sound)
        ear.words()
        return time.perf_counter() - began_s
    finally:
        ear.close()
