"""When each word was said, told from the sound alone: a pass of alignment costs too much live."""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

from speech.span import Span
from speech.words import Word


def words_over(texts: Sequence[str], spans: Sequence[Span], p: float | None) -> tuple[Word, ...]:
    """The texts as words spread over the spans of speech, each as long as its letters are many.

    spans: sorted, apart, of one clip. A word lies in one span: where it would go on across a
    pause, it keeps its longer part. Texts without a letter or digit are no words. Without spans
    there are no words. p: of each word.
    """
    spoken = [text for text in texts if _n_letters(text)]
    if not spoken or not spans:
        return ()
    ends_s = list(accumulate(span.duration_s for span in spans))
    n_before = list(accumulate((_n_letters(text) for text in spoken), initial=0))
    said_s = [ends_s[-1] * n / n_before[-1] for n in n_before]
    return tuple(
        _word(text, _longest_part(from_s, to_s, spans, ends_s), p)
        for text, (from_s, to_s) in zip(spoken, pairwise(said_s), strict=True)
    )


def _longest_part(
    from_s: float, to_s: float, spans: Sequence[Span], ends_s: Sequence[float]
) -> Span:
    """Seconds of speech, pauses left out, as seconds of the clip."""
    parts = []
    for span, end_s in zip(spans, ends_s, strict=True):
        before_s = end_s - span.duration_s
        first_s, last_s = max(from_s, before_s), min(to_s, end_s)
        if first_s <= last_s:
            start_s = min(span.start_s + first_s - before_s, span.end_s)
            parts.append(Span(start_s, max(start_s, min(start_s + last_s - first_s, span.end_s))))
    return max(
        parts, key=lambda part: part.duration_s, default=Span(spans[-1].end_s, spans[-1].end_s)
    )


def _word(text: str, part: Span, p: float | None) -> Word:
    return Word(text, _milliseconds(part.start_s), _milliseconds(part.end_s), p)


def _milliseconds(at_s: float) -> float:
    """Rounded down, so that no word ends after its clip."""
    return min(math.floor(at_s * 1000 + 1e-3) / 1000, at_s)


def _n_letters(text: str) -> int:
    return sum(1 for c in text if c.isalnum())
