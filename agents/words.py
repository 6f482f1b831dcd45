"""The buyer's words: a model's when they come in time, else authored lines."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

from agents.authored import say
from agents.beat import Beat, BeatKind
from agents.buyer_mind import BuyerState
from agents.clauses import MIN_CHARACTERS, first_clause, sentences
from agents.guard import MAX_CHARACTERS, MAX_WORDS, acceptable, unfinished
from agents.guard_script import Script, script
from agents.openai_words import WordsFault
from agents.prompt import Message, n_sentences, prompt
from agents.spoken_numbers import speakable
from agents.withheld import Withheld
from configs.fault import Fault
from configs.persona import Persona
from configs.scenario import Scenario
from speech.words import Utterance

GIVE_UP_AFTER = 3
"""Faults in a row after which the model is left alone for the rest of the call, because each one
costs the rep a wait."""

_ALWAYS_AUTHORED: frozenset[BeatKind] = frozenset(
    {"open", "interrupt", "prompt_silence", "put_through"}
)
"""Beats that must come at once, and that no model says better."""


class WordsModel(Protocol):
    """What streams text for a prompt; raises WordsFault."""

    @property
    def name(self) -> str: ...

    def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]: ...


class WordsReply(AsyncIterator[str]):
    """The words of one beat, as they become known. May be made on speculation: until used() is
    called nothing that goes wrong is told or remembered."""

    def __init__(self, pieces: AsyncGenerator[str, None], news: "Withheld[Fault | None]") -> None:
        self._pieces = pieces
        self._news = news

    async def __anext__(self) -> str:
        return await anext(self._pieces)

    def used(self) -> None:
        """The rep hears this reply: its faults, past and to come, count. Safe twice."""
        self._news.use()

    async def aclose(self) -> None:
        await self._pieces.aclose()


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

    def reply(
        self,
        beat: Beat,
        state: BuyerState,
        scenario: Scenario,
        persona: Persona,
        recent: Sequence[Utterance],
    ) -> WordsReply:
        """The first clause as soon as it is known, then whole sentences, each with a space after
        it; at least one. `state` is the one that came with the beat; `recent` is what was heard,
        in order. Call used() of what it returns when the rep is to hear it."""
        news: Withheld[Fault | None] = Withheld(self._learn)
        authored = say(beat, state, scenario, persona)
        if self._model is None or beat.kind in _ALWAYS_AUTHORED or self._n_faults >= GIVE_UP_AFTER:
            return WordsReply(_only(authored), news)
        messages = prompt(beat, state, scenario, persona, recent)
        holds = script(beat, state, scenario, persona, recent)
        return WordsReply(_from_model(self._model, messages, holds, authored, news), news)

    def _learn(self, news: Fault | None) -> None:
        """A fault of a reply that was used; None when the model's answer came to its end."""
        if news is None:
            self._n_faults = 0
            return
        if isinstance(news, WordsFault):
            self._n_faults += 1
        self._on_fault(news)


async def _only(line: str) -> AsyncGenerator[str, None]:
    yield line


async def _from_model(
    model: WordsModel,
    messages: Sequence[Message],
    holds: Script,
    authored: str,
    news: "Withheld[Fault | None]",
) -> AsyncGenerator[str, None]:
    """As many acceptable sentences as the beat takes; stops at the first that is not. The authored
    line follows when nothing was said, or when what was said is not a whole sentence."""
    said = _Said(holds)
    try:
        async with aclosing(model.stream(messages)) as pieces:
            async for piece in pieces:
                for part in said.more(piece):
                    yield part
                if said.complete:
                    break
        for part in () if said.complete else said.rest():
            yield part
        if said.off_script:
            news.add(_off_script())
        news.add(None)
    except WordsFault as fault:
        news.add(fault)
    if said.lacks_end:
        yield authored


class _Said:
    """What of a model's streamed text may be spoken, as early as it is sure."""

    def __init__(self, holds: Script) -> None:
        self.off_script = False
        """True once the model said what must not be spoken."""
        self._holds = holds
        self._before = ""  # the sentences so far
        self._text = ""  # from the start of the sentence under way
        self._n_early = 0  # characters of it that are spoken already
        self._n_sentences = 0
        self._n_spoken = 0  # characters in all

    @property
    def complete(self) -> bool:
        """True when nothing more will be taken."""
        return self.off_script or self._n_sentences == n_sentences(self._holds.beat.kind)

    @property
    def lacks_end(self) -> bool:
        """True when nothing was spoken yet, or the last that was is no whole sentence."""
        return self._n_sentences == 0 or self._n_early > 0

    def more(self, piece: str) -> list[str]:
        found, rest = sentences(self._text + piece)
        parts: list[str] = []
        for sentence in found:
            if not self.complete:
                parts += self._whole(sentence)
        self._text = rest
        if not self.complete:
            parts += self._early()
        return parts

    def rest(self) -> list[str]:
        """The rest of an answer that ended by itself counts as a sentence, unless it is half of
        one; of an answer that broke off it is left out."""
        if not self._text.strip():
            return []
        self.off_script = unfinished(_plain(self._text))
        return [] if self.off_script else self._whole(self._text)

    def _whole(self, sentence: str) -> list[str]:
        if not acceptable(_plain(sentence), self._holds, self._before):
            self.off_script = True
            return []
        self._before = f"{self._before} {_plain(sentence)}".strip()
        part, self._n_early = _plain(sentence[self._n_early :]), 0
        self._n_sentences += 1
        return self._spoken(part) if part else []

    def _early(self) -> list[str]:
        """The reply's first clause need not wait for its sentence; a sentence that has become too
        long need not be waited for."""
        endless = len(self._text) > MAX_CHARACTERS
        self.off_script = endless or len(self._text.split()) > MAX_WORDS
        begun = self._n_spoken >= MIN_CHARACTERS
        end = None if begun or self._n_early else first_clause(self._text)
        if self.off_script or end is None:
            return []
        clause = _plain(self._text[:end])
        if any(c.isdigit() for c in clause.split()[-1]):  # "2 | percent" is not one word yet
            return []
        self.off_script = not acceptable(clause, self._holds, self._before)
        if self.off_script:
            return []
        self._n_early = end
        return self._spoken(clause)

    def _spoken(self, part: str) -> list[str]:
        self._n_spoken += len(part)
        return [(speakable(part) or part) + " "]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _off_script() -> Fault:
    said = "The model was expected to speak as the buyer, in short plain sentences, and did not."
    return Fault(
        "words-off-script",
        said,
        "That part was left out; an authored line stands in when nothing is left.",
    )
