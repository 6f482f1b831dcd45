"""Which Whisper model a machine can use on a live call, told from what was measured on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from speech.models import WHISPER_MODELS
from speech.whisper_decode import FULL_S, SHORTEST_WINDOW_S

BUDGET_S: Final = 0.25
"""For the words of a turn's end: they are looked for while the pause is listened to, so that
within this long they cost the answer nothing."""
AS_GOOD_AS: Final = 1.1
"""A thread more is not worth a tenth less: other calls need the cores."""


@dataclass(frozen=True, slots=True)
class WhisperFigure:
    """What one way to run Whisper takes on this machine."""

    model: str
    """Of WHISPER_MODELS."""
    n_threads: int
    window_s: float
    words_s: float
    """From the first sound fed to the words, the median of n_runs; seconds."""
    n_runs: int


@dataclass(frozen=True, slots=True)
class WhisperChoice:
    figure: WhisperFigure
    fits: bool
    """False: nothing that was measured is quick enough, and this is the quickest."""


def candidates(names: Iterable[str], wanted: str) -> tuple[str, ...]:
    """The models worth measuring, smallest first: one of each size, of those that `wanted` could
    be exchanged for. An English-only model hears English better than its multilingual twin, and
    a multilingual one is not given up for it: other languages may be spoken."""
    multilingual = not _english_only(wanted)
    fitting = [name for name in names if not (multilingual and _english_only(name))]
    of_size: dict[int, str] = {}
    for name in sorted(fitting, key=_english_only):
        of_size[_megabytes(name)] = name
    return tuple(of_size[size] for size in sorted(of_size))


def choose(figures: Iterable[WhisperFigure], budget_s: float = BUDGET_S) -> WhisperChoice | None:
    """The largest model that keeps within budget_s in the narrowest window measured, with as few
    threads as do about as well as any; in the widest window where that keeps within it too. The
    quickest there is where no model does; None without figures."""
    measured = tuple(figures)
    least_s = min((one.window_s for one in measured), default=SHORTEST_WINDOW_S)
    narrow = [one for one in measured if one.window_s == least_s]
    if not narrow:
        return None
    quick = [one for one in narrow if one.words_s <= budget_s]
    if not quick:
        return WhisperChoice(min(narrow, key=lambda one: (one.words_s, one.n_threads)), False)
    model = max(quick, key=lambda one: _megabytes(one.model)).model
    chosen = _thrifty([one for one in quick if one.model == model])
    return WhisperChoice(_in_full(chosen, measured, budget_s), True)


def _thrifty(figures: list[WhisperFigure]) -> WhisperFigure:
    best_s = min(one.words_s for one in figures)
    as_good = [one for one in figures if one.words_s <= best_s * AS_GOOD_AS]
    return min(as_good, key=lambda one: one.n_threads)


def _in_full(
    chosen: WhisperFigure, measured: tuple[WhisperFigure, ...], budget_s: float
) -> WhisperFigure:
    """The same with all that Whisper can be shown, where there is time for it."""
    same = [
        one
        for one in measured
        if (one.model, one.n_threads, one.window_s) == (chosen.model, chosen.n_threads, FULL_S)
    ]
    return next((one for one in same if one.words_s <= budget_s), chosen)


def _english_only(name: str) -> bool:
    return name.endswith(".en")


def _megabytes(name: str) -> int:
    return WHISPER_MODELS[name].megabytes
