"""What one utterance of the rep does, as far as the buyer cares."""

import re
from dataclasses import dataclass

from agents.topics import n_touched, tokens
from configs.scenario import Objection

MONOLOGUE_S = 40.0
MONOLOGUE_WORDS = 120
"""At 150 to 180 words a minute, about as long; for lines that give no time."""
MAX_QUOTE = 240
"""Characters of the rep's words that are kept as the cause of a beat."""

_NOISE = frozenset(
    [
        "um",
        "uh",
        "er",
        "erm",
        "ah",
        "eh",
        "oh",
        "hm",
        "hmm",
        "mm",
        "mhm",
        "huh",
        "ha",
        "a",
        "i",
        "the",
    ]
)
_NODS = frozenset(
    [
        "yeah",
        "yes",
        "yep",
        "yup",
        "ok",
        "okay",
        "right",
        "sure",
        "great",
        "good",
        "nice",
        "perfect",
        "awesome",
        "cool",
        "wonderful",
        "thanks",
        "thank",
        "you",
        "so",
        "much",
        "very",
        "well",
        "alright",
        "fine",
        "exactly",
        "totally",
        "absolutely",
        "lovely",
        "please",
        "appreciate",
        "it",
        "that's",
        "that",
        "is",
        "got",
    ]
)
_OPEN = re.compile(
    r"\b(?:how|what|why|which|who|where|when|tell me|walk me|talk me|describe|help me understand"
    r"|curious|could you share|can you share)\b"
)
_ASKING = re.compile(
    r"(?:^|\b(?:and|so|but|okay|well|then) )(?:do|does|did|is|are|was|were|have|has|can|could|would"
    r"|will|should|may) (?:you|your|there|it|that|this|we|i|they|the)\b"
)
_CONFIRMS = re.compile(
    r"\b(?:does|did|do|would|is|are|have i|has) (?:that|this|it|you|we|i)?\s?(?:\w+ ){0,3}?"
    r"(?:help|address|answer|settle|work for|make sense|cover|clear|sound|comfortable|resolve"
    r"|put your mind|take care|satisf)\w*"
    r"|\bany(?:thing else)? (?:left|other) (?:concern|worr|question)|\bwhat else (?:worr|concern)"
    r"|\bis there anything (?:else )?(?:about|left|that)|\bare we good on\b"
)
_ACKNOWLEDGES = re.compile(
    r"\b(?:i (?:understand|hear|get|appreciate|see|realize)\b|makes? (?:total |perfect |a lot of )?"
    r"sense|that's (?:a )?(?:fair|valid|reasonable|understandable)|fair (?:enough|point|concern)"
    r"|sounds like|i can (?:see|imagine|understand)|understandabl|valid (?:point|concern)"
    r"|thanks? (?:you )?for (?:sharing|being|telling|saying|raising)|good point)"
)
_NEXT_STEP = re.compile(
    r"\b(?:next step|set up (?:a|another|some|thirty|time)|schedule|book (?:a|some|time|thirty)"
    r"|calendar|invite|meet (?:again|next|on|with)|follow up (?:call|meeting)|get (?:together|time)"
    r"|another (?:call|meeting)|a (?:demo|trial|pilot|meeting|workshop|short call|follow)"
    r"|move forward|sign|get started|does (?:monday|tuesday|wednesday|thursday|friday)"
    r"|on (?:monday|tuesday|wednesday|thursday|friday)|put (?:some )?time)\b"
)
_GOODBYE = re.compile(
    r"\b(?:good ?bye|bye(?: bye)?|(?:talk|speak) (?:to you |with you )?(?:soon|later|then)"
    r"|have a (?:good|great|nice|lovely|wonderful) (?:day|one|week|weekend|evening|afternoon|rest)"
    r"|see you (?:then|soon|on|next)|take care)\b"
)
_RUDE = re.compile(
    r"\b(?:stupid|idiot\w*|moron\w*|shut up|fuck\w*|bullshit|asshole|dumb|screw you|damn you|liar"
    r"|crap|waste of (?:my )?time|what's wrong with you|ridiculous person)\b"
)


@dataclass(frozen=True, slots=True)
class Move:
    """One utterance, heard while one objection (or none) was in the air."""

    text: str
    words: tuple[str, ...]
    monologue: bool
    """Longer than a buyer listens to."""
    nothing: bool
    """No word that means anything."""
    nods: bool
    """Nothing but agreement, thanks and compliments."""
    asks: bool
    """A question about the buyer's world; neither confirms nor wants_next_step."""
    asks_openly: bool
    acknowledges: bool
    """Names or accepts the concern before anything else is made of it."""
    explores: bool
    """Asks about the concern, or openly about anything."""
    answers: bool
    """Holds words that answer the objection in the air."""
    confirms: bool
    """Asks whether it is settled."""
    wants_next_step: bool
    says_goodbye: bool
    rude: bool

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
    words = tokens(text)
    said = " ".join(words)
    next_step = bool(_NEXT_STEP.search(said))
    confirms = bool(_CONFIRMS.search(said))
    open_ = bool(_OPEN.search(said))
    question = "?" in text or open_ or bool(_ASKING.search(said))
    asks = question and not next_step and not confirms
    return Move(
        text=text,
        words=words,
        monologue=speech_s > MONOLOGUE_S or len(words) > MONOLOGUE_WORDS,
        nothing=all(w in _NOISE for w in words),
        nods=all(w in _NODS or w in _NOISE for w in words),
        asks=asks,
        asks_openly=asks and open_,
        acknowledges=bool(_ACKNOWLEDGES.search(said)),
        explores=asks,
        answers=objection is not None and n_touched(words, objection.answer_words) > 0,
        confirms=confirms,
        wants_next_step=next_step and not confirms,
        says_goodbye=bool(_GOODBYE.search(said)),
        rude=bool(_RUDE.search(said)),
    )
