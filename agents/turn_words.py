"""What the rep's last words tell about whether the turn is over.

Words only: the sound is judged by the turn detector. English is complete; other languages have
their hesitations and conjunctions, and nothing is concluded from what is not listed.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from scoring.cues import BACKCHANNEL

Hint = Literal["short_answer", "whole", "unfinished", "thinking", "none"]
"""short_answer: complete as it stands ("Yes."); whole: written as a sentence; unfinished: more
must come ("and", "because the"); thinking: the rep asked for time or thinks aloud."""

MAX_ANSWER_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class _Lexicon:
    answers: frozenset[str]
    """Whole short answers, without punctuation."""
    open_ends: frozenset[str]
    """Last words after which a speaker goes on."""
    hesitations: frozenset[str]
    thinking: re.Pattern[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.split(","))


_ENGLISH: Final = _Lexicon(
    answers=_phrases(
        "yes, no, yeah, yep, yup, nope, sure, okay, ok, right, correct, exactly, absolutely, "
        "definitely, certainly, of course, not really, not yet, not at all, i do, i am, i did, "
        "we do, we are, we did, it is, it does, they do, that's right, that's correct, "
        "that is right, sounds good, sounds great, makes sense, fair enough, i see, got it, "
        "i understand, thank you, thanks, thank you very much, no thanks, no problem, hello, hi, "
        "hey, goodbye, bye, please do, go ahead, me too, good morning, good afternoon, "
        "yes please, yes i do, yes we do, yes it does, no i don't, no we don't, perfect, great"
    ),
    open_ends=_words(
        "and but or so because although unless until whereas if when whether than as a an the my "
        "your our their its every very i'm you're we're they're there's i've we've you've i'll "
        "we'll whose into onto during per via"
    ),
    hesitations=_words("um uh er erm ah hmm hm mm umm uhh"),
    thinking=re.compile(
        r"\b(?:let me (?:think|see|check|look)|give me (?:a|one) (?:second|sec|moment|minute)"
        r"|(?:one|just a) (?:second|sec|moment|minute)|hold on a (?:second|sec|moment)"
        r"|how (?:do|should|shall|can) i (?:put|say|explain) (?:this|it|that)|where was i"
        r"|what(?:'s| is) the word|bear with me)\b[^a-z]*$"
    ),
)
_SO_ENDS: Final = _words("think hope guess say said suppose believe expect afraid if or not")
"""Words after which "so" ends a sentence ("I think so", "or so")."""
_ASKING: Final = _words("um uh er erm so well and but like")
"""Last words of a nod that is more than one."""
_NEVER: Final = re.compile(r"(?!)")
_OTHERS: Final = {
    "de": _Lexicon(
        answers=_words("ja nein genau klar richtig stimmt gerne danke okay ok"),
        open_ends=_words(
            "und aber oder weil dass denn sondern wenn obwohl damit der die den dem ein eine "
            "einen einem mein unser"
        ),
        hesitations=_words("äh ähm öh hm mhm"),
        thinking=re.compile(r"\b(?:moment|sekunde|mal überlegen|lassen sie mich \w+)\b[^a-z]*$"),
    ),
    "fr": _Lexicon(
        answers=_words("oui non exactement merci bien d'accord voilà ok"),
        open_ends=_words("et mais ou donc car parce que puisque si le la les un une des du de"),
        hesitations=_words("euh heu hum ben"),
        thinking=re.compile(r"\b(?:un (?:instant|moment)|une seconde|voyons)\b[^a-z]*$"),
    ),
    "es": _Lexicon(
        answers=_words("sí si no claro exacto gracias vale correcto ok"),
        open_ends=_words("y pero o porque que aunque cuando el la los las un una de del"),
        hesitations=_words("eh em este mmm"),
        thinking=re.compile(r"\b(?:un (?:momento|segundo)|déjame (?:ver|pensar))\b[^a-z]*$"),
    ),
}
_NOTHING: Final = _Lexicon(frozenset(), frozenset(), frozenset(), _NEVER)
_WRITTEN: Final = re.compile(r"[.?!]\s|^\W*[A-ZÀ-Þ](?!\b)|^(?:I|A)\b")
"""A sentence mark inside, or a capital at the start."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def hint(text: str, language: str) -> Hint:
    """What the words so far say. Where sentences are written with capitals and marks, a missing
    mark at the end means something."""
    known = _ENGLISH if language.startswith("en") else _OTHERS.get(language[:2], _NOTHING)
    words = [w.replace("’", "'") for w in _WORD.findall(text.lower())]
    if not words:
        return "none"
    if known.thinking.search(text.lower()):
        return "thinking"
    if words[-1] in known.hesitations:
        return "thinking" if len(words) <= 2 else "unfinished"
    if len(words) <= MAX_ANSWER_WORDS and " ".join(words) in known.answers:
        return "short_answer"
    written = text.rstrip().rstrip("\"'”’)")
    if written.endswith("?"):
        return "whole"
    if _goes_on(words, known) or written.endswith((",", "-", "–", "—", "…", "...")):
        return "unfinished"
    if written.endswith((".", "!")):
        return "whole"
    return "unfinished" if _WRITTEN.search(text) else "none"


def _goes_on(words: list[str], known: _Lexicon) -> bool:
    if words[-1] == "so" and len(words) > 1 and words[-2] in _SO_ENDS:
        return False
    return words[-1] in known.open_ends


def is_backchannel(text: str) -> bool:
    """True for "mm-hm", "right", "okay": listening, not taking the turn. True also for no word;
    not for "okay, um," or "right, so", which ask for the floor."""
    words = _WORD.findall(text.lower())
    if not words:
        return True
    asks = len(words) > 1 and words[-1] in _ASKING
    return not asks and bool(BACKCHANNEL.fullmatch(_plain(text)))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
