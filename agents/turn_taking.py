"""Whose turn it is: a pure state machine fed with seconds of sound.

It hears one window of the rep's sound after the other (was that speech?), what the turn detector
makes of a pause, what the recognizer understood up to it, and whether the buyer is heard; it says
what is to be done. No clock, no engine, no randomness: the same input gives the same acts.

A turn goes: speech opens it; the first 0.1 s of silence is a pause that is worth decoding
("speculate"); when the pause looks like an end, the reply is made ahead ("preflight"); speech that
goes on throws both away ("withdraw"); silence that was long enough for what the pause looks like
ends the turn ("commit").

While the buyer is heard, speech of the rep makes the buyer fall silent at once ("hold"), before
anybody can know what it will be. What follows decides: real words end the buyer's reply ("stop"),
a nod or a cough lets it go on where it was ("release").

A rep who talks on and on can be cut into ("cut_in"): the turn is over then although the rep still
speaks, and what the rep says to the end of that breath is neither an interruption nor a turn.
"""

from dataclasses import dataclass
from typing import Final, Literal

from agents.turn_words import Hint

WINDOW_S: Final = 0.032
"""Of livekit's voice activity detector."""

UNSURE_SHARE: Final = 0.5
"""Of the detector's threshold: down to there a pause may still be the end."""

ActKind = Literal[
    "open",  # the rep has begun to speak: keep the sound from at_s on
    "speculate",  # decode what was said up to now, as pause n
    "hurry",  # the reply waits for the words of pause n
    "ask",  # ask the turn detector about pause n
    "preflight",  # make the reply to pause n ahead of time
    "withdraw",  # the rep went on: forget what was made for pause n
    "commit",  # the turn is over: what pause n understood is what the rep said
    "drop",  # what opened the turn was no speech
    "hold",  # the buyer falls silent
    "release",  # the buyer goes on where it was
    "stop",  # the buyer's reply is over, the rest is not said
    "nod",  # pause n of a long turn looks unfinished: the buyer may murmur into it
    "cut_in",  # the buyer speaks over the rep: what was said up to now is the turn, as pause n
]


@dataclass(frozen=True, slots=True)
class Act:
    kind: ActKind
    n: int
    """The pause it belongs to, counted from 1 over the call; 0 where there is none."""
    at_s: float
    """open: where the speech began; else where the last speech ended; seconds of the stream."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, all of them. The defaults come from tests/benchmarks/live.py."""

    open_s: float = 0.064
    """Speech that opens a turn, or ends a pause."""
    speculate_s: float = 0.064
    """Silence that is worth decoding: two windows."""
    ask_s: float = 0.192
    """Silence that the turn detector was trained on."""
    settle_s: float = 0.3
    """Silence after which a turn that looks over is over."""
    doubt_s: float = 0.45
    """The same for a written sentence that does not quite sound like the end."""
    unsure_s: float = 0.6
    """The same when words and sound disagree, or say too little."""
    patience_s: float = 1.2
    """The same for a turn that looks unfinished: the cap."""
    thinking_s: float = 4.0
    """The same when the rep asked for a moment or thinks aloud."""
    ahead_s: float = 0.4
    """Silence after which the reply is made ahead even to an unfinished turn."""
    hold_s: float = 0.144
    """Speech over the buyer, gaps within words left out, that silences it: five windows."""
    stop_s: float = 0.9
    """Speech over the buyer that is an interruption whatever its words are."""
    false_s: float = 1.0
    """Silence after which the buyer goes on although the words are not known yet."""
    deaf_s: float = 5.0
    """Silence after which a turn ends although its words never came."""
    least_speech_s: float = 1.0
    """Speech from which a turn without a word is still answered ("sorry, I did not get that")."""
    nod_after_s: float = 6.0
    """How long a turn must go on, pauses included, before the buyer may murmur into it."""
    nod_room_s: float = 0.6
    """From a murmur to the earliest moment at which the turn could be over."""
    talks_over_s: float | None = None
    """How long a turn may go on, pauses included, before the buyer cuts in; None: for ever."""
    trail_s: float = 1.5
    """Speech that was going on when the buyer cut in: up to this much of it, from the buyer's
    first sound on, is no interruption."""

    @classmethod
    def of(
        cls, *, settle_s: float, patience_s: float, talks_over_s: float | None = None
    ) -> "Limits":
        """With the two that people set; the others are kept in order around them."""
        usual = cls()
        settle_s = max(settle_s, usual.ask_s)
        patience_s = max(settle_s, patience_s)
        doubt_s, unsure_s = (
            min(max(one, settle_s), patience_s) for one in (usual.doubt_s, usual.unsure_s)
        )
        return cls(
            settle_s=settle_s,
            doubt_s=doubt_s,
            unsure_s=unsure_s,
            patience_s=patience_s,
            talks_over_s=talks_over_s,
        )

    def __post_init__(self) -> None:
        waits = (self.settle_s, self.doubt_s, self.unsure_s, self.patience_s)
        ladder = (self.speculate_s, self.ask_s, *waits)
        over_s = 1.0 if self.talks_over_s is None else self.talks_over_s
        if any(one <= 0 for one in (self.open_s, self.hold_s, over_s, *ladder)):
            raise ValueError("every limit is above 0")
        if list(ladder) != sorted(ladder):
            raise ValueError("expected speculate <= ask <= settle <= doubt <= unsure <= patience")


