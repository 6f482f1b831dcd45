"""How fast the rep speaks."""

from collections.abc import Sequence

from scoring.figure import Figure, seconds, too_little
from scoring.intervals import ratio_interval
from scoring.measure import Measure
from scoring.runs import Run, speaking_s
from scoring.syllables import n_syllables
from scoring.timeline import joined
from speech.span import Span

LEAST_S = 60.0
LEAST_WORDS = 8
"""Shorter runs rate too fast or too slow: rate rises steeply from one to seven words (Yuan,
Liberman & Cieri 2006)."""
SILENT_PAUSE_S = 0.25
"""From here on a silence is a pause (De Jong & Bosker 2013)."""

PACE = Figure(
    "pace",
    "Pace",
    "words/min",
    "Words you said divided by the time you spoke, pauses under 1 s included, longer pauses and "
    "listening left out; um, uh and cut-off words are not counted, and neither are stretches "
    "under 8 words. The interval comes from how much your stretches of speech differ.",
    "Eight in ten people on the phone speak at 146 to 208 words/min (measured on 201 speakers); "
    "Read.ai advises 130 to 175, typical sales talk is 173 (Gong Labs, second-hand).",
)
ARTICULATION = Figure(
    "articulation_rate",
    "Articulation rate",
    "syllables/s",
    "Syllables you said divided by the time your voice was sounding, pauses of 0.25 s and more "
    "left out: your tempo apart from your pausing. The interval comes from how much your "
    "stretches of speech differ.",
    "Eight in ten people on the phone speak at 3.5 to 5.4 syllables/s (measured on 201 speakers).",
)


def pace(runs: Sequence[Run]) -> Measure:
    """Words per minute over runs of LEAST_WORDS and more, weighted by duration (their words
    together over their time together); the interval is that of a ratio estimator over runs."""
    rated = _rated(runs)
    reason = _reason(runs, rated)
    if reason:
        return PACE.unknown(reason, _denominator(rated))
    counts = [60.0 * len(r.words) for r in rated]
    sizes = [r.span.duration_s for r in rated]
    interval = ratio_interval(counts, sizes)
    return PACE.of(sum(counts) / sum(sizes), _denominator(rated), interval)


def articulation_rate(runs: Sequence[Run], sounding: Sequence[Span]) -> Measure:
    """Syllables per second of sound, over the same runs; `sounding` are the rep's spans."""
    rated = _rated(runs)
    reason = _reason(runs, rated)
    if reason:
        return ARTICULATION.unknown(reason, _denominator(rated))
    counts = [float(sum(n_syllables(w.text) for w in r.words)) for r in rated]
    sizes = [_phonation_s(r.span, sounding) for r in rated]
    interval = ratio_interval(counts, sizes)
    of = f"{seconds(sum(sizes))} of sound"
    return ARTICULATION.of(sum(counts) / sum(sizes), of, interval)


def _rated(runs: Sequence[Run]) -> list[Run]:
    return [r for r in runs if len(r.words) >= LEAST_WORDS]


def _reason(runs: Sequence[Run], rated: Sequence[Run]) -> str | None:
    if speaking_s(runs) < LEAST_S:
        return too_little("your speech", speaking_s(runs), LEAST_S)
    if not rated:
        return f"Not enough to judge: no stretch of speech with {LEAST_WORDS} words or more."
    return None


def _denominator(rated: Sequence[Run]) -> str:
    stretches = "1 stretch" if len(rated) == 1 else f"{len(rated)} stretches"
    return f"{seconds(speaking_s(rated))} of your speech in {stretches}"


def _phonation_s(run: Span, sounding: Sequence[Span]) -> float:
    inside = (s for s in sounding if run.start_s <= s.start_s and s.end_s <= run.end_s)
    return sum(s.duration_s for s in joined(inside, SILENT_PAUSE_S))
