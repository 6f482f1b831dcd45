"""What the buyer takes one utterance for."""

import pytest

from agents.rep_move import heard_as


@pytest.mark.parametrize(
    "text",
    [
        "Whose idea was it in the first place?",
        "What did it cost you to settle that claim?",
        "How does that work for the drivers?",
        "which of them does it hurt the most",
    ],
)
def test_a_question_about_the_buyers_world_is_no_check_whether_something_is_settled(
    text: str,
) -> None:
    move = heard_as(text, 3.0, None)
    assert move.asks
    assert not move.confirms


@pytest.mark.parametrize(
    "text",
    [
        "Does that settle it for you?",
        "so does that settle it",
        "settle it for you",  # the first word lost
        "What is behind it? Well, does that answer your question?",
    ],
)
def test_a_check_whether_it_is_settled_is_heard_though_a_word_was_lost(text: str) -> None:
    assert heard_as(text, 3.0, None).confirms
