"""How the rep got past whoever picks up first: five checks on what was said until then.

Each is yes, no or not applicable, by rules that anyone can follow on the transcript. Whether and
when the rep was put through is known from the call's log, never guessed from text. What counts is
ours: say who and why, ask, do not pitch to somebody who does not buy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from configs.scenario import Gatekeeper
from scoring.clauses import plain, sentences
from scoring.dialogue_acts import found_acts
from scoring.introduction import gives_reason, introduction
from scoring.objection import Check, GateCheckName
from scoring.phrases import phrases
from scoring.question_count import time_at
from scoring.topics import tokens
from scoring.utterances import is_backchannel
from speech.words import Utterance

MAX_CLAIMS = 1
"""Sentences that state what is sold or what it brings: the reason for the call may be one."""
MAX_QUOTE_WORDS = 30
CUT_OFF_S = 10.0
"""A call that ends within this without a word of the rep tells nothing."""

REQUEST = phrases("""
    put|connect|transfer me|us
    pass me|us on|over|to|through
    speak|talk|chat *1 to|with
    a *1 word|minute|minutes|moment *1 with
    reach|catch him|her|them|mr|mrs|ms|dr
    get hold of
    get|come through
    help|assist me|us
    your help|advice
    point|steer me|us
    is|whether|if *4 available|in|free|around|there
    leave *2 message
    call|ring *1 back
""")
"""Asking to be put through, or for help."""
POLITE = phrases("""
    please|kindly
    could|would|can|may|might you|i|we
    would|will|is it|that be|possible|okay|all_right|alright
    do you mind
    i'd|i_would|we'd *1 appreciate|like|love|be_grateful
    i_was|i'm|i_am *1 hoping|wondering
    thanks|thank_you
    is there a|any chance|way
    if you|it|that|she|he|they *1 could|would|can|don't_mind|possible|okay|has|have|is
    sorry to
    i *1 appreciate
""")
"""Asking, where an order or a wish would do."""


@dataclass(frozen=True, slots=True)
class AtTheGate:
    """From the call's log."""

    put_through_s: float | None
    """When the gatekeeper put the rep through, seconds of the call; None when never."""


@dataclass(frozen=True, slots=True)
class GateReview:
    put_through_s: float | None
    """Seconds of the call; None when the rep was never put through."""
    checks: tuple[Check, ...]
    """Always the five, in the order of configs.rubric.GATE_CHECKS."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence of the rep."""

    text: str
    at_s: float
    said: Utterance
    n_claims: int
    """1 where it states what is sold; of a sentence without marks, its clauses that do."""

    @property
    def quote(self) -> str:
        """Its beginning, verbatim."""
        return " ".join(self.text.split(" ")[:MAX_QUOTE_WORDS]).strip()


def gate_review(
    gatekeeper: Gatekeeper, rep: Sequence[Utterance], gate: AtTheGate, duration_s: float
) -> GateReview:
    """rep: all that the rep said on the call, in order; duration_s: of the call. Without being put
    through, all of it was said to the gatekeeper."""
    until_s = duration_s if gate.put_through_s is None else gate.put_through_s
    said = [u for u in rep if u.start_s < until_s and not is_backchannel(u)]
    lines = [line for utterance in said for line in _lines(utterance)]
    through = _put_through(gate, duration_s)
    if not lines:
        return GateReview(gate.put_through_s, (*_silent(gate, duration_s), through))
    return GateReview(
        gate.put_through_s,
        (
            _said_who(said, lines),
            _said_why(lines, gatekeeper),
            _asked_politely(said, lines),
            _did_not_pitch(lines),
            through,
        ),
    )


def _lines(utterance: Utterance) -> Iterator[_Line]:
    claims = [f for f in found_acts(utterance.text) if f.act == "claim"]
    for one in sentences(utterance.text):
        inside = sum(one.start <= f.start < one.end for f in claims)
        yield _Line(
            text=utterance.text[one.start : one.end],
            at_s=time_at(utterance, one.start),
            said=utterance,
            n_claims=min(inside, 1) if one.punctuated else inside,
        )


