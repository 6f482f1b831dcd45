"""A long track cut where nobody speaks."""

from collections.abc import Iterator

import numpy as np

from speech.clip import Clip
from speech.span import Span
from speech.spans import HOP_S, frame_levels, speech_spans

_MARGIN_S = 0.15
"""Kept around speech: quiet first and last consonants."""


def pieces_at_pauses(clip: Clip, longest_s: float, longest_pause_s: float) -> tuple[Span, ...]:
    """Spans that hold all speech, sorted, apart, none longer than longest_s and none with a
    pause above longest_pause_s; () for silence.

    Cut in pauses where there are any, else at the quietest moment of the second half.
    """
    pieces: list[Span] = []
    for span in _short_enough(clip, longest_s - 2 * _MARGIN_S):
        start_s = max(0.0, span.start_s - _MARGIN_S)
        end_s = min(clip.duration_s, span.end_s + _MARGIN_S)
        last = pieces[-1] if pieces else None
        pause_s = start_s - last.end_s if last else 0.0
        if last and pause_s <= longest_pause_s and end_s - last.start_s <= longest_s:
            pieces[-1] = Span(last.start_s, end_s)
            continue
        if last and pause_s < 0:  # their margins overlap: each gets half of what lies between
            middle_s = (start_s + last.end_s) / 2
            pieces[-1], start_s = Span(last.start_s, middle_s), middle_s
        pieces.append(Span(start_s, end_s))
    return tuple(pieces)


def _short_enough(clip: Clip, longest_s: float) -> Iterator[Span]:
    for span in speech_spans(clip):
        start_s = span.start_s
        while span.end_s - start_s > longest_s:
            cut_s = _quietest_s(clip, start_s + longest_s / 2, start_s + longest_s)
            yield Span(start_s, cut_s)
            start_s = cut_s
        yield Span(start_s, span.end_s)


def _quietest_s(clip: Clip, from_s: float, to_s: float) -> float:
    levels = frame_levels(clip.between(from_s, to_s))
    return from_s + int(np.argmin(levels)) * HOP_S
