"""Whether a sentence from a model may reach the rep's ear."""

import re

MAX_WORDS = 40
"""Longer sentences are an essay, not speech: 40 words take about 13 s to say."""

_MARKUP = re.compile(r"[*_`#|<>\[\]{}\\]|https?://|^\s*(?:[-•]|\d+[.)])\s")
_BROKEN_CHARACTER = re.compile(
    r"\b(?:as an ai|an ai (?:language )?model|a(?:n ai)? language model|large language model"
    r"|i'?m an ai|i am an ai|openai|chatgpt|my (?:instructions|system prompt|training data)"
    r"|system prompt|how (?:can|may) i (?:assist|help) you(?: today)?|happy to assist"
    r"|as the buyer|role-?play)\b",
    re.IGNORECASE,
)
_STAGE_DIRECTION = re.compile(r"^\s*\(|^\s*(?:buyer|rep|assistant|user)\s*:", re.IGNORECASE)


def acceptable(sentence: str) -> bool:
    """True when the sentence is spoken English prose of at most MAX_WORDS words: no markup, no
    list, no stage direction, nothing that steps out of the buyer's character."""
    n_words = len(sentence.split())
    return (
        0 < n_words <= MAX_WORDS
        and any(c.isalpha() for c in sentence)
        and not _MARKUP.search(sentence)
        and not _STAGE_DIRECTION.search(sentence)
        and not _BROKEN_CHARACTER.search(sentence.replace("’", "'"))
    )
