"""How often the rep uses fillers."""

from collections.abc import Sequence

from scoring.figure import Figure, seconds, too_little
from scoring.fillers import Filler, FillerKind, fillers
from scoring.intervals import poisson_interval
from scoring.measure import Measure
from scoring.utterances import timed_words
from speech.words import Transcript

LEAST_S = 120.0

_REFERENCE = (
    "Up to 5 a minute listeners are not known to mind, harm is seen near 12 (Laske et al. 2024, "
    "second-hand). Zero is no goal: fillers are a normal part of speech."
)
FILLED = Figure(
    "filled_pauses",
    "Filled pauses",
    "per minute",
    "Um, uh, er, hm in the transcript for each minute that you spoke, with the exact Poisson "
    "interval. Speech recognizers leave many of them out, so the true figure is likely higher.",
    _REFERENCE,
)
DISCOURSE = Figure(
    "discourse_fillers",
    "Filler words",
    "per minute",
    "You know, I mean, well and like, only where they carry no meaning, for each minute that you "
    "spoke, with the exact Poisson interval. So, right, actually and basically are not counted: "
    "they hardly ever are fillers.",
    _REFERENCE,
)


def rep_fillers(transcript: Transcript) -> tuple[Filler, ...]:
    """The rep's fillers in order; each utterance starts a turn."""
    return tuple(f for u in transcript.of("rep") for f in fillers(timed_words(u)))


def filled_pauses(found: Sequence[Filler], spoken_s: float) -> Measure:
    """None found is None with a reason: recognizers drop um and uh, so it is no zero."""
    if spoken_s >= LEAST_S and not any(f.kind == "filled_pause" for f in found):
        reason = (
            "The speech recognizer printed no um or uh; it leaves most of them out, so this does "
            "not show that there were none."
        )
        return FILLED.unknown(reason, _denominator(spoken_s))
    return _rate(FILLED, "filled_pause", found, spoken_s)


def discourse_fillers(found: Sequence[Filler], spoken_s: float) -> Measure:
    return _rate(DISCOURSE, "discourse", found, spoken_s)


def _rate(figure: Figure, kind: FillerKind, found: Sequence[Filler], spoken_s: float) -> Measure:
    if spoken_s < LEAST_S:
        reason = too_little("your speech", spoken_s, LEAST_S)
        return figure.unknown(reason, _denominator(spoken_s))
    count = sum(f.kind == kind for f in found)
    minutes = spoken_s / 60
    low, high = poisson_interval(count)
    denominator = f"{count} in {_denominator(spoken_s)}"
    return figure.of(count / minutes, denominator, (low / minutes, high / minutes))


def _denominator(spoken_s: float) -> str:
    return f"{seconds(spoken_s)} of your speech"