def _said_who(said: Sequence[Utterance], lines: Sequence[_Line]) -> Check:
    """A name and a company, in one breath or apart."""
    name_at = company_at = None
    for utterance in said:
        found = introduction(utterance.text)
        if name_at is None and found.name_at is not None:
            name_at = (utterance, found.name_at)
        if company_at is None and found.company_at is not None:
            company_at = (utterance, found.company_at)
    if name_at is None and company_at is None:
        return Check("said_who", "no", None, None, "You did not say who is calling.")
    line = _line_at(lines, *(name_at or company_at or (said[0], 0)))
    if name_at is None:
        return _no("said_who", line, "You said where you are calling from, but not your name.")
    if company_at is None:
        return _no("said_who", line, "You said your name, but not where you are calling from.")
    return _yes("said_who", line, "You said your name and where you are calling from.")


def _said_why(lines: Sequence[_Line], gatekeeper: Gatekeeper) -> Check:
    """A word of the scenario's that makes a reason worth passing on."""
    words = gatekeeper.reason_words
    line = next((one for one in lines if gives_reason(tokens(one.text), words)), None)
    if line is None:
        reason = "You gave no reason that the gatekeeper could pass on."
        return Check("said_why", "no", None, None, reason)
    return _yes("said_why", line, "You said what the call is about.")


def _asked_politely(said: Sequence[Utterance], lines: Sequence[_Line]) -> Check:
    """A request in a polite form somewhere in the same turn, and no rudeness anywhere."""
    for utterance in said:
        rude = next((f for f in found_acts(utterance.text) if f.act == "rudeness"), None)
        if rude is not None:
            line = _line_at(lines, utterance, rude.start)
            return _no("asked_politely", line, "You were rude to somebody who could help you.")
    asked = [one for one in lines if REQUEST.search(plain(one.text))]
    polite = next((one for one in asked if POLITE.search(plain(one.said.text))), None)
    if polite is not None:
        return _yes("asked_politely", polite, "You asked to be put through, politely.")
    if asked:
        return _no("asked_politely", asked[0], "You asked for it as if it were owed to you.")
    reason = "You did not ask to be put through, or for help."
    return Check("asked_politely", "no", None, None, reason)


def _did_not_pitch(lines: Sequence[_Line]) -> Check:
    n_claims = 0
    for line in lines:
        n_claims += line.n_claims
        if n_claims > MAX_CLAIMS:
            reason = "You pitched to somebody who does not buy; one sentence of reason is enough."
            return _no("did_not_pitch", line, reason)
    return Check("did_not_pitch", "yes", None, None, "You kept the pitch for the buyer.")


def _put_through(gate: AtTheGate, duration_s: float) -> Check:
    if gate.put_through_s is not None:
        return Check("put_through", "yes", gate.put_through_s, None, "You were put through.")
    if duration_s < CUT_OFF_S:
        return Check("put_through", "not_applicable", None, None, _TOO_SHORT)
    return Check("put_through", "no", None, None, "You were not put through.")


_TOO_SHORT = "The call ended before there was time for it."


def _silent(gate: AtTheGate, duration_s: float) -> tuple[Check, ...]:
    wanted: tuple[GateCheckName, ...] = ("said_who", "said_why", "asked_politely")
    if gate.put_through_s is None and duration_s < CUT_OFF_S:
        asked = tuple(Check(name, "not_applicable", None, None, _TOO_SHORT) for name in wanted)
    else:
        reason = "You said nothing to the gatekeeper."
        asked = tuple(Check(name, "no", None, None, reason) for name in wanted)
    silent = "You said nothing that could have been a pitch."
    return (*asked, Check("did_not_pitch", "not_applicable", None, None, silent))


def _line_at(lines: Sequence[_Line], utterance: Utterance, offset: int) -> _Line:
    """The sentence of the utterance that the offset lies in."""
    mine = [one for one in lines if one.said is utterance]
    ends = [one.end for one in sentences(utterance.text)]
    return next((m for m, end in zip(mine, ends, strict=True) if offset < end), mine[-1])


def _yes(name: GateCheckName, line: _Line, reason: str) -> Check:
    return Check(name, "yes", line.at_s, line.quote, reason)


def _no(name: GateCheckName, line: _Line, reason: str) -> Check:
    return Check(name, "no", line.at_s, line.quote, reason)
