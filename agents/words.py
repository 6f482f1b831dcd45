"""The buyer's words: a model's sentences when they come in time, else authored lines."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

from agents.authored import say
from agents.beat import Beat, BeatKind
from agents.buyer_mind import BuyerState
from agents.guard import acceptable
from agents.openai_words import WordsFault
from agents.prompt import Message, prompt
from configs.fault import Fault
from configs.persona import Persona
from configs.scenario import Scenario
from speech.words import Utterance

MAX_SENTENCES = 2
GIVE_UP_AFTER = 3
"""Faults in a row after which the model is left alone for the rest of the call, because each one
costs the rep a wait."""

_ALWAYS_AUTHORED: frozenset[BeatKind] = frozenset({"open", "interrupt", "prompt_silence"})
"""Beats that must come at once, and that no model says better."""
_SENTENCE = re.compile(r".+?[.!?…]+[\"'”’)]*(?=\s)", re.DOTALL)
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e)|\b[A-Z])\.$", re.IGNORECASE)


class WordsModel(Protocol):
    """What streams text for a prompt; raises WordsFault."""

    @property
    def name(self) -> str: ...

    def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]: ...


class BuyerWords:
    """The words of one call."""

    def __init__(self, *, model: WordsModel | None, on_fault: Callable[[Fault], None]) -> None:
        """on_fault is told of each time that authored lines had to stand in."""
        self._model = model
        self._on_fault = on_fault
        self._n_faults = 0

    @property
    def name(self) -> str:
        """As people read it: "authored lines", or "gpt-4o-mini at api.openai.com"."""
        return self._model.name if self._model else "authored lines"

    async def reply(
        self,
        beat: Beat,
        state: BuyerState,
        scenario: Scenario,
        persona: Persona,
        recent: Sequence[Utterance],
    ) -> AsyncIterator[str]:
        """Whole sentences, each with a space after it, as soon as each is known; at least one.
        `state` is the one that came with the beat; `recent` is what was heard, in order."""
        n_said = 0
        if self._model and beat.kind not in _ALWAYS_AUTHORED and self._n_faults < GIVE_UP_AFTER:
            messages = prompt(beat, state, scenario, persona, recent)
            async with aclosing(self._from_model(self._model, messages)) as sentences:
                async for sentence in sentences:
                    n_said += 1
                    yield sentence + " "
        if n_said == 0:
            yield say(beat, state, scenario, persona)

    async def _from_model(
        self, model: WordsModel, messages: Sequence[Message]
    ) -> AsyncGenerator[str, None]:
        """Up to MAX_SENTENCES acceptable sentences; stops at the first that is not."""
        n_said = 0
        try:
            async with aclosing(_sentences(model.stream(messages))) as sentences:
                async for sentence in sentences:
                    if not acceptable(sentence):
                        self._on_fault(_off_script())
                        break
                    n_said += 1
                    yield sentence
                    if n_said == MAX_SENTENCES:
                        break
            self._n_faults = 0
        except WordsFault as fault:
            self._n_faults += 1
            self._on_fault(fault)


def _off_script() -> Fault:
    said = "The model was expected to speak as the buyer, in short plain sentences, and did not."
    return Fault(
        "words-off-script",
        said,
        "That part was left out; an authored line stands in when nothing is left.",
    )


async def _sentences(pieces: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """Whole sentences out of pieces of text. The rest of an answer that ended by itself counts as
    one; of an answer that broke off (WordsFault), only whole sentences are passed on."""
    text = ""
    async with aclosing(pieces):
        async for piece in pieces:
            found, text = _split(text + piece)
            for sentence in found:
                yield sentence
    if text.strip():
        yield " ".join(text.split())


def _split(text: str) -> tuple[list[str], str]:
    """Finished sentences and the rest. A sentence is finished when white space follows its mark,
    so that "2.5" and "e.g." within a piece stay whole."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        sentence = text[start : match.end()].strip()
        if _ABBREVIATION.search(sentence):
            continue
        found.append(" ".join(sentence.split()))
        start = match.end()
    return found, text[start:]
