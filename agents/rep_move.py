"""What one utterance of the rep does, as far as the buyer cares."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from agents.persona_break import breaks_frame
from configs.scenario import Objection
from scoring.dialogue_acts import Act, Found, found_acts
from scoring.topics import n_touched, tokens

MONOLOGUE_S = 40.0
MONOLOGUE_WORDS = 120
"""At 150 to 180 words a minute, about as long; for lines that give no time."""
MAX_QUOTE = 240
"""Characters of the rep's words that are kept as the cause of a beat."""

_NOISE = frozenset(["um", "uh", "er", "erm", "ah", "eh", "oh", "hm", "hmm", "mm", "huh", "a", "i"])
_NOD_WORDS = (
    "yeah yes yep yup ok okay right sure great good nice perfect awesome cool wonderful thanks "
    "thank you so much very well alright fine exactly totally absolutely lovely please appreciate "
    "it that's that is got"
)
_NODS = frozenset(_NOD_WORDS.split()) | _NOISE
_GOODBYE = re.compile(
    r"\b(?:good ?bye|bye(?: bye)?|(?:talk|speak) (?:to you |with you )?(?:soon|later|then)"
    r"|have (?:a|yourself a) (?:good|great|nice|lovely|wonderful) (?:day|one|week|weekend|evening"
    r"|afternoon|rest)|see you (?:then|soon|on|next)|take care)\b"
)
_PROPOSES = re.compile(
    r"\b(?:(?:could|would|can|will) you|what if (?:we|you)|how about|would it be possible"
    r"|are you willing|i'd like to ask you|let's)\b"
)
_ASKS_FOR_MORE = r"what|how|why|which|who|whose|when|where"
_CHECKS = re.compile(
    rf"^(?:(?!(?:{_ASKS_FOR_MORE})\b)\w+ ){{0,3}}?(?:does|do|would|will|is|did|was)"
    r" (?:that|this|it)\b"
)
"""A closed question about what was just said: a confirmation, even when its verb was misheard."""
_MISHEARD_CHECK = re.compile(
    r"\b(?:does|would|will)(?: \w+){0,2} (?:settle|address|make sense|work for|sound)"
    r"|\b(?:settles?|address(?:es)?) (?:it|that|this|the|your|for|question)\b"
)
"""What is left of a confirmation when a word of it was lost."""
_THEIR_WORK = re.compile(
    r"\b(?:how|what|why|who|when|where)\b(?: \w+){0,3}? (?:do|does|did|is|are|was|were|has|have) "
    r"(?:you|your|it|they|the|people)\b"
)
"""How the buyer works today is no question about a next step ("how do you plan it")."""


@dataclass(frozen=True, slots=True)
class Move:
    """One utterance, heard while one objection (or none) was in the air."""

    text: str
    words: tuple[str, ...]
    """Of scoring.topics.tokens."""
    monologue: bool
    """Longer than a buyer listens to."""
    nothing: bool
    """No word that means anything."""
    nods: bool
    """Nothing but agreement, thanks and fillers."""
    asks: bool
    """A question about the buyer's world: no confirmation, permission or next step."""
    asks_openly: bool
    acknowledges: bool
    """Says the concern back or accepts it, and takes nothing of that back."""
    argues: bool
    """Denies what the buyer said."""
    answers: bool
    """Holds words that answer the objection in the air."""
    confirms: bool
    """Asks whether it is settled."""
    wants_next_step: bool
    says_goodbye: bool
    rude: bool
    claims: bool = False
    """States something about what is sold, or proves it."""
    proposes: bool = False
    """Asks for something in the form of a proposal ("could you ...", "would you ...")."""
    breaks_frame: bool = False
    """Talks of instructions, machines or scoring."""
    found: tuple[Found, ...] = ()
    """The acts with their places, by the rules."""

    @property
    def explores(self) -> bool:
        """Asks about the concern, or openly about anything; not a retort with a question mark."""
        return self.asks_openly or (self.asks and not self.argues)

    @property
    def quote(self) -> str | None:
        """The rep's words, verbatim from their start; None when there are none."""
        return self.text.strip()[:MAX_QUOTE] or None

    def touches(self, topics: tuple[str, ...]) -> int:
        """How many of the topics the words touch."""
        return n_touched(self.words, topics)

    def sentence_with(self, topics: tuple[str, ...]) -> str | None:
        """The first sentence that touches a topic, verbatim; None when no single one does."""
        sentences = (s.strip() for s in re.findall(r"[^.?!]+[.?!]*", self.text))
        return next((s[:MAX_QUOTE] for s in sentences if n_touched(tokens(s), topics)), None)


