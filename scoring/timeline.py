"""Who spoke when, and who had the floor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scoring.utterances import is_backchannel, timed_words
from speech.span import Span
from speech.words import Speaker, Transcript, Utterance

_JOIN_GAP_S = 0.2
"""Words closer than this are one stretch, as the sound of a track is cut."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Stretches of speech of both tracks in seconds of the call, sorted, not overlapping within a
    track. Back-channels are among them."""

    rep: tuple[Span, ...]
    buyer: tuple[Span, ...]

    @property
    def extent_s(self) -> float:
        """From the first sound of either to the last."""
        both = (*self.rep, *self.buyer)
        if not both:
            return 0.0
        return max(s.end_s for s in both) - min(s.start_s for s in both)

    @property
    def start_s(self) -> float:
        return min((s.start_s for s in (*self.rep, *self.buyer)), default=0.0)

    @property
    def end_s(self) -> float:
        return max((s.end_s for s in (*self.rep, *self.buyer)), default=0.0)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said until the other took the floor, inner pauses included."""

    speaker: Speaker
    start_s: float
    end_s: float
    spans: tuple[Span, ...]

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Gap:
    """A floor transfer: from the end of one speaker's turn to the start of the other's."""

    to: Speaker
    at_s: float
    """When the new speaker started."""
    gap_s: float
    """Negative when they overlapped."""


def joined(spans: Iterable[Span], below_s: float) -> tuple[Span, ...]:
    """Sorted spans, with those less than below_s apart made one."""
    made: list[Span] = []
    for span in sorted(spans):
        if made and span.start_s - made[-1].end_s < below_s:
            made[-1] = Span(made[-1].start_s, max(made[-1].end_s, span.end_s))
        else:
            made.append(span)
    return tuple(made)


def spans_of_words(said: Sequence[Utterance]) -> tuple[Span, ...]:
    """Stretches of speech where there is no sound to take them from, only words."""
    timed = (w for u in said for w in timed_words(u))
    return joined((Span(w.start_s, max(w.start_s, w.end_s)) for w in timed), _JOIN_GAP_S)


def without_backchannels(spans: Iterable[Span], said: Sequence[Utterance]) -> tuple[Span, ...]:
    """The spans that are more than a nod: those that lie mostly inside one go."""
    nods = [u for u in said if is_backchannel(u)]
    return tuple(s for s in spans if not any(_mostly_inside(s, u) for u in nods))


def turns(timeline: Timeline, transcript: Transcript) -> tuple[Turn, ...]:
    """Turns of both, in order. Back-channels, and what one says wholly inside a stretch of the
    other's, take no floor and make no turn."""
    rep = without_backchannels(timeline.rep, transcript.of("rep"))
    buyer = without_backchannels(timeline.buyer, transcript.of("buyer"))
    sides: list[tuple[Span, Speaker]] = [(s, "rep") for s in rep if not _within(s, buyer)]
    sides += [(s, "buyer") for s in buyer if not _within(s, rep)]
    made: list[Turn] = []
    for span, speaker in sorted(sides, key=lambda side: side[0]):
        if made and made[-1].speaker == speaker:
            last = made[-1]
            end_s = max(last.end_s, span.end_s)
            made[-1] = Turn(speaker, last.start_s, end_s, (*last.spans, span))
        else:
            made.append(Turn(speaker, span.start_s, span.end_s, (span,)))
    return tuple(made)


def gaps(of: Sequence[Turn], to: Speaker) -> tuple[Gap, ...]:
    """The floor transfers to one speaker (Levinson & Torreira 2015: floor-transfer offset)."""
    pairs = pairwise(of)
    return tuple(
        Gap(to, after.start_s, after.start_s - before.end_s)
        for before, after in pairs
        if after.speaker == to
    )


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(o.start_s < span.start_s and span.end_s < o.end_s for o in others)


def _mostly_inside(span: Span, utterance: Utterance) -> bool:
    shared = min(span.end_s, utterance.end_s) - max(span.start_s, utterance.start_s)
    return shared > span.duration_s / 2
