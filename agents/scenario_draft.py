"""A first draft of a scenario, made by the configured model from a document or a finished call.

Nothing is taken on trust: what does not fit the shape is refused, every sentence that the model
names as a source is looked for in the text, and a product fact without one is left out.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic import ValidationError

from agents.drafted import ASKED_TO, Drafted, DraftedFact, DraftedObjection, Sourced, schema
from agents.openai_words import WordsFault
from agents.prompt import Message
from agents.spoken_numbers import speakable
from configs.fault import Fault
from speech.words import Transcript

MIN_CHARACTERS: Final = 200
MAX_CHARACTERS: Final = 24_000
LIMIT_S: Final = 90.0
"""For the whole answer, which is long."""
MAX_TOKENS: Final = 8_000
MADE_UP: Final = ""
"""As the source of what the model found no sentence for."""


class DraftModel(Protocol):
    """agents.openai_words.OpenAIWords is one; raises WordsFault."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        name: str,
        schema: Mapping[str, Any],
        limit_s: float,
        max_tokens: int,
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class Draft:
    table: dict[str, Any]
    """As a scenario's TOML has it; without persona, rubric and minutes, which are the lead's."""
    sources: dict[str, str]
    """Place as faults give it ("facts #2 > text") to the sentence it came from, or MADE_UP."""
    notes: tuple[str, ...]
    """What was left out and why, whole sentences."""


def checked_document(text: str) -> str:
    """Stripped. Raises Fault: draft-text-too-short, draft-text-too-long."""
    text = text.strip()
    if len(text) < MIN_CHARACTERS:
        said = f"expected {MIN_CHARACTERS} characters or more to draft from, not {len(text)}."
        raise Fault("draft-text-too-short", said, "Paste more of it.")
    if len(text) > MAX_CHARACTERS:
        said = f"expected at most {MAX_CHARACTERS} characters, not {len(text)}."
        raise Fault("draft-text-too-long", said, "Paste the part that the call is about.")
    return text


def call_text(transcript: Transcript, names: Sequence[str]) -> str:
    """A finished call as a document. `names`: of persons, each replaced by "the caller"; the
    longest call keeps its end, where it was decided."""
    sides = {"rep": "Caller", "buyer": "Persona"}
    text = "\n".join(f"{sides[u.speaker]}: {u.text.strip()}" for u in transcript.utterances)
    for name in sorted({part for one in names for part in (one, *one.split())}, key=len)[::-1]:
        if len(name) > 1:
            text = re.sub(rf"\b{re.escape(name)}\b", "the caller", text, flags=re.IGNORECASE)
    return text[-MAX_CHARACTERS:]


async def drafted(model: DraftModel | None, document: str) -> Draft:
    """From a document as checked_document() leaves it. Raises Fault: draft-no-model,
    draft-model-failed (with retry), draft-not-readable."""
    if model is None:
        said = "expected a language model to be configured, and there is none."
        raise Fault("draft-no-model", said, "Set words.base_url or a key, or write it by hand.")
    messages: list[Message] = [
        {"role": "system", "content": ASKED_TO},
        {"role": "user", "content": json.dumps({"document": document}, ensure_ascii=False)},
    ]
    try:
        answer = await model.complete(
            messages, name="scenario", schema=schema(), limit_s=LIMIT_S, max_tokens=MAX_TOKENS
        )
    except WordsFault as fault:
        said = "The model was asked for a draft, and none came."
        remedy = f"Try again, or check the model ({fault.code})."
        raise Fault("draft-model-failed", said, remedy, retry=True) from fault
    return read(answer, document)


def read(answer: str, document: str) -> Draft:
    """The draft that an answer holds. Raises Fault draft-not-readable."""
    try:
        found = Drafted.model_validate_json(answer)
    except (ValidationError, RecursionError) as error:
        said = "The model's draft has not the shape that was asked for."
        remedy = "Try again; if it happens again, choose a model that keeps to a JSON schema."
        raise Fault("draft-not-readable", said, remedy, retry=True) from error
    return _Reading(_flat(document)).draft(found)


class _Reading:
    def __init__(self, document: str) -> None:
        self._document = document
        self._sources: dict[str, str] = {}
        self._notes: list[str] = []

    def draft(self, found: Drafted) -> Draft:
        table: dict[str, Any] = {"kind": found.kind, "language": "en"}
        for key in ("title", "skill", "briefing", "goal"):
            part: Sourced = getattr(found, key)
            if part.text.strip():
                table[key] = part.text.strip()
                self._sources[key] = self._proven(part.source)
        table |= self._listed("product_facts", found.product_facts, needs_source=True)
        table |= self._listed("good", found.good, needs_source=False)
        table |= self._entries("facts", found.facts, "text", self._fact)
        table |= self._entries("objections", found.objections, "concern", self._objection)
        return Draft(table, self._sources, tuple(self._notes))

    def _proven(self, source: str) -> str:
        """The source when the document holds it, else MADE_UP."""
        flat = _flat(source)
        return source.strip() if flat and flat in self._document else MADE_UP

    def _listed(self, key: str, parts: Sequence[Sourced], *, needs_source: bool) -> dict[str, Any]:
        texts, sources = [], []
        for part in parts:
            text, source = " ".join(part.text.split()), self._proven(part.source)
            if needs_source and not source and text:
                self._notes.append(
                    f"A product fact was left out, as no sentence of the text says so: {text}"
                )
            elif text:
                texts.append(text)
                sources.append(source)
        if not texts:
            return {}
        self._sources[key] = "\n".join(dict.fromkeys(one for one in sources if one)) or MADE_UP
        return {key: texts}

    def _entries(
        self, key: str, parts: Sequence[Any], named: str, entry: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        entries = []
        for part in parts:
            found = {name: value for name, value in entry(part).items() if value}
            if named in found:
                entries.append(found)
                self._sources[f"{key} #{len(entries)} > {named}"] = self._proven(part.source)
        return {key: entries} if entries else {}

    def _fact(self, part: DraftedFact) -> dict[str, Any]:
        return {
            "text": " ".join(part.text.split()),
            "lines": self._spoken(part.lines),
            "unlock": part.unlock,
            "topics": _words(part.topics),
            "question": " ".join(part.question.split()),
        }

    def _objection(self, part: DraftedObjection) -> dict[str, Any]:
        wordings = {
            key: self._spoken(getattr(part, key))
            for key in ("lines", "harder", "explained", "settled")
        }
        words = {
            key: _words(getattr(part, key))
            for key in ("concern_words", "answer_words", "raised_by")
        }
        return {"kind": part.kind, "concern": " ".join(part.concern.split()), **wordings, **words}

    def _spoken(self, lines: Sequence[str]) -> list[str]:
        """Each once, numbers as words; one that cannot be spoken is left out."""
        kept: dict[str, None] = {}
        for line in lines:
            said = speakable(" ".join(line.split()))
            if said is None:
                self._notes.append(f"A wording was left out, as it cannot be spoken: {line}")
            elif said:
                kept[said] = None
        return list(kept)


def _words(words: Sequence[str]) -> list[str]:
    """Lower case, each once; a comma would part them in the form."""
    plain = (" ".join(one.lower().replace(",", " ").split()) for one in words)
    return list(dict.fromkeys(one for one in plain if one))


def _flat(text: str) -> str:
    """For finding a sentence again: lower case, single spaces, one kind of quote and dash."""
    text = text.lower().translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-"})
    return " ".join(text.split())