def heard_as(text: str, speech_s: float, objection: Objection | None) -> Move:
    """The move that an utterance makes. `objection` is the one whose words matter now: in play,
    or answered and not yet confirmed. Works without punctuation and on misheard words."""
    concern, answer = (objection.concern_words, objection.answer_words) if objection else ((), ())
    found = found_acts(text, concern_words=concern, answer_words=answer)
    acts = {f.act for f in found}
    asked = list(_asked(text, found))
    words = tokens(text)
    return Move(
        text=text,
        words=words,
        monologue=speech_s > MONOLOGUE_S or len(words) > MONOLOGUE_WORDS,
        nothing=all(w in _NOISE for w in words),
        nods="filler_talk" in acts or all(w in _NODS for w in words),
        asks=bool(asked),
        asks_openly=any(f.act == "question_open" for f in asked),
        acknowledges="acknowledgement" in acts and "argue" not in acts,
        argues="argue" in acts,
        answers=n_touched(words, answer) > 0,
        confirms="confirm_ask" in acts or _checks(text, found),
        wants_next_step=any(True for _ in _next_steps(text, found)),
        says_goodbye=bool(_GOODBYE.search(" ".join(words))),
        rude="rudeness" in acts,
        proposes=bool(_PROPOSES.search(" ".join(words))),
        claims=bool(acts & {"claim", "evidence"}),
        breaks_frame=breaks_frame(text) is not None,
        found=found,
    )


_SOFT: Final[dict[str, str]] = {
    "acknowledgement": "acknowledges",
    "question_open": "asks_openly",
    "question_clarifying": "asks",
    "argue": "argues",
    "confirm_ask": "confirms",
    "evidence": "claims",
}
"""Acts that a model may decide, and the flag each sets."""


def decided(move: Move, added: Collection[str], removed: Collection[str]) -> Move:
    """The move after a model's verdict on acts it was allowed to decide: `added` by it, or
    `removed`; acts that say nothing to the buyer are passed over."""
    flags: dict[str, Any] = {_SOFT[act]: False for act in removed if act in _SOFT}
    flags |= {_SOFT[act]: True for act in added if act in _SOFT}
    if "question_open" in added:
        flags["asks"] = True
    if flags.get("argues"):
        flags["acknowledges"] = False
    return replace(move, **flags) if flags else move


def _asked(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Questions about the buyer's world. A permission ("can I ask ...") may lead an open one."""
    for question in _of(found, "question_open", "question_closed"):
        others = [*_of(found, "confirm_ask"), *_next_steps(text, found)]
        if question.act == "question_closed":
            if _CHECKS.search(_plain(text, question)):
                continue
            others += _of(found, "permission")
        if not any(_mostly_in(question, other) for other in others):
            yield question


def _checks(text: str, found: Sequence[Found]) -> bool:
    rest = text
    for question in _of(found, "question_open"):
        blank = " " * (question.end - question.start)
        rest = rest[: question.start] + blank + rest[question.end :]
    if _MISHEARD_CHECK.search(" ".join(tokens(rest))):
        return True
    return any(_CHECKS.search(_plain(text, f)) for f in _of(found, "question_closed"))


def _next_steps(text: str, found: Sequence[Found]) -> Iterator[Found]:
    theirs = [
        q
        for q in _of(found, "question_open", "question_closed")
        if _THEIR_WORK.search(_plain(text, q))
    ]
    for step in _of(found, "next_step_ask"):
        if not any(_mostly_in(step, q) or _mostly_in(q, step) for q in theirs):
            yield step


def _of(found: Sequence[Found], *acts: Act) -> list[Found]:
    return [f for f in found if f.act in acts]


def _plain(text: str, found: Found) -> str:
    return " ".join(tokens(text[found.start : found.end]))


def _mostly_in(part: Found, whole: Found) -> bool:
    shared = min(part.end, whole.end) - max(part.start, whole.start)
    return shared > (part.end - part.start) / 2
