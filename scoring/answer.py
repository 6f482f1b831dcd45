"""What the rep said after an objection, with the time of each act."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from configs.scenario import Objection
from scoring.dialogue_acts import Act, found_acts
from scoring.objection import Voiced
from scoring.question_count import time_at
from scoring.timeline import Timeline, without_backchannels
from scoring.utterances import is_backchannel, timed_words
from speech.span import Span
from speech.words import Transcript, Utterance

WINDOW_S = 60.0
"""How long after its first sound an answer is looked at."""
MAX_QUOTE_WORDS = 30
_LATE_S = 0.2
"""What starts this close before the end of the objection is a normal start without a gap."""


@dataclass(frozen=True, slots=True)
class Done:
    """One act of the rep in the answer."""

    act: Act
    at_s: float
    quote: str
    """Verbatim from the utterance, at most MAX_QUOTE_WORDS words."""
    first_turn: bool
    """True before the buyer spoke again."""
    order: int
    """Place among the acts; acts of the same words share it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """From the end of an objection to where it is settled, or the rep's next WINDOW_S, or to the
    next objection."""

    onset_s: float | None
    """The rep's first sound after the objection, or into its end; None when there was none."""
    until_s: float
    said: tuple[Utterance, ...]
    """The rep's utterances inside, cut to it, without back-channels."""
    done: tuple[Done, ...]

    def first(self, *acts: Act, after: int = -1) -> Done | None:
        """The earliest of these acts, past the given place."""
        return next((d for d in self.done if d.act in acts and d.order > after), None)


def answer_to(
    voiced: Voiced,
    objection: Objection,
    transcript: Transcript,
    timeline: Timeline,
    until_s: float = math.inf,
) -> Answer:
    """until_s: when the buyer raised the next objection. When the buyer said that it was settled,
    the window ends there, be it sooner or later than WINDOW_S."""
    onset_s = _onset_s(voiced, transcript, timeline, until_s)
    if onset_s is None:
        return Answer(None, min(voiced.end_s + WINDOW_S, until_s), (), ())
    last_s = min(_last_s(voiced, onset_s), until_s)
    from_s = min(onset_s, voiced.end_s)
    cut = (_between(u, from_s - _LATE_S, last_s) for u in transcript.of("rep"))
    said = tuple(u for u in cut if u is not None and not is_backchannel(u))
    resumes_s = _buyer_resumes_s(voiced, said, transcript)
    return Answer(onset_s, last_s, said, _done(said, objection, resumes_s))


def _onset_s(
    voiced: Voiced, transcript: Transcript, timeline: Timeline, until_s: float
) -> float | None:
    """The start of the rep's first stretch that outlasts the objection."""
    rep = without_backchannels(timeline.rep, transcript.of("rep"))
    after = (s for s in rep if s.start_s > voiced.start_s and s.end_s > voiced.end_s)
    first = next(after, None)
    return first.start_s if first and first.start_s < until_s else None


def _last_s(voiced: Voiced, onset_s: float) -> float:
    """When the buyer said that it was settled: what follows is about something else."""
    settled_s = voiced.settled_s
    return settled_s if settled_s is not None and settled_s > onset_s else onset_s + WINDOW_S


def _between(utterance: Utterance, first_s: float, last_s: float) -> Utterance | None:
    """The part of an utterance in a window, by the middle of its words; None when none is."""
    words = timed_words(utterance)
    inside = tuple(w for w in words if first_s <= (w.start_s + w.end_s) / 2 <= last_s)
    if not inside:
        return None
    text = " ".join(w.text.strip() for w in inside)
    if len(inside) == len(words) or text not in utterance.text:
        return utterance
    return Utterance(utterance.speaker, inside[0].start_s, inside[-1].end_s, text, inside)


def _buyer_resumes_s(voiced: Voiced, said: Sequence[Utterance], transcript: Transcript) -> float:
    """When the buyer next takes the floor after the rep's first words of the answer."""
    if not said:
        return math.inf
    buyer = (u for u in transcript.of("buyer") if not is_backchannel(u))
    later = (u.start_s for u in buyer if u.start_s > max(said[0].start_s, voiced.end_s))
    return next(later, math.inf)


def _done(said: Sequence[Utterance], objection: Objection, resumes_s: float) -> tuple[Done, ...]:
    places: list[tuple[int, int, int, Act]] = []
    for i, utterance in enumerate(said):
        found = found_acts(
            utterance.text,
            concern_words=objection.concern_words,
            answer_words=objection.answer_words,
        )
        places += [(i, f.start, f.end, f.act) for f in found]
    starts = sorted({(i, start) for i, start, _, _ in places})
    return tuple(
        Done(
            act=act,
            at_s=time_at(said[i], start),
            quote=_quote(said[i].text[start:end]),
            first_turn=said[i].start_s < resumes_s,
            order=starts.index((i, start)),
        )
        for i, start, end, act in places
    )


def _quote(text: str) -> str:
    """Its beginning, verbatim."""
    words = text.split(" ")
    return " ".join(words[:MAX_QUOTE_WORDS]).strip()


def talked_into(voiced: Voiced, transcript: Transcript, timeline: Timeline) -> Span | None:
    """The rep's first stretch inside the objection that is more than a back-channel; None when
    there is none. What starts within 0.2 s of its end, or stops within 0.5 s of its start (the
    buyer cut in), is none."""
    rep = without_backchannels(timeline.rep, transcript.of("rep"))
    for span in rep:
        cut_in = voiced.start_s < span.start_s < voiced.end_s - _LATE_S
        talked_on = span.start_s <= voiced.start_s and span.end_s > voiced.start_s + _GIVES_WAY_S
        if cut_in or talked_on:
            return span
    return None


_GIVES_WAY_S = 1.0
"""Seconds in which a rep who was speaking already can stop for the buyer."""
