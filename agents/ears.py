"""The ears of a live call: the rep's sound in, turns out.

One place where sound, engines and time meet: livekit's detectors (detectors.py), the recognizer's
jobs in the inference pool (stretch.py), and the pure machine that decides (turn_taking.py).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from livekit.agents.voice import io

from agents.clock import CallClock
from agents.detectors import Detectors
from agents.stretch import Stretch, Words
from agents.turn import Listener, Turn
from agents.turn_taking import Act, Limits, TurnTaking
from agents.turn_words import hint, is_backchannel
from speech.fault import SpeechFault
from speech.pool import InferencePool, Urgency
from speech.transcriber import Transcriber
from speech.words import Utterance, Word

PREFIX_S: Final = 0.25
"""Sound from before the speech was sure, for its first consonant."""
FEED_S: Final = 0.3
"""How much new sound is handed over at a time to an engine that works as it is fed."""
INTERIM_S: Final = 1.0
"""The same, for an engine that begins anew each time."""
CUT_IN_S: Final = 1.0
"""How long the buyer, who is about to cut in, waits for the words it cuts into."""
SPARE: Final = 0.5
"""Share of the pool's time up to which there is room for interim words."""


@dataclass(slots=True)
class _Pause:
    """A pause whose words were asked for."""

    n: int
    noticed_s: float
    """Of the call."""
    heard_until_s: float
    """Of the stretch: the sound that was handed over."""
    job: "Future[Words] | None" = None
    words: Words | None = None
    understood_s: float = 0.0


@dataclass(slots=True)
class _Open:
    """The turn under way."""

    stretch: Stretch
    zero_s: float
    """Of the stretch, in the detectors' stream."""
    start_s: float
    """Of the speech, in the same."""
    added_until_s: float
    pause: _Pause | None = None
    so_far: Words = ()
    """What was understood of it last."""
    interim: "Future[Words] | None" = None
    jobs: "list[Future[Words]]" = field(default_factory=list)
    """All that were asked for and may still be at work."""

    def at(self, n: int) -> _Pause | None:
        return self.pause if self.pause is not None and self.pause.n == n else None


