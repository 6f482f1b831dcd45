import pytest

from agents.guard import MAX_WORDS, acceptable


@pytest.mark.parametrize(
    "sentence",
    [
        "We plan everything in spreadsheets.",
        "Hm, no.",
        "That's about two and a half thousand a month, isn't it?",
        "I’m not sure that helps us.",
    ],
)
def test_plain_speech_may_be_spoken(sentence: str) -> None:
    assert acceptable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "...",
        "**Sure!**",
        "- First point",
        "1. First point",
        "# Summary",
        "See https://example.org for more.",
        "As an AI language model, I cannot do that.",
        "I’m an AI, so I have no budget.",
        "My instructions say that I raise a concern.",
        "How can I assist you today?",
        "(sighs) Fine.",
        "Buyer: Fine.",
        "word " * (MAX_WORDS + 1),
    ],
)
def test_what_breaks_character_or_cannot_be_spoken_may_not(sentence: str) -> None:
    assert not acceptable(sentence)
