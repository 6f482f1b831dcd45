import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.topics import n_touched, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 30% off, Dana!", "it's thirty percent off dana"),
        ("$1,250 a year", "dollar one thousand two hundred fifty a year"),
        ("2.5 hours", "two point five hours"),
        ("don’t", "don't"),
        ("", ""),
    ],
)
def test_words_are_as_they_are_spoken(text: str, words: str) -> None:
    assert tokens(text) == tuple(words.split())


@pytest.mark.parametrize(
    ("said", "topic", "touched"),
    [
        ("what about your competitors", "compet", True),
        ("it pays back in 3 months", "three months", True),
        ("it pays back in three months", "3 month", True),
        ("how many people plan", "how many", True),
        ("many ways how", "how many", False),
        ("the captain", "cap", False),
        ("two caps", "cap", True),
        ("your spredsheet", "spreadsheet", True),
        ("a", "automat", False),
        ("plan", "planner", False),
        ("our planers", "planner", True),
    ],
)
def test_a_topic_is_a_stem_or_a_phrase_and_forgives_one_letter(
    said: str, topic: str, touched: bool
) -> None:
    assert bool(n_touched(tokens(said), (topic,))) is touched


@given(st.integers(0, 999_999))
def test_a_number_is_found_in_digits_and_in_words(number: int) -> None:
    spoken = " ".join(tokens(str(number)))
    assert n_touched(tokens(f"that is {number:,} a year"), (spoken,)) == 1
    assert n_touched(tokens(f"that is {spoken} a year"), (str(number),)) == 1


@given(st.text())
def test_any_text_has_tokens(text: str) -> None:
    assert all(tokens(text))
