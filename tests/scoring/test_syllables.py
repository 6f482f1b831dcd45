"""Syllables by the dictionary, by vowels, and of numbers."""

import pytest

from scoring.numerals import spelled
from scoring.syllables import n_syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("price", 1),
        ("budget,", 2),
        ("don't", 1),
        ("Organisation", 5),
        ("30%", 4),
        ("1,200", 6),
        ("rehearsly", 3),
        ("zzxqe", 1),
        ("...", 0),
        ("", 0),
        ("2.5", 3),
    ],
)
def test_syllables_of_a_word(word: str, count: int) -> None:
    assert n_syllables(word) == count


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("30%", "thirty percent"),
        ("1,200", "one thousand two hundred"),
        ("19", "nineteen"),
        ("2.5", "two point five"),
        ("budget", "budget"),
        ("250000", "two hundred fifty thousand"),
    ],
)
def test_numbers_are_spelled_as_they_are_said(written: str, words: str) -> None:
    assert " ".join(spelled(written)) == words
