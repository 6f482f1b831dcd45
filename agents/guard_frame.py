"""Sentences in which a model steps out of the person it speaks for."""

import re
import unicodedata

from agents.beat import BeatKind

_ASSISTANT = re.compile(
    # what it is
    r"\b(?:as an ai|an? ai (?:language )?(?:model|assistant|buyer)|(?:large )?language model|llm"
    r"|(?:i'?m|i am|i was|being) (?:just |only |actually |really )?(?:an? )?(?:ai|artificial"
    r"|bot|robot|chat ?bot|computer|machine|program|virtual|simulat\w+|assistant)\b"
    r"|openai|chatgpt|anthropic|gpt-?\d?|trained (?:on|by)|training data|knowledge cutoff"
    r"|als ki|en tant qu'(?:ia|intelligence)|como (?:una )?ia|come ia|als ai|como uma ia)\b"
    # what it was told
    r"|^\W*you (?:play|speak on|are this person)\b"
    r"|\b(?:(?:my|the|these|your|previous|given|following) (?:instructions?|(?:system )?prompt"
    r"|guidelines|programming)|system (?:prompt|message)|i (?:was|am|have been|'ve been) (?:told"
    r"|instructed|asked|programmed) to (?:play|act|speak|respond|be the|stay)|call_so_far"
    r"|what (?:you|i) do now|the fact to tell|your mood|my mood is|hidden facts?|in character"
    r"|out of character|as the buyer|as the gatekeeper|as (?:an? )?(?:buyer|prospect)"
    r"|the (?:sales )?rep (?:is|asks?|asked|said|says|has|wants?|should|must|needs?)\b)"
    # what it is for
    r"|\b(?:role-?play\w*|simulation of|simulated (?:call|buyer|conversation)|practi[cs]e call"
    r"|training (?:exercise|scenario|call)|(?:this|the) scenario\b|this exercise)\b"
    r"|\b(?:rubrics?|score ?cards?|scoring|criteri(?:on|a) (?:\w+ )?(?:says?|states?|asks?"
    r"|requires?|\d)|your score|(?:i'?d|i would|i'll|i will) (?:score|grade|rate) (?:you|this|that"
    r"|your)|(?:full|top) marks|full points|(?:ten|eight|nine|seven|six|five) out of ten"
    r"|you (?:did|handled|acknowledged|explored) (?:that |the |it |my )?(?:\w+ )?(?:very )?"
    r"(?:well|correctly|nicely))\b"
    # how it talks
    r"|\b(?:how (?:can|may) i assist|assist you|happy to (?:assist|help you)"
    r"|(?:anything|something) else i can (?:help|do for)|feel free to|i hope (?:this|that) helps"
    r"|let me know if you (?:have|need)|as requested|in summary|in conclusion"
    r"|here(?:'s| is| are) (?:a|an|some|my|the) (?:\w+ )?(?:response|reply|answer|list|summary"
    r"|version|translation|example)|(?:great|excellent|good) question[!,.]? (?:here|let me"
    r"|there are|i'd be)|i understand your concerns?|thank you for (?:your (?:question|message"
    r"|understanding|patience)))\b"
    r"|^(?:certainly|absolutely|of course|sure)!? (?:here|i'd be happy|i can help)\b"
    # how it refuses
    r"|\b(?:i'?m sorry|sorry|i apologi[sz]e|apologies),? but (?:i|as) (?:can'?t|cannot|am not able"
    r"|'?m not able|'?m unable|am unable|an)\b"
    r"|\bi(?:'m| am)? (?:can'?t|cannot|can not|won'?t|unable to|not able to|not allowed to)"
    r" (?:be able to )?(?:assist|comply|engage|fulfil?l|generate|create|provide (?:that|this|you"
    r"|assistance|information)|help (?:you )?with (?:that|this)|participate|continue with this"
    r"|share that|discuss (?:that|this) (?:topic|request))\b"
    r"|\b(?:against|violat\w+) (?:my|our|the) (?:policy|policies|guidelines)\b"
    # how it helps the rep
    r"|\b(?:you (?:should|could|might|may want to)|try (?:to )?) ?(?:ask|asking) me\b"
    r"|\ba better (?:question|answer|reply|approach) (?:would|to|is)\b"
    r"|\b(?:to win me over|to convince me),? you (?:should|need|have) to (?:ask|say|acknowledge)",
    re.IGNORECASE,
)
_OFFERS_HELP = re.compile(r"\bhow (?:can|may) i help\b", re.IGNORECASE)
"""In the mouth of a buyer; of a gatekeeper it is the trade."""
_MARKUP = re.compile(r"[*_`#|<>\[\]{}\\()~^=]|https?://|www\.|^\s*(?:[-•–—]|\d+[.)]|[a-z]\))\s")
_LABEL = re.compile(
    r"^\s*[\"'“]?(?:buyer|seller|rep|sales rep|assistant|user|system|customer|gatekeeper|human|ai"
    r"|me|response|reply|answer|note|translation)\s*:",
    re.IGNORECASE,
)
_CONFIRMS = re.compile(
    r"^\W*(?:well,? |okay,? |ok,? |hm+,? |all right,? |ah,? |oh,? )*(?:yes|yeah|yep|yup|correct"
    r"|right|exactly|indeed|true|sure|of course|absolutely|certainly|guilty|you(?:'re| are) right"
    r"|that(?:'s| is) (?:right|true|correct)|you got me|you caught me|fine,? i'?ll|understood"
    r"|as you wish|happy to|no problem)\b"
    r"|\b(?:you(?:'re| are) (?:right|correct)|you got me|you caught me|busted|i admit|i confess"
    r"|i(?:'ll| will) (?:ignore|forget|disregard|comply|do that|do as)|here (?:it is|they are|you"
    r" (?:go|are)))\b",
    re.IGNORECASE,
)
_SYMBOLS = frozenset({"So", "Sk", "Cn", "Co", "Cs", "Cc"})


def out_of_character(sentence: str, *, at_the_gate: bool = False) -> bool:
    """Assistant-speak, talk of machines, instructions, practice or scoring, a model's refusal."""
    plain = sentence.replace("’", "'")
    return bool(_ASSISTANT.search(plain) or (not at_the_gate and _OFFERS_HELP.search(plain)))


def confirms(sentence: str, kind: BeatKind) -> bool:
    """True when the beat is to be puzzled, and the sentence says yes to what was alleged."""
    return kind == "deflect" and bool(_CONFIRMS.search(sentence.replace("’", "'")))


def unspeakable(sentence: str, names: tuple[str, ...] = ()) -> bool:
    """Markup, a list, a stage direction, a speaker's label, signs that no voice can say. `names`:
    of the person who speaks, for whose label is looked."""
    if _MARKUP.search(sentence) or _LABEL.search(sentence):
        return True
    start = sentence.lstrip().lower()
    if any(start.startswith(f"{name.lower()}:") for name in names if name):
        return True
    return not sentence.isascii() and any(unicodedata.category(c) in _SYMBOLS for c in sentence)