@dataclass(slots=True)
class _Pause:
    """The silence after speech, while it may be the end of the turn."""

    n: int
    asked: bool = False
    hurried: bool = False
    p_end: float | None = None
    """The turn detector's probability that the turn is over; None until it answered."""
    hint: Hint | None = None
    """None until the words are known."""
    nods: bool = False
    """Nothing but a back-channel was understood."""
    n_words: int = 0
    ahead: bool = False
    """The reply is being made."""
    nodded: bool = False
    """The buyer was told that it may murmur."""


class TurnTaking:
    """One call's. Feed it in the order of the sound."""

    SPEECH: Final = 0.5
    SILENCE: Final = 0.35
    """Probabilities of speech at which a run of speech begins and ends, as livekit's VAD."""

    def __init__(self, limits: Limits, *, p_end_least: float = 0.36) -> None:
        """p_end_least: the detector's threshold for the language."""
        self.limits = limits
        """May change during the call, with who is on the line."""
        self.p_end_least = p_end_least
        self._now_s = 0.0
        self._speech_end_s = 0.0
        self._run_s = 0.0  # of speech without a break
        self._spoken_s = 0.0  # of speech in this turn
        self._silence_s = 0.0
        self._turn_s = 0.0  # since the turn was opened
        self._speaking = False
        self._pause: _Pause | None = None
        self._n_pauses = 0
        self._buyer_heard = False
        self._over_s = 0.0  # of speech over the buyer in this turn
        self._held = False
        self._trailing = False  # all of this turn is what went on when the buyer cut in
        self._trail_s = 0.0  # how much of that may still come

    # -- what happens -----------------------------------------------------------------------------

    @property
    def open(self) -> bool:
        """The rep has the floor, or may have it: a turn was opened and has not ended."""
        return self._speaking or self._pause is not None

    @property
    def quiet(self) -> bool:
        """Nothing is going on that sound without speech could change."""
        return not self.open and not self._held and self._run_s == 0.0

    def buyer(self, heard: bool) -> None:
        """The buyer's reply is about to be heard or is, or has ended. Said once more at its first
        sound: what trails off under it counts from there."""
        if heard and self._trail_s > 0:
            self._trail_s = self.limits.trail_s
        if heard != self._buyer_heard:
            self._buyer_heard = heard
            self._over_s = 0.0
            self._held = False

    def window(self, p_speech: float, duration_s: float = WINDOW_S) -> tuple[Act, ...]:
        """One window of the rep's sound, and how likely it is speech, 0 to 1."""
        self._now_s += duration_s
        if self.open:
            self._turn_s += duration_s
        if p_speech >= (self.SILENCE if self._run_s else self.SPEECH):
            return self._spoke(duration_s)
        return self._was_silent(duration_s)

    def predicted(self, n: int, p_end: float) -> tuple[Act, ...]:
        """The turn detector's word on pause n; late words on an old pause change nothing."""
        if self._pause is None or self._pause.n != n:
            return ()
        self._pause.p_end = p_end
        return self._judge()

    def understood(self, n: int, hint: Hint, *, n_words: int, nods: bool) -> tuple[Act, ...]:
        """What was said up to pause n. nods: no more than a back-channel."""
        if self._pause is None or self._pause.n != n:
            return ()
        self._pause.hint, self._pause.n_words, self._pause.nods = hint, n_words, nods
        return self._judge()

    def reset(self) -> tuple[Act, ...]:
        """The call is put on hold: what was begun is given up."""
        acts: list[Act] = []
        if self._pause is not None:
            acts.append(self._act("withdraw"))
        if self.open:
            acts.append(Act("drop", 0, self._speech_end_s))
        self._forget()
        return tuple(acts)

    # -- speech -----------------------------------------------------------------------------------

    def _spoke(self, duration_s: float) -> tuple[Act, ...]:
        self._run_s += duration_s
        if self._run_s < self.limits.open_s and not self._speaking:
            return ()  # may be a click; the pause, if there is one, goes on meanwhile
        acts: list[Act] = []
        fresh_s = duration_s
        if not self._speaking:
            fresh_s = self._run_s
            if self._pause is None:
                acts.append(Act("open", 0, self._now_s - self._run_s))
            else:
                acts.append(self._act("withdraw"))
                self._pause = None
            self._speaking = True
        self._spoken_s += fresh_s
        self._silence_s = 0.0
        self._speech_end_s = self._now_s
        if not self._buyer_heard:
            self._trailing = False
            acts += self._too_long()
        elif self._trail_s > 0:
            self._trail_s -= fresh_s
        else:
            self._over_s += fresh_s
            acts += self._over_the_buyer()
        return tuple(acts)

    def _too_long(self) -> list[Act]:
        limit_s = self.limits.talks_over_s
        if limit_s is None or self._turn_s < limit_s:
            return []
        self._n_pauses += 1
        cut_in = Act("cut_in", self._n_pauses, self._speech_end_s)
        self._forget()
        self._buyer_heard = self._trailing = True
        self._trail_s = self.limits.trail_s
        return [cut_in]

    def _over_the_buyer(self) -> list[Act]:
        acts: list[Act] = []
        if not self._held and self._over_s >= self.limits.hold_s:
            self._held = True
            self._trailing = False  # it went on for too long: that is a turn
            acts.append(Act("hold", 0, self._speech_end_s))
        if self._held and self._over_s >= self.limits.stop_s:
            acts.append(self._stopped())
        return acts

    def _stopped(self) -> Act:
        self._held = self._buyer_heard = False
        return Act("stop", 0, self._speech_end_s)

    # -- silence ----------------------------------------------------------------------------------

    def _was_silent(self, duration_s: float) -> tuple[Act, ...]:
        # A run too short to count was part of the silence.
        self._silence_s += duration_s + (0.0 if self._speaking else self._run_s)
        self._run_s = 0.0
        acts: list[Act] = []
        limits = self.limits
        if self._silence_s >= limits.speculate_s:
            self._trail_s = 0.0
            self._trailing = self._trailing and self.open
        if self._speaking and self._silence_s >= limits.speculate_s:
            self._speaking = False
            self._n_pauses += 1
            self._pause = _Pause(self._n_pauses)
            acts.append(self._act("speculate"))
        pause = self._pause
        if pause is None:
            return tuple(acts)
        if not pause.asked and self._silence_s >= limits.ask_s:
            pause.asked = True
            acts.append(self._act("ask"))
        return (*acts, *self._judge())

    def _judge(self) -> tuple[Act, ...]:
        """What the silence so far is enough for."""
        pause = self._pause
        if pause is None or self._run_s > 0:  # speech is just beginning: wait and see
            return ()
        if pause.hint is None:
            return self._judge_unheard(pause)
        if self._held:
            return self._judge_overlap(pause)
        if self._buyer_heard and pause.nods:
            return self._dropped()  # a nod that did not even make the buyer pause
        if self._trailing:
            return self._dropped()
        wait_s = self._wait_s(pause)
        acts: list[Act] = []
        if not pause.nodded and self._may_nod(pause, wait_s):
            pause.nodded = True
            acts.append(self._act("nod"))
        if pause.n_words and not pause.ahead and self._worth_preparing(pause):
            pause.ahead = True
            acts.append(self._act("preflight"))
        if self._silence_s >= wait_s:
            acts += self._over(pause)
        return tuple(acts)

    def _judge_unheard(self, pause: _Pause) -> tuple[Act, ...]:
        acts: list[Act] = []
        if not pause.hurried and self._silence_s >= self.limits.settle_s:
            pause.hurried = True
            acts.append(self._act("hurry"))
        if self._held and self._silence_s >= self.limits.false_s:
            self._held = False
            acts.append(Act("release", 0, self._speech_end_s))
        if self._silence_s >= self.limits.deaf_s:
            acts += self._over(pause)
        return tuple(acts)

    def _judge_overlap(self, pause: _Pause) -> tuple[Act, ...]:
        """The buyer is held, and it is known what the rep said."""
        if pause.nods:
            self._held = False
            released = Act("release", 0, self._speech_end_s)
            return (released, *self._dropped())
        return (self._stopped(), *self._judge())

    def _may_nod(self, pause: _Pause, wait_s: float) -> bool:
        looks_unfinished = pause.hint == "unfinished" or pause.p_end is not None
        return (
            not self._buyer_heard
            and self._turn_s >= self.limits.nod_after_s
            and looks_unfinished
            and wait_s == self.limits.patience_s
            and self.limits.ask_s <= self._silence_s <= wait_s - self.limits.nod_room_s
        )

    def _worth_preparing(self, pause: _Pause) -> bool:
        """A reply costs little to make; where more must come it would only be thrown away."""
        goes_on = pause.hint in ("unfinished", "thinking")
        return not goes_on or self._silence_s >= self.limits.ahead_s

    def _wait_s(self, pause: _Pause) -> float:
        """How long this pause must be to end the turn. Words that are unfinished outweigh the
        sound: the detector takes a third of the pauses within a sentence for its end."""
        limits = self.limits
        if pause.hint == "thinking":
            return limits.thinking_s
        if pause.hint == "unfinished":
            return limits.patience_s
        if pause.hint == "short_answer":
            return limits.settle_s
        if pause.p_end is None:
            return limits.settle_s if not pause.asked else limits.unsure_s
        if pause.p_end >= self.p_end_least:
            return limits.settle_s
        may_end = pause.p_end >= UNSURE_SHARE * self.p_end_least
        if pause.hint == "whole":
            return limits.doubt_s if may_end else limits.unsure_s
        return limits.unsure_s if may_end else limits.patience_s

    def _over(self, pause: _Pause) -> tuple[Act, ...]:
        if self._trailing:
            return self._dropped()
        if not pause.n_words and self._spoken_s < self.limits.least_speech_s:
            return self._dropped()
        act = self._act("commit")
        self._forget()
        return (act,)

    def _dropped(self) -> tuple[Act, ...]:
        act = self._act("drop")
        self._forget()
        return (act,)

    def _act(self, kind: ActKind) -> Act:
        return Act(kind, self._pause.n if self._pause else self._n_pauses, self._speech_end_s)

    def _forget(self) -> None:
        self._speaking, self._pause = False, None
        self._run_s = self._spoken_s = self._silence_s = self._over_s = self._turn_s = 0.0
        self._trail_s = 0.0
        self._held = self._trailing = False
