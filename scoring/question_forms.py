"""Questions, found by their mark or, where a recognizer prints none, by their word order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scoring.clauses import Clause, sentences, word_spans
from scoring.phrases import phrases

MAX_WORDS = 25
"""A question without a mark is taken to end here at the latest."""
_MIN_APART = 4
"""Words between the starts of two questions of one sentence; closer ones are one question."""

_DO = (
    "do|does|did|don't|doesn't|didn't|would|wouldn't|could|couldn't|can|can't|will|won't|"
    "should|shouldn't"
)
_BE = "is|are|was|were|isn't|aren't|wasn't|weren't|am|have|has|haven't|hasn't|had"
_AUX = f"{_DO}|{_BE}"
_PRONOUN = "you|we|they|i|he|she"
_COUNT = "many|much|long|often|soon|far|old|high|fast|likely"

_LEAD = (
    r"(?:(?:so|and|okay|ok|but|well|or|then|now|um+|uh+|er+|hmm+|mm+|yeah|yes|right|alright|sure|"
    r"great|no|oh|like|i mean|you know|fair enough|got it|thanks|thank you|actually|just|because|"
    r"out of curiosity|i'm curious|(?:may|can) i ask|let me ask(?: you)?)[,\s]+)*"
)
"""What may come before the first word of a question."""

_OPEN = phrases(f"""
    what|what's|what're
    how {_AUX}|big|important|serious|hard|well|else|come|about
    how's|how're
    why|why's
""")
_OPEN_ASK = phrases(f"""
    what *3 {_AUX}
    what about|if|else|kind|sort|made|makes|happens|happened|brings|keeps|led|stops|matters
    what worries|concerns|bothers|drives you|the|that|it|this
    what's|what're|how's|how're|why's *
    how {_AUX}|big|important|serious|hard|well|else|come|about *
    why {_AUX}|not *
""")
_NARROW_ASK = phrases(f"""
    how {_COUNT} *3 {_AUX}
    when|where {_DO}|are|is *
    when's|where's *
    whose *2 {_AUX}
    what time|day|date|year|month|size *
""")
_RELATIVE_ASK = phrases(f"""
    who *1 {_DO}|are|is *
    who's *
    which *3 {_DO} *
""")
"""Questions only where a clause can start: elsewhere they say more about a noun."""
_INVITATION = phrases("""
    tell me *3 more|about|what|how|why
    walk|talk me through
    help me understand|see
    say more
    can|could|would|will you *1 tell|say|explain|describe|share|expand|elaborate|help|walk|talk
    i'd|i_would love|like to hear|understand|know more|what|how|why|about
    i'm|i_am curious what|how|why|about
    i|i'm|i_am|i_was *1 wonder|wondering what|how|why
""")
_WONDER = phrases("""
    i|i'm|i_am|i_was *1 wonder|wondering if|whether
    i'm|i_am curious if|whether
""")
_INVERTED = phrases(f"""
    {_DO} {_PRONOUN}
    are|were|have|haven't|aren't you|we|they
""")
_TOLD = re.compile(
    r"(?:what|how|when|where|which|whose) (?:you|we|i|i'm|i'd|they|they're|you're|it|it's|he|she|"
    r"this|that|our|the|your|my|people|most|some|a|what)\b"
    r"|(?:are|were|have) you know\b|are you (?:guys|all|both)$"
)
"""A wh-word and its subject in the order of a statement, or a filler after a verb."""
_INVERTED_START = re.compile(
    rf"{_LEAD}(?:{_AUX}) (?:{_PRONOUN}|it|this|that|these|those|there|the|your|our|my|their|"
    r"anyone|anybody|someone|everyone|price|cost|budget)\b"
)
_CHECK = phrases("""
    does that|this|it *1 help|make|answer|sound|work|address|settle|cover|ease|feel|clear
    is|was that|it|this because|about|more|mainly|mostly|fair|right|correct|settled|okay
    would that|this|it *1 help|work|settle|suit
    is there any|some|anything|something
