"""What of Whisper's writing is looked at again, and what is thrown away."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.whisper_guard import Attempt, looks_wrong, made_up, repeats_itself

FINE = Attempt("So what would have to happen?", mean_log_p=-0.2, p_no_speech=0.1, ended=True)
_WORDS = st.lists(st.sampled_from("abc"), max_size=16)


def test_what_is_sure_and_ends_is_believed() -> None:
    assert not looks_wrong(FINE)
    assert not made_up(FINE)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(FINE, mean_log_p=-1.1),
        replace(FINE, ended=False),
        replace(FINE, text="and then we " * 3),
        replace(FINE, text="thank you " * 20),
    ],
)
def test_doubtful_writing_is_looked_at_again(wrong: Attempt) -> None:
    assert looks_wrong(wrong)


def test_words_written_in_silence_are_made_up() -> None:
    assert made_up(replace(FINE, p_no_speech=0.7, mean_log_p=-1.1))
    assert not made_up(replace(FINE, p_no_speech=0.7))
    assert not made_up(replace(FINE, mean_log_p=-1.1))


def test_a_loop_is_made_up_and_an_emphatic_no_is_not() -> None:
    assert made_up(replace(FINE, text="thank you " * 20))
    assert not made_up(replace(FINE, text="No, no, no, no, no."))


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("", False),
        ("no no no no", False),
        ("no no no no no", True),
        ("I mean, I mean what I say", False),
        ("I see. I see. I see.", True),
        ("we could we could we should", False),
    ],
)
def test_a_phrase_three_times_or_a_word_five_times_in_a_row_repeats(
    text: str, repeats: bool
) -> None:
    assert repeats_itself(text) is repeats


@given(_WORDS)
def test_repetition_is_found_as_a_slow_search_finds_it(words: list[str]) -> None:
    found = any(
        words[at : at + n * times] == words[at : at + n] * times and len(words) >= at + n * times
        for n in range(1, 9)
        for times in [5 if n == 1 else 3]
        for at in range(len(words))
    )
    assert repeats_itself(" ".join(words)) is found
