"""What the last words tell about the end of a turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.turn_words import hint, is_backchannel


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes.", "short_answer"),
        ("not really", "short_answer"),
        ("i think so", "none"),
        ("we have about a hundred people and", "unfinished"),
        ("i wanted to ask because", "unfinished"),
        ("Well, the thing is,", "unfinished"),
        ("it depends on the", "unfinished"),
        ("so", "unfinished"),
        ("um", "thinking"),
        ("let me think", "thinking"),
        ("Give me a second.", "thinking"),
        ("we were looking at, um", "unfinished"),
        ("What would have to happen?", "whole"),
        ("Where are you from?", "whole"),
        ("That is what we do.", "whole"),
        ("that is what we do", "none"),
        ("", "none"),
        ("…", "none"),
    ],
)
def test_a_recognizer_without_punctuation_is_read_by_its_words(text: str, said: str) -> None:
    assert hint(text, "en") == said


@pytest.mark.parametrize(
    "text", ["That is what we do", "I think we", "We plan it. and then the drivers", "So how would"]
)
def test_where_sentences_are_written_a_missing_mark_means_that_more_comes(text: str) -> None:
    assert hint(text, "en") == "unfinished"


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("de", "wir haben das und", "unfinished"),
        ("de", "genau", "short_answer"),
        ("fr", "oui", "short_answer"),
        ("fr", "parce que", "unfinished"),
        ("es", "un momento", "thinking"),
        ("pt", "e", "none"),
    ],
)
def test_other_languages_have_their_own_words(language: str, text: str, said: str) -> None:
    assert hint(text, language) == said


@pytest.mark.parametrize("text", ["mm-hm", "Right.", "right, right", "Okay, yeah", "uh-huh", ""])
def test_a_nod_is_a_nod(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    ["Wait.", "Right, but the price", "no", "okay so what about it", "Okay, um,", "right so"],
)
def test_what_asks_for_the_floor_is_no_nod(text: str) -> None:
    assert not is_backchannel(text)


@given(st.text(max_size=80), st.sampled_from(["en", "de", "xx", ""]))
def test_any_text_has_a_hint(text: str, language: str) -> None:
    assert hint(text, language) in (
        "short_answer",
        "whole",
        "unfinished",
        "thinking",
        "none",
    )
    is_backchannel(text)
