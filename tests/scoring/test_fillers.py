"""Fillers, told from the same words with a meaning."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.fillers import fillers
from speech.words import Word


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(w, i * 0.3, i * 0.3 + 0.25) for i, w in enumerate(text.split()))


def found(text: str) -> list[str]:
    return [f.text for f in fillers(words(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("um so we uh plan it", ["um", "uh"]),
        ("Um, so we, uhh, plan it, hmm.", ["um", "uhh", "hmm"]),
        ("it's easy you know to start", ["you know"]),
        ("do you know him", []),
        ("let me let you know what it costs", []),
        ("i mean we could start", ["i mean"]),
        ("you know what i mean", ["you know"]),
        ("well we could start", ["well"]),
        ("it works well with yours as well", []),
        ("it went well and then we stopped", []),
        ("it was like three people", ["like"]),
        ("i like it and you would like it", []),
        ("it looks like rain or something like that", []),
        ("so right actually basically kind of sort of", []),
        ("mhm uh-huh yeah", []),
    ],
)
def test_only_what_carries_no_meaning_is_a_filler(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_filler_has_its_class_and_its_time() -> None:
    first, second = fillers(words("um well you see"))
    assert (first.kind, first.start_s, first.end_s) == ("filled_pause", 0.0, 0.25)
    assert (second.kind, second.start_s) == ("discourse", 0.3)


def test_two_word_fillers_span_both_words() -> None:
    (filler,) = fillers(words("fine you know"))
    assert (filler.start_s, filler.end_s) == (0.3, 0.85)


WORDS = "um uh you know i mean well like it is as the do"


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS.split())))
def test_fillers_are_in_order_and_never_overlap(texts: list[str]) -> None:
    made = fillers(words(" ".join(texts)))
    assert all(a.end_s <= b.start_s for a, b in pairwise(made))


def test_no_words_no_fillers() -> None:
    assert fillers(()) == ()
