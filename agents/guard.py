"""Whether a sentence from a model may reach the rep's ear."""

import re
from typing import Literal

from agents.guard_agreement import agrees
from agents.guard_frame import confirms, out_of_character, unspeakable
from agents.guard_leak import bare
from agents.guard_script import Script
from agents.language import in_language
from agents.prompt import echoes_prompt
from agents.spoken_numbers import speakable

MAX_WORDS = 40
"""Longer sentences are an essay, not speech: 40 words take about 13 s to say."""
MAX_CHARACTERS = 320
"""The same for what has no spaces, so that nothing endless is ever looked at."""
MAX_REPLY_WORDS = 55
"""Of all sentences of a reply."""

Refusal = Literal[
    "nothing",
    "length",
    "markup",
    "character",
    "language",
    "numbers",
    "agreement",
    "leak",
]
_UNFINISHED = re.compile(
    r"(?:[,;:–—-]|\b(?:a|an|the|and|or|but|to|of|in|on|at|for|with|from|by|as|if|that|which|who"
    r"|because|so|our|my|your|their|its|is|are|was|were|have|has|we|i|you|they|very|about|than"
    r"|when|where|while|into|every|some|any|not|would|could|should|will|can|don't))\W*$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[.!?…][\"'”’)]*\s*$")
MAX_UNMARKED = 8
"""Words of an answer that came to its end without a mark and still counts as a sentence."""


def acceptable(sentence: str, script: Script | None = None, before: str = "") -> bool:
    """True when the sentence may be spoken; see refusal."""
    return refusal(sentence, script, before) is None


def refusal(sentence: str, script: Script | None = None, before: str = "") -> Refusal | None:
    """Why a sentence, or the first clause of one, may not be spoken; None when it may. Without a
    script only what is never spoken is refused. `before`: the reply's sentences so far."""
    if len(sentence) > MAX_CHARACTERS:
        return "length"
    n_words = len(sentence.split())
    if n_words == 0 or not any(c.isalpha() for c in sentence):
        return "nothing"
    if n_words > MAX_WORDS or n_words + len(before.split()) > MAX_REPLY_WORDS:
        return "length"
    if unspeakable(sentence, script.names if script else ()):
        return "markup"
    spoken = speakable(sentence)
    if spoken is None or (spoken != sentence and script and not _english(script)):
        return "numbers"
    if script is not None and _written(spoken, script):
        return None
    at_the_gate = script is not None and script.beat.voice == "gatekeeper"
    if out_of_character(spoken, at_the_gate=at_the_gate) or echoes_prompt(spoken):
        return "character"
    return None if script is None else _against(script, spoken, before)


def unfinished(text: str) -> bool:
    """True for the rest of an answer that is no whole sentence: it has no mark at its end, and
    breaks off at a word that needs another, or is long."""
    if _MARKED.search(text):
        return False
    return len(text.split()) > MAX_UNMARKED or bool(_UNFINISHED.search(text))


def _against(script: Script, spoken: str, before: str) -> Refusal | None:
    kind = script.beat.kind
    if not in_language(spoken, script.language):
        return "language"
    if confirms(spoken, kind):
        return "character"
    if agrees(spoken, kind, agreed=script.agreed):
        return "agreement"
    return "leak" if script.secrets.leaked_by(spoken, before) else None


def _english(script: Script) -> bool:
    return script.language.lower().split("-")[0] == "en"


def _written(spoken: str, script: Script) -> bool:
    """Word for word what people wrote for this beat."""
    return bare(spoken) in script.authored
