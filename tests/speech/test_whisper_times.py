"""Words spread over the speech they were said in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.span import Span
from speech.whisper_times import words_over

_STEPS_S = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (pair[0], pair[1])),
    max_size=8,
)
_TEXTS = st.lists(st.text(st.sampled_from("ab 1,—é'"), max_size=9).map(str.strip), max_size=15)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """Sorted and apart, on hundredths, some of no length."""
    made, at = [], 0
    for gap, length in draw(_STEPS_S):
        made.append(Span((at + gap) / 100, (at + gap + length) / 100))
        at += gap + length
    return made


@given(_TEXTS, spans())
def test_every_word_is_kept_in_order_inside_one_span(texts: list[str], spoken: list[Span]) -> None:
    words = words_over(texts, spoken, 0.5)
    kept = [text for text in texts if any(c.isalnum() for c in text)]
    assert [word.text for word in words] == (kept if spoken else [])
    edge_s = 0.0
    for word in words:
        assert 0 <= word.start_s <= word.end_s
        assert word.start_s >= edge_s - 0.0011
        # Rounded down to milliseconds, a start may lie that much before its span.
        assert any(s.start_s - 0.0011 <= word.start_s and word.end_s <= s.end_s for s in spoken)
        edge_s = word.end_s
    starts = [word.start_s for word in words]
    assert starts == sorted(starts)


@given(_TEXTS.filter(any), st.integers(10, 500))
def test_a_word_lasts_as_its_letters_are_many(texts: list[str], length: int) -> None:
    words = words_over(texts, [Span(1.0, 1.0 + length / 100)], None)
    n_letters = [sum(c.isalnum() for c in word.text) for word in words]
    for word, n in zip(words, n_letters, strict=True):
        share_s = length / 100 * n / sum(n_letters)
        assert abs(word.end_s - word.start_s - share_s) < 0.0021


def test_a_word_across_a_pause_keeps_its_longer_part() -> None:
    words = words_over(["abcdefgh", "cd"], [Span(0, 0.6), Span(2, 2.4)], 0.9)
    times_s = [time_s for word in words for time_s in (word.start_s, word.end_s)]
    assert times_s == pytest.approx([0, 0.6, 2.2, 2.4])


def test_no_speech_no_words() -> None:
    assert words_over(["so"], [], 1.0) == ()
    assert words_over([], [Span(0, 1)], 1.0) == ()
    assert words_over(["—", "..."], [Span(0, 1)], 1.0) == ()
