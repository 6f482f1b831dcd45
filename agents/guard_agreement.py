"""A yes that was not decided: a model that is pleasant agrees to whatever it is asked."""

import re

from agents.beat import BeatKind

AGREEING: frozenset[BeatKind] = frozenset({"agree", "concede"})
SETTLING: frozenset[BeatKind] = frozenset({"agree", "concede", "settle", "soften", "goodbye"})

_DAY = "monday|tuesday|wednesday|thursday|friday|tomorrow|next week|next month"
_AGREES = re.compile(
    r"\b(?:let's|let us|we can|we could|we'll|we will|i'll|i will|happy to|glad to|love to|ready to"
    r"|yes,? (?:we|i)(?:'ll| can| will)) (?:just |gladly |definitely )?"
    r"(?:do (?:it|this|that)\b|go ahead|go for it|get (?:started|going)|move (?:forward|ahead)"
    r"|start (?:with|on|the|a|next)|schedule|book|set (?:it|that|this|something|a time|up)"
    r"|put (?:it|that|this|something) in (?:the|my|your|our) (?:calendar|diary)|sign\b|buy\b"
    r"|take (?:it|the (?:deal|offer|pilot|trial))\b|try (?:it|that|the|your)|run (?:a|the) (?:pilot"
    r"|trial)|give it a (?:try|go)|meet (?:on|next|you|again)|(?:be there|see you) (?:on|next|at))"
    r"|\b(?:you(?:'ve| have)? (?:convinced|sold|persuaded|won) me|you have a deal"
    r"|(?:i'm|i am|we're|we are) (?:in|sold|convinced|persuaded|on board)\b(?! (?:the|a|an|that|my"
    r"|our|this|at|on|with|touch)\b)|count (?:me|us) in|it's a deal|where do (?:i|we) sign"
    r"|i agree to|we have an agreement)\b"
    rf"|\b(?:{_DAY}|the (?:\w+) of \w+) (?:\w+ )?(?:works|suits|is fine|is good|sounds good)\b"
    r"|\b(?:that works|works) for (?:me|us)\b"
    r"|\bsee you (?:then\b|on (?:monday|tuesday|wednesday|thursday|friday)|next)"
    r"|\bsend (?:me|us|over) (?:the |a |an |your )?(?:contract|agreement|papers|paperwork|invite"
    r"|invitation|calendar)\b"
    r"|^\W*deal\b",
    re.IGNORECASE,
)
_SETTLES = re.compile(
    r"\b(?:that|it|this) (?:settles|resolves|solves) (?:it|that|my|the)\b"
    r"|\b(?:i'm|i am) (?:happy|content|satisfied|comfortable) with (?:that|it|this)\b"
    r"|\bno (?:more |further |other )?(?:objections|concerns)\b"
    r"|\b(?:that|it) (?:isn't|is not|'s not) (?:an? )?(?:issue|concern|problem) any ?more\b",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^\W*(?:yes|yeah|sure|okay|ok|fine|absolutely|of course|gladly|great|perfect|sounds (?:good"
    r"|great))\b[,.!]?(?! (?:but|and yet|although|though|if|when|once|i (?:know|see|heard|get)))",
    re.IGNORECASE,
)
_GLADLY = re.compile(r"^\W*(?:yes|sure|absolutely|of course|gladly|great|perfect)\b", re.IGNORECASE)
_TO_A_WISH: dict[BeatKind, re.Pattern[str]] = {"defer": _YES, "refuse": _YES, "go_quiet": _GLADLY}
"""Beats that answer a wish, so that a bare yes would grant it; a flat "fine" is how people sulk."""
_TAKEN_BACK = re.compile(
    r"\b(?:not|no|never|n't|cannot|before|until|unless|if|why|when|nobody|once|without|whether)\b"
    r"|n't\b|\?\s*$",
    re.IGNORECASE,
)


def agrees(sentence: str, kind: BeatKind, *, agreed: bool = False) -> bool:
    """True when the sentence says yes to a next step, a wish or an answer, and the beat does not.
    `agreed`: the buyer has said yes to a next step before."""
    plain = sentence.replace("’", "'")
    if kind not in SETTLING and not agreed and _stands(_SETTLES, plain):
        return True
    if kind in AGREEING or agreed:
        return False
    yes = _TO_A_WISH.get(kind)
    if yes is not None and yes.match(plain) and not _TAKEN_BACK.search(plain):
        return True
    return _stands(_AGREES, plain)


def _stands(pattern: re.Pattern[str], plain: str) -> bool:
    """Found, and not taken back by a "not" or an "if" in the words before it, or by asking."""
    found = pattern.search(plain)
    if found is None:
        return False
    before = " ".join(plain[: found.start()].split()[-6:])
    return not _TAKEN_BACK.search(before) and not plain.rstrip().endswith("?")