class Ears:
    """One call's; on the event loop."""

    def __init__(
        self,
        *,
        clock: CallClock,
        detectors: Detectors,
        transcriber: Transcriber,
        pool: InferencePool,
        language: str,
        limits: Limits,
        listener: Listener,
        on_fault: Callable[[SpeechFault], None],
    ) -> None:
        self._clock = clock
        self._detectors = detectors
        self._transcriber = transcriber
        self._pool = pool
        self._language = language
        self._limits = limits
        self._listener = listener
        self._on_fault = on_fault
        self._turns = TurnTaking(limits)
        self._open: _Open | None = None
        self._cut_at_s = 0.0  # of the detectors' stream: where the buyer cut in last
        self._asking: set[asyncio.Task[None]] = set()

    # -- what the call may do ---------------------------------------------------------------------

    async def run(self, source: io.AudioInput) -> None:
        """Listen until the line closes."""
        self._turns.p_end_least = await self._detectors.threshold(self._language)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._detectors.take_in(source), name="ears-take-in")
                group.create_task(self._detect(), name="ears-detect")
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Stop listening. Safe twice."""
        self._close_turn()
        for task in self._asking:
            task.cancel()
        await self._detectors.aclose()

    def buyer(self, heard: bool) -> None:
        """The buyer's reply is on its way to the rep's ear, or is over."""
        self._turns.buyer(heard)

    def wait_as(self, limits: Limits) -> None:
        """From now on, since somebody else is on the line."""
        self._limits = self._turns.limits = limits

    def hold(self, on: bool) -> None:
        """While the call is on hold nothing is listened to; a turn that was begun is given up."""
        self._detectors.deaf = on
        if on:
            self._do(self._turns.reset())

    @property
    def busy(self) -> bool:
        """The rep has the floor, or words are still being understood."""
        return self._open is not None

    async def last_words(self, limit_s: float) -> Turn | None:
        """The call is over in the middle of a turn: what was said of it, if it is understood in
        time."""
        turn = self._open
        if turn is None:
            return None
        self._add_sound(turn)
        turn.pause = _Pause(0, self._clock.now_s(), turn.stretch.duration_s)
        try:
            async with asyncio.timeout(limit_s):
                turn.pause.words = await asyncio.wrap_future(turn.stretch.ask(Urgency.FINAL))
        except (TimeoutError, SpeechFault):
            return None
        return self._turn(Act("commit", 0, self._detectors.now_s))

    # -- what is to be done -----------------------------------------------------------------------

    async def _detect(self) -> None:
        async for p_speech in self._detectors.windows():
            self._do(self._turns.window(p_speech))
            self._detectors.may_sleep = self._turns.quiet
            self._go_on_hearing()

    def _do(self, acts: tuple[Act, ...]) -> None:
        for act in acts:
            match act.kind:
                case "open":
                    self._open_turn(act)
                case "speculate":
                    self._speculate(act)
                case "hurry":
                    self._hurry(act)
                case "ask":
                    self._ask_detector(act)
                case "preflight":
                    self._listener.turn_ahead(self._turn(act))
                case "withdraw":
                    self._withdraw(act)
                case "commit":
                    self._end_turn(act)
                case "drop":
                    self._drop(act)
                case "hold":
                    self._listener.hold_buyer()
                case "release":
                    self._listener.release_buyer()
                case "stop":
                    self._listener.stop_buyer()
                case "nod":
                    self._listener.rep_pauses(self._turn(act))
                case "cut_in":
                    self._cut_in(act)

    def _open_turn(self, act: Act) -> None:
        self._close_turn()
        zero_s = max(self._cut_at_s, act.at_s - PREFIX_S)
        stretch = Stretch(self._transcriber, self._pool)
        self._open = _Open(stretch, zero_s, act.at_s, zero_s)
        self._listener.rep_speaks(True)

    def _ask_detector(self, act: Act) -> None:
        async def ask() -> None:
            self._do(self._turns.predicted(act.n, await self._detectors.p_end()))

        task = asyncio.create_task(ask(), name="ears-turn-detector")
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    def _withdraw(self, act: Act) -> None:
        self._listener.turn_withdrawn()
        turn = self._open
        if turn is None:
            return
        self._listener.rep_speaks(True)
        pause, turn.pause = turn.at(act.n), None
        if pause is None:
            return
        if pause.words is not None:
            turn.stretch.keep(pause.words, pause.heard_until_s)
        elif pause.job is not None:
            pause.job.cancel()

    def _end_turn(self, act: Act) -> None:
        said, turn = self._turn(act), self._open
        pause = turn.at(act.n) if turn else None
        if turn and pause and pause.words is None:
            self._give_up_on(turn.jobs)
        self._close_turn()
        self._listener.turn_over(said)

    def _cut_in(self, act: Act) -> None:
        """The turn is over in the middle of speech; its last words are still to be understood."""
        turn, self._open = self._open, None
        if turn is None:
            return
        self._add_sound(turn)
        self._cut_at_s = turn.added_until_s
        turn.pause = _Pause(act.n, self._clock.now_s(), turn.stretch.duration_s)
        heard = turn.stretch.ask(Urgency.FINAL)

        async def cut_in(pause: _Pause) -> None:
            try:
                async with asyncio.timeout(CUT_IN_S):
                    pause.words = await asyncio.wrap_future(heard)
            except (TimeoutError, SpeechFault):
                pause.words = turn.so_far
            pause.understood_s = self._clock.now_s()
            turn.stretch.close()
            self._listener.cut_in(self._turn_of(turn, act))

        task = asyncio.create_task(cut_in(turn.pause), name="ears-cut-in")
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    def _drop(self, act: Act) -> None:
        """No turn after all; a nod is still something that was said."""
        said = self._turn(act)
        self._close_turn()
        self._listener.turn_withdrawn()
        if said.text:
            self._listener.rep_nodded(said)

    def _close_turn(self) -> None:
        turn, self._open = self._open, None
        if turn is None:
            return
        if turn.pause is not None and turn.pause.job is not None:
            turn.pause.job.cancel()
        turn.stretch.close()
        self._listener.rep_speaks(False)

    # -- words ------------------------------------------------------------------------------------

    def _go_on_hearing(self) -> None:
        """Hand over what has come since; interim words where there is room for them."""
        turn = self._open
        if turn is not None:
            self._add_sound(turn)
            if self._has_room(turn):
                turn.interim = self._words(turn, Urgency.INTERIM, self._so_far)
        self._detectors.forget()

    def _has_room(self, turn: _Open) -> bool:
        if turn.interim is not None and not turn.interim.done():
            return False
        if self._transcriber.keeps_pace:
            return turn.stretch.unasked_s >= FEED_S
        if turn.stretch.unasked_s < INTERIM_S:
            return False
        load = self._pool.load()
        return load.busy_share < SPARE and load.n_queued == 0

    def _add_sound(self, turn: _Open) -> None:
        now_s = self._detectors.now_s
        if now_s > turn.added_until_s:
            turn.stretch.add(self._detectors.sound(turn.added_until_s, now_s))
            turn.added_until_s = now_s

    def _so_far(self, words: Words) -> None:
        if self._open is not None:
            self._open.so_far = words
        self._listener.rep_so_far(_text(words))

    def _speculate(self, act: Act) -> None:
        turn = self._open
        if turn is None:
            return
        self._listener.rep_speaks(False)
        self._add_sound(turn)
        turn.pause = pause = _Pause(act.n, self._clock.now_s(), turn.stretch.duration_s)
        pause.job = self._words(turn, Urgency.SPECULATIVE, lambda w: self._understood(pause, w))

    def _hurry(self, act: Act) -> None:
        """The reply waits for nothing but these words: they go before everybody's guesses."""
        turn = self._open
        pause = turn.at(act.n) if turn else None
        if turn and pause and pause.job and pause.job.cancel():
            pause.job = self._words(turn, Urgency.FINAL, lambda w: self._understood(pause, w))

    def _words(
        self, turn: _Open, urgency: Urgency, then: Callable[[Words], None]
    ) -> "Future[Words]":
        """A job whose end is told on the event loop; a fault counts as no words."""
        loop = asyncio.get_running_loop()

        def done(job: "Future[Words]") -> None:
            if job.cancelled() or turn is not self._open:
                return
            error = job.exception()
            if error is None:
                then(job.result())
                return
            if not isinstance(error, SpeechFault):
                raise error
            if urgency != Urgency.INTERIM:
                self._on_fault(error)
                then(())

        def tell(job: "Future[Words]") -> None:
            with suppress(RuntimeError):  # the loop is closed: the call is long over
                loop.call_soon_threadsafe(done, job)

        job = turn.stretch.ask(urgency)
        job.add_done_callback(tell)
        turn.jobs = [*(one for one in turn.jobs if not one.done()), job]
        return job

    def _understood(self, pause: _Pause, words: Words) -> None:
        pause.words, pause.understood_s = words, self._clock.now_s()
        text = _text(words)
        self._so_far(words)
        said = hint(text, self._language)
        nods = is_backchannel(text)
        self._do(self._turns.understood(pause.n, said, n_words=len(words), nods=nods))

    def _give_up_on(self, jobs: "list[Future[Words]]") -> None:
        """The words did not come in all that time: their engine hangs. It must not take the
        buyer's voice, or another call, with it."""
        for job in jobs:
            if not job.done():
                self._pool.abandon(job)
        self._on_fault(
            SpeechFault(
                "transcriber-hangs",
                f"What you said was expected in words within {self._limits.deaf_s:g} s, and the "
                "speech-to-text engine did not answer.",
                "The call goes on, and the recording has it. If it happens again: rehearse doctor",
                retry=True,
            )
        )

    def _turn(self, act: Act) -> Turn:
        """What is known of pause n, on the call's clock."""
        return self._turn_of(self._open, act)

    def _turn_of(self, turn: _Open | None, act: Act) -> Turn:
        now_s = self._clock.now_s()
        end_s = self._detectors.call_s(act.at_s)
        if turn is None:
            return Turn(act.n, Utterance("rep", end_s, end_s, ""), now_s, now_s)
        pause = turn.at(act.n)
        words = (pause.words if pause else None) or ()
        zero_s = self._detectors.call_s(turn.zero_s)
        placed = tuple(Word(w.text, w.start_s + zero_s, w.end_s + zero_s, w.p) for w in words)
        start_s = min(self._detectors.call_s(turn.start_s), end_s)
        return Turn(
            n=act.n,
            utterance=Utterance("rep", start_s, end_s, _text(words), placed),
            noticed_s=pause.noticed_s if pause else now_s,
            understood_s=pause.understood_s if pause and pause.words is not None else now_s,
        )


def _text(words: Words) -> str:
    return " ".join(w.text for w in words)
