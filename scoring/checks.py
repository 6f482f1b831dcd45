"""The five checks of an answered objection, each with the words that show it."""

import re
from collections.abc import Sequence

from configs.scenario import Objection
from scoring.answer import Answer, Done
from scoring.clauses import names
from scoring.objection import Check, CheckName, Voiced
from scoring.utterances import timed_words
from speech.span import Span
from speech.words import Utterance

_YES = re.compile(
    r"(?:(?:um+|uh+|oh|well|hm+|okay|ok|alright|right|and)[\s,.]+)*"
    r"(?:yes|yeah|yep|sure|okay|ok|alright|absolutely|definitely|that helps|that works|it does"
    r"|that does|fair enough|makes sense|that makes sense|sounds good|good|great|perfect"
    r"|i think so)\b"
)
_TAKES_BACK = re.compile(r"\b(?:but|not|no|don't|doesn't|isn't|however|still|though|unless)\b")


def not_applicable(name: CheckName, reason: str) -> Check:
    return Check(name, "not_applicable", None, None, reason)


def listen_check(
    voiced: Voiced, answer: Answer, inside: Span | None, rep: Sequence[Utterance]
) -> Check:
    """No speech of the rep inside the objection; back-channels do not count, and neither does
    starting within 0.2 s of its end."""
    if inside is not None:
        at_s = max(inside.start_s, voiced.start_s)
        quote = _said_at(rep, inside, at_s)
        return Check("listen", "no", at_s, quote, "You spoke while the buyer was still speaking.")
    if answer.onset_s is None:
        return Check("listen", "yes", None, None, "You let the buyer finish.")
    gap_s = answer.onset_s - voiced.end_s
    waited = f"You let the buyer finish and started {max(gap_s, 0.0):.1f} s later."
    return Check("listen", "yes", answer.onset_s, None, waited)


def acknowledge_check(answer: Answer) -> Check:
    """The first turn names the concern, before any claim, and takes nothing of it back."""
    named = answer.first("acknowledgement")
    pitched = answer.first("claim", "evidence", "argue", "directive")
    if named is None or not named.first_turn:
        if pitched and pitched.act in ("argue", "directive"):
            return _no("acknowledge", pitched, "You argued instead of naming the concern.")
        reason = "You did not name the concern before going on, or took it back with a but."
        return Check("acknowledge", "no", None, None, reason)
    if pitched and pitched.order < named.order:
        return _no("acknowledge", named, "You named the concern only after you had answered it.")
    return _yes("acknowledge", named, "You named the concern before answering it.")


def explore_check(answer: Answer) -> Check:
    """A clarifying or open question before the first claim."""
    asked = next((d for d in answer.done if _explores(d, answer)), None)
    claimed = answer.first("claim", "evidence", "argue", "directive")
    if asked is None:
        return Check("explore", "no", None, None, "You did not ask what is behind the concern.")
    if claimed and claimed.order < asked.order:
        return _no("explore", asked, "You asked about it, but only after you had answered.")
    return _yes("explore", asked, "You asked about the concern before answering it.")


def respond_check(answer: Answer, objection: Objection) -> Check:
    """A statement with one of the scenario's words that answer this concern."""
    stated = [d for d in answer.done if d.act in ("claim", "evidence")]
    fitting = next((d for d in stated if names(d.quote, objection.answer_words)), None)
    if fitting:
        return _yes("respond", fitting, "You answered the concern with a fact that fits it.")
    if stated:
        reason = "You answered, but with no fact that speaks to this concern."
        return _no("respond", stated[0], reason)
    return Check("respond", "no", None, None, "You gave no answer to this concern.")


def confirm_check(voiced: Voiced, answer: Answer, buyer: Sequence[Utterance]) -> Check:
    """The rep asks whether it is settled, and it is: by the buyer's log, or the buyer says yes."""
    answered = answer.first("claim", "evidence", "argue", "directive")
    asked = [d for d in answer.done if d.act == "confirm_ask"]
    if not asked:
        if answered is None:
            return not_applicable("confirm", "There was no answer to confirm.")
        reason = "You did not ask whether that settled it."
        return Check("confirm", "no", None, None, reason)
    settled = next((d for d in asked if _settled(d, voiced, buyer)), None)
    if settled:
        return _yes("confirm", settled, "You asked whether it was settled, and the buyer agreed.")
    return _no("confirm", asked[-1], "You asked whether it was settled; the buyer did not say so.")


def _explores(done: Done, answer: Answer) -> bool:
    """A question about the concern, or an open one; a permission may lead it ("may I ask what")."""
    if done.act not in ("question_clarifying", "question_open"):
        return False
    other = ("confirm_ask", "next_step_ask")
    return not any(d.order == done.order and d.act in other for d in answer.done)


def _settled(asked: Done, voiced: Voiced, buyer: Sequence[Utterance]) -> bool:
    if voiced.settled_s is not None:
        return voiced.settled_s >= asked.at_s
    reply = next((u.text.lower() for u in buyer if u.start_s > asked.at_s), "")
    return bool(_YES.match(reply)) and not _TAKES_BACK.search(reply)


def _said_at(rep: Sequence[Utterance], span: Span, at_s: float) -> str | None:
    """The rep's words from at_s to the end of the span, verbatim; None when none were heard."""
    for utterance in rep:
        words = [w for w in timed_words(utterance) if at_s - 0.1 <= w.start_s < span.end_s]
        text = " ".join(w.text.strip() for w in words)
        if text and text in utterance.text:
            return text
    return None


def _yes(name: CheckName, done: Done, reason: str) -> Check:
    return Check(name, "yes", done.at_s, done.quote, reason)


def _no(name: CheckName, done: Done, reason: str) -> Check:
    return Check(name, "no", done.at_s, done.quote, reason)