""")
_AFTER_SUBJECT = re.compile(
    r"\b(?:i|you|we|they|to|nor|let|as|than|who|that|if|i'd|neither|it|the|people|only|i'll|we'll|"
    r"not|what|how|why|when|where|which|already|also|so)[,\s]+$"
)
"""Before an inversion it tells that there is none, or that a wh-word already leads it."""
_EMBEDS = re.compile(
    r"\b(?:know|see|that's|is|was|of|exactly|understand|matter|just|the|on|not|it's|about|for|"
    r"depends|like|show you|tell you|from|with|into|at|to|understanding|sure|explain)[,\s]+$"
)
"""Before a wh-word it tells that a clause follows, not a question."""

_NO_CLAUSE = re.compile(r"(?<!^)(?<!\band )(?<!\bso )(?<!\bor )(?<!\bbut )(?<!, )$")
_WH_START = re.compile(
    rf"{_LEAD}(?:(?:at|for|to|in|with|from|on|since) )?"
    r"(?P<wh>what|how|why|when|where|which|who|whose)\b"
)
_STATEMENT_START = re.compile(
    rf"{_LEAD}(?:(?:what|how|when|where|why|who|which) "
    r"(?:you|we|i|they|it|he|she|this|that|our|the|your|people|most|a)\b"
    r"|(?:which|who) (?:is|are|was|were|means|can|has|have|would)\b"
    r"|how (?:wonderful|nice|great|lovely|funny|interesting)\b|what a\b|when )"
)
_TAG = re.compile(r"(?:isn't it|don't you|wouldn't you|right|correct|yeah|okay|no)[?! ]*$")
_BREAK = re.compile(
    r"\s(?:so(?! (?:far|much|many|long|important|hard))|but|because|and (?:we|i|our|it|then)"
    r"|we (?:can|have|offer|are)|i (?:think|can|have))\b"
)


@dataclass(frozen=True, slots=True)
class Question:
    """Character offsets into the text, the end past the last character."""

    start: int
    end: int
    open: bool
    """True when it cannot be answered with yes, no or one fact."""


def questions(text: str) -> tuple[Question, ...]:
    """Every question of a text in order. With a mark: the sentence. Without one: what starts or
    inverts like a question, up to where it plausibly ends, at most MAX_WORDS words."""
    return tuple(q for s in sentences(text) for q in _in_sentence(s))


def _in_sentence(sentence: Clause) -> Iterator[Question]:
    found = sorted(_starts(sentence))
    if sentence.asked:
        at = _asking_part(sentence.text, found)
        open_ = any(o for _, o in found) or (not found and _is_open(sentence.text[at:]))
        yield Question(sentence.start + at, sentence.end, open_)
        return
    kept = _apart(sentence.text, found)
    limits = [at for at, _ in kept[1:]] + [len(sentence.text)]
    for (at, open_), limit in zip(kept, limits, strict=False):
        end = _end(sentence.text, at, limit)
        yield Question(sentence.start + at, sentence.start + end, open_)


def _starts(sentence: Clause) -> set[tuple[int, bool]]:
    """Where questions start, and whether each is open."""
    text = sentence.text
    found = {(m.start(), False) for p in (_CHECK, _WONDER) for m in p.finditer(text)}
    found |= {(m.start(), True) for m in _INVITATION.finditer(text)}
    found |= {(at, False) for at in _unless(_AFTER_SUBJECT, _INVERTED, text)}
    found |= {(at, False) for at in _unless(_EMBEDS, _NARROW_ASK, text)}
    found |= {(at, True) for at in _unless(_EMBEDS, _OPEN_ASK, text)}
    found |= {(at, False) for at in _unless(_NO_CLAUSE, _RELATIVE_ASK, text)}
    found = {(at, o) for at, o in found if not _TOLD.match(text, at)}
    if _INVERTED_START.match(text):
        found.add((0, False))
    start = _WH_START.match(text)
    if start and not sentence.punctuated and not _STATEMENT_START.match(text):
        found.add((start.start("wh"), bool(_OPEN.match(text, start.start("wh")))))
    if sentence.punctuated and not sentence.asked:
        # A transcriber that prints marks printed a full stop: believe only a clear beginning.
        return {(at, o) for at, o in found if re.fullmatch(_LEAD, text[:at])}
    return found


def _unless(before: re.Pattern[str], form: re.Pattern[str], text: str) -> Iterator[int]:
    """Where the form starts, except right after words that make it no question."""
    for match in form.finditer(text):
        if not before.search(text[: match.start()]):
            yield match.start()


def _asking_part(text: str, found: list[tuple[int, bool]]) -> int:
    """Where the question starts in a sentence with a mark: after a statement and a comma, there;
    otherwise at the start of the sentence."""
    if any(at == 0 for at, _ in found):
        return 0
    after_comma = (at for at, _ in found if text[:at].rstrip().endswith((",", ";", "-", "—")))
    return next(after_comma, 0)


def _is_open(text: str) -> bool:
    return bool(_OPEN.search(text)) and not _TAG.search(text)


def _apart(text: str, found: list[tuple[int, bool]]) -> list[tuple[int, bool]]:
    """Starts that are questions of their own: not a second half after "or", not within a few
    words of the one before; an open one makes the pair open."""
    kept: list[tuple[int, bool]] = []
    for at, open_ in found:
        if kept:
            first, was_open = kept[-1]
            between = text[first:at]
            near = len(word_spans(between)) < _MIN_APART
            if near or between.rstrip().endswith(" or"):
                kept[-1] = (first, was_open or (near and open_))
                continue
        kept.append((at, open_))
    return kept


def _end(text: str, at: int, limit: int) -> int:
    """Where a question without a mark ends: before the next one or where a statement starts."""
    part = text[at:limit]
    words = word_spans(part)
    if len(words) > MAX_WORDS:
        part = part[: words[MAX_WORDS - 1][1]]
    later = words[_MIN_APART][0] - 1 if len(words) > _MIN_APART else len(part)
    stop = _BREAK.search(part, later)
    return at + len((part[: stop.start()] if stop else part).rstrip())
