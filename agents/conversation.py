"""Turns of the rep in, replies of the buyer out: the middle of a live call.

The ears say what the rep does (turn.Listener); this answers, through livekit's AgentSession, whose
part it is to play one reply after the other and to report what was heard of it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from livekit.agents import AgentSession
from livekit.agents.voice import SpeechHandle, io

from agents.beat import Beat
from agents.buyer import BY_RULES, Acts, Buyer, Plan
from agents.buyer_state import HEARD_ENOUGH
from agents.call_log import CallLog
from agents.captions import CaptionOutput
from agents.clock import CallClock
from agents.events import EndReason
from agents.frame_buffer import FrameBuffer
from agents.openers import Opener
from agents.ring_tone import ring_tone
from agents.second_reading import ReadAgain
from agents.spoken_reply import SpokenReply
from agents.turn import Turn
from agents.turn_timing import TurnTiming
from speech.clip import Clip
from speech.loudness import with_gain
from speech.words import Utterance

MURMUR_GAIN: Final = 0.5
"""Of a back-channel against a reply: 6 dB softer."""
APART_S: Final = 0.5
"""From the end of a reply to a back-channel, at the least."""
RING_THROUGH_S: Final = 1.0
"""From the gatekeeper's last word to the buyer's picking up, while the rep does not speak."""
ASK_AGAIN_S: Final = 0.25
OPENER_AFTER_S: Final = 0.05
"""A reply whose sound is not there this long after the turn begins with a small opener, as people
do; never two replies in a row."""

Murmur = Callable[[float, float, int], Opener | None]
"""See Backchannels.at_pause, of whoever is on the line."""
MakeReply = Callable[[Plan, Sequence[Utterance]], SpokenReply]
"""The words and the sound of a plan; the utterances are what was said of late, in order."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A reply that is being made before it is known whether the turn is over."""

    n: int
    """Of the pause."""
    text: str
    plan: Plan
    reply: SpokenReply


@dataclass(slots=True)
class _Aside:
    """Sound of the buyer's side that is no reply."""

    handle: SpeechHandle
    text: str
    """"" for a ring."""


@dataclass(slots=True)
class _Speaking:
    """A reply that was taken up."""

    beat: Beat
    reply: SpokenReply
    turn: Turn | None
    """The rep's turn that it answers; None when the buyer speaks unasked."""
    n_turn: int
    """The rep's turns so far."""
    committed_s: float
    handle: SpeechHandle
    started_s: float | None = None
    """When the rep heard its first sound, seconds of the call."""
    held_s: float = 0.0
    """For how long it was held since."""
    spoken_over: bool = False
    """The rep went on, or spoke into it."""
    ended: bool = False


class Conversation:
    """A turn.Listener. On the event loop."""

    def __init__(
        self,
        *,
        buyer: Buyer,
        session: "AgentSession[None]",
        make_reply: MakeReply,
        murmur: Murmur,
        rate_hz: int,
        log: CallLog,
        clock: CallClock,
        on_heard: Callable[[bool], None],
        on_put_through: Callable[[], None],
        rep_is_busy: Callable[[], bool],
        on_end: Callable[[EndReason], None],
        read_again: ReadAgain | None = None,
    ) -> None:
        """on_heard: whether the buyer's reply is on its way to the rep's ear, and once more when
        it is there; on_put_through: the gatekeeper has left the line; rep_is_busy: has the
        floor, be it in a pause; rate_hz: of the sound."""
        self._buyer = buyer
        self._session = session
        self._make_reply = make_reply
        self._murmur = murmur
        self._rate_hz = rate_hz
        self._log = log
        self._clock = clock
        self._on_heard = on_heard
        self._on_put_through = on_put_through
        self._rep_is_busy = rep_is_busy
        self._on_end = on_end
        self.captions = CaptionOutput(self._caption)
        self._read_again = read_again
        self._reading: asyncio.Task[None] | None = None
        self._ahead: _Ahead | None = None
        self._wanted: Turn | None = None  # a turn that is to be prepared for, once it can be
        self._unanswered: Turn | None = None
        self._speaking: _Speaking | None = None
        self._aside: _Aside | None = None
        self._transfer: asyncio.TimerHandle | None = None  # the buyer is about to pick up
        self._silent_since_s = 0.0  # the buyer
        self._n_turns = 0
        self._closing: set[asyncio.Task[None]] = set()
        self._held_since_s: float | None = None
        self._on_hold = False
        self._opened = False  # the last reply began with an opener
        self._states = ("listening", "listening")  # rep, buyer

    # -- what the call asks for -------------------------------------------------------------------

    def pick_up(self) -> None:
        self._say(self._buyer.opening(), None)

    def rep_is_silent(self) -> None:
        """Nobody has spoken for long."""
        self._say(self._buyer.to_silence(self._clock.now_s()), None)

    def time_is_over(self) -> None:
        self._say(self._buyer.at_end_of_time(), None)

    @property
    def quiet(self) -> bool:
        """Nobody speaks, and nobody is about to."""
        nobody_next = self._unanswered is None and self._transfer is None
        return self._speaking is None and nobody_next and self._states[0] == "listening"

    def pause(self) -> None:
        """The call is put on hold: the buyer stops where it is."""
        self._on_hold = True
        self.hold_buyer()

    def resume(self) -> None:
        """The buyer goes on where it was."""
        self._on_hold = False
        self.release_buyer()

    async def aclose(self) -> None:
        """The call is over: the buyer falls silent, and nothing is being made any more."""
        self.turn_withdrawn()
        self._unanswered = None
        self._no_transfer()
        if self._speaking is not None or self._aside is not None:
            self._session.interrupt(force=True)
        if self._speaking is not None:
            await self._speaking.reply.aclose()
        await asyncio.gather(*self._closing)

    # -- what the rep does (turn.Listener) --------------------------------------------------------

    def rep_speaks(self, on: bool) -> None:
        self._state(rep="speaking" if on else "listening")

    def rep_so_far(self, text: str) -> None:
        if text:
            self._log.emit("caption", speaker="rep", text=text, final=False)

    def turn_ahead(self, turn: Turn) -> None:
        """The turn looks over: make the reply, without a trace."""
        if self._speaking is not None:
            self._wanted = turn  # what was heard of this reply is not known yet
        else:
            self._prepare(turn)

    def turn_withdrawn(self) -> None:
        self._wanted = None
        self._stop_reading()
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            self._throw_away(ahead.reply)

    def turn_over(self, turn: Turn) -> None:
        self._rep_said(turn)
        self._n_turns += 1
        self._unanswered = turn
        self._wanted = None
        self._state(buyer="thinking")
        if self._speaking is None:
            self._answer()
        else:
            self._speaking.spoken_over = True
            self._session.interrupt(force=True)  # answered when it is known what was heard

    def rep_nodded(self, turn: Turn) -> None:
        self._rep_said(turn)

    def rep_pauses(self, turn: Turn) -> None:
        """Whoever is on the line may murmur; the turn goes on."""
        now_s = self._clock.now_s()
        busy = self._speaking or self._aside or self._unanswered or self._transfer
        held = self._on_hold or self._held_since_s is not None
        if busy or held or now_s - self._silent_since_s < APART_S:
            return
        murmur = self._murmur(turn.utterance.start_s, now_s, self._n_turns + 1)
        if murmur is not None:
            self._play(with_gain(murmur.clip, MURMUR_GAIN), murmur.text)

    def cut_in(self, turn: Turn) -> None:
        """The buyer talks over the rep; what was said so far is answered with that."""
        self.turn_withdrawn()
        self._rep_said(turn)
        self._n_turns += 1
        if self._speaking is None:  # else the rep ended meanwhile, and that is being answered
            now_s = self._clock.now_s()
            self._say(self._buyer.to_monologue(now_s, turn.speech_s, turn.text), None)

    def hold_buyer(self) -> None:
        if self._held_since_s is None and (output := self._session.output.audio) is not None:
            self._held_since_s = self._clock.now_s()
            output.pause()

    def release_buyer(self) -> None:
        output = self._session.output.audio
        if self._held_since_s is None or self._on_hold or output is None:
            return
        if self._speaking is not None and self._speaking.started_s is not None:
            self._speaking.held_s += self._clock.now_s() - self._held_since_s
        self._held_since_s = None
        output.resume()

    def stop_buyer(self) -> None:
        if self._speaking is None:
            self.release_buyer()
        else:  # released when it is over: what is left of it must not be heard
            self._speaking.spoken_over = True
            self._session.interrupt(force=True)

    # -- replies ----------------------------------------------------------------------------------

    def _plan(self, turn: Turn, acts: Acts = BY_RULES) -> Plan:
        now_s = self._clock.now_s()
        return self._buyer.reply_to(turn.text, speech_s=turn.speech_s, at_s=now_s, acts=acts)

    def _prepare(self, turn: Turn) -> None:
        self.turn_withdrawn()
        self._make_ahead(turn, BY_RULES)
        if self._read_again is not None:
            self._reading = asyncio.create_task(
                self._read(turn, self._read_again), name="second-reading"
            )

    def _make_ahead(self, turn: Turn, acts: Acts) -> None:
        plan = self._plan(turn, acts)
        recent = [*self._log.recent(), turn.utterance]
        self._ahead = _Ahead(turn.n, turn.text, plan, self._make_reply(plan, recent))

    async def _read(self, turn: Turn, read_again: ReadAgain) -> None:
        """A model's reading counts when it comes before the turn is over; nobody waits for it."""
        acts = await read_again(turn.text, self._buyer.in_the_air)
        ahead = self._ahead
        if acts is None or ahead is None or not self._buyer.still_good(ahead.plan):
            return
        if acts.decided_by == "rules":
            self._ahead = replace(ahead, plan=replace(ahead.plan, acts=acts))
        else:
            self._throw_away(ahead.reply)
            self._make_ahead(turn, acts)

    def _stop_reading(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()

    def _answer(self) -> None:
        turn, self._unanswered = self._unanswered, None
        assert turn is not None
        self._stop_reading()
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            same = (ahead.n, ahead.text) == (turn.n, turn.text)
            if same and self._buyer.still_good(ahead.plan):
                self._say(ahead.plan, turn, ahead.reply)
                return
            self._throw_away(ahead.reply)
        self._say(self._plan(turn), turn)

    def _say(self, plan: Plan, turn: Turn | None, reply: SpokenReply | None = None) -> None:
        self._no_transfer()
        reply = reply or self._make_reply(plan, self._log.recent())
        self._buyer.take_up(plan)
        self._tell_beat(plan)
        reply.used()
        handle = self._session.say(
            reply.text(), audio=reply.frames(), allow_interruptions=True, add_to_chat_ctx=False
        )
        now_s = self._clock.now_s()
        speaking = self._speaking = _Speaking(plan.beat, reply, turn, self._n_turns, now_s, handle)
        self._state(buyer="thinking")
        self._on_heard(True)
        handle.add_done_callback(lambda _: self._spoken(speaking))
        if turn is not None:
            asyncio.get_running_loop().call_later(OPENER_AFTER_S, self._open_with, reply)

    def _open_with(self, reply: SpokenReply) -> None:
        self._opened = not self._opened and reply.begin_with_opener()

    def _spoken(self, speaking: _Speaking) -> None:
        """livekit is done with it: played, interrupted, or never begun."""
        self._throw_away(speaking.reply)
        if self._speaking is not speaking:
            return
        self._speaking = None
        self._silent_since_s = self._clock.now_s()
        if speaking.spoken_over and speaking.turn is not None and speaking.started_s is None:
            self._log.emit("false_cut", turn=speaking.n_turn)
        self.release_buyer()
        self._on_heard(False)
        self._state(buyer="listening")
        unheard_end = speaking.beat.ends_call and not speaking.ended
        if unheard_end and self._unanswered is None:
            self._on_end("buyer_hung_up" if speaking.beat.kind == "hang_up" else "said_goodbye")
        if self._unanswered is not None:
            self._answer()
        elif self._wanted is not None:
            turn, self._wanted = self._wanted, None
            self._prepare(turn)

    def _throw_away(self, reply: SpokenReply) -> None:
        task = asyncio.create_task(reply.aclose(), name="reply-close")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    # -- sound that is no reply -------------------------------------------------------------------

    def _play(self, clip: Clip, text: str) -> None:
        """A reply that comes meanwhile waits for its end."""
        sound = FrameBuffer(self._rate_hz)
        sound.add(clip)
        sound.finish()
        handle = self._session.say(
            text or " ", audio=sound.frames(), allow_interruptions=True, add_to_chat_ctx=False
        )
        aside = self._aside = _Aside(handle, text)
        handle.add_done_callback(lambda _: self._played(aside))

    def _played(self, aside: _Aside) -> None:
        if self._aside is aside:
            self._aside = None

    def _put_through(self) -> None:
        """The gatekeeper leaves; it rings, and the buyer picks up."""
        self._on_put_through()
        self._play(ring_tone(self._rate_hz), "")
        self._pick_up_after(RING_THROUGH_S)

    def _pick_up_after(self, wait_s: float) -> None:
        self._transfer = asyncio.get_running_loop().call_later(wait_s, self._buyer_picks_up)

    def _buyer_picks_up(self) -> None:
        busy = self._speaking or self._unanswered or self._rep_is_busy()
        if busy or self._on_hold:  # a rep who speaks into the ring is answered by the buyer
            self._pick_up_after(ASK_AGAIN_S)
        else:
            self._say(self._buyer.after_transfer(self._clock.now_s()), None)

    def _no_transfer(self) -> None:
        transfer, self._transfer = self._transfer, None
        if transfer is not None:
            transfer.cancel()

    # -- what the rep hears -----------------------------------------------------------------------

    def started(self, event: io.PlaybackStartedEvent) -> None:
        """The first sound of a reply is played, or of what is none."""
        if self._aside is not None:
            if self._aside.text:
                start_s = round(self._clock.at_s(event.created_at), 3)
                self._log.emit("backchannel", start_s=start_s, text=self._aside.text)
            return
        speaking = self._speaking
        if speaking is None or speaking.started_s is not None:
            return
        speaking.started_s = self._clock.at_s(event.created_at)
        self._on_heard(True)
        self.captions.begin()
        self._state(buyer="speaking")
        if speaking.turn is not None:
            self._tell_timing(speaking, speaking.turn, speaking.started_s)

    def finished(self, event: io.PlaybackFinishedEvent) -> None:
        """It was played, or as much of it as the rep let the buyer say."""
        if self._aside is not None:
            self._aside = None
            return
        speaking = self._speaking
        if speaking is None or speaking.started_s is None or speaking.ended:
            return
        speaking.ended = True
        text = event.synchronized_transcript
        text = (self.captions.text if text is None else text).strip()
        start_s = speaking.started_s
        end_s = start_s + speaking.held_s + event.playback_position
        voice = _voice(speaking.beat)
        self._log.emit(
            "buyer_said",
            start_s=round(start_s, 3),
            end_s=round(end_s, 3),
            text=text,
            interrupted=event.interrupted,
            beat=speaking.beat.kind,
            **voice,
        )
        self._log.emit("caption", speaker="buyer", text=text, final=True, **voice)
        share = _share(text, speaking.reply.written) if event.interrupted else 1.0
        self._settle(speaking.beat, share, start_s, end_s, text)

    def _settle(self, beat: Beat, share: float, start_s: float, end_s: float, text: str) -> None:
        """What was heard counts: only now is an objection raised or settled."""
        self._buyer.voiced(beat, share)
        self._log.emit("buyer_heard", share=share)
        if share >= HEARD_ENOUGH and beat.kind == "raise_objection":
            self._log.emit(
                "objection_raised",
                objection_id=beat.objection_id,
                start_s=round(start_s, 3),
                end_s=round(end_s, 3),
                text=text,
            )
        if share >= HEARD_ENOUGH and beat.kind == "settle":
            self._log.emit("objection_settled", objection_id=beat.objection_id)
        if share >= HEARD_ENOUGH and beat.kind == "put_through":
            self._put_through()
        if beat.ends_call:
            self._on_end("buyer_hung_up" if beat.kind == "hang_up" else "said_goodbye")

    # -- telling ----------------------------------------------------------------------------------

    def _rep_said(self, turn: Turn) -> None:
        said = turn.utterance
        if not said.text:
            return
        self._log.emit(
            "rep_said",
            start_s=round(said.start_s, 3),
            end_s=round(said.end_s, 3),
            text=said.text,
            words=[asdict(w) for w in said.words],
        )
        self._log.emit("caption", speaker="rep", text=said.text, final=True)

    def _tell_beat(self, plan: Plan) -> None:
        beat, state = plan.beat, plan.state
        self._log.emit("buyer_input", **plan.entry)
        self._log.emit(
            "beat",
            beat=beat.kind,
            reason=beat.reason,
            because=beat.because,
            objection_id=beat.objection_id,
            fact_ids=list(beat.fact_ids),
            concession_id=beat.concession_id,
            voice=beat.voice,
            phase=state.phase,
            trust=state.trust,
            interest=state.interest,
            patience=state.patience,
            **_taken_from(plan),
        )

    def _tell_timing(self, speaking: _Speaking, turn: Turn, started_s: float) -> None:
        made = speaking.reply.stages
        timing = TurnTiming(
            turn=speaking.n_turn,
            speech_end_s=turn.utterance.end_s,
            vad_s=turn.noticed_s,
            preflight_s=turn.understood_s,
            committed_s=speaking.committed_s,
            words_s=self._at_s(made.words),
            clause_s=self._at_s(made.clause),
            sound_s=self._at_s(made.sound),
            played_s=started_s,
        )
        self._log.emit("turn_timing", **timing.to_data())
        self._log.emit("response_gap", gap_s=round(started_s - turn.utterance.end_s, 3))

    def _at_s(self, wall_time: float | None) -> float | None:
        return None if wall_time is None else self._clock.at_s(wall_time)

    def _caption(self, text: str) -> None:
        if self._aside is not None:
            return
        if self._speaking is not None and not self._speaking.ended:  # else it trails in too late
            voice = _voice(self._speaking.beat)
            self._log.emit("caption", speaker="buyer", text=text, final=False, **voice)

    def _state(self, *, rep: str | None = None, buyer: str | None = None) -> None:
        states = (rep or self._states[0], buyer or self._states[1])
        if states != self._states:
            self._states = states
            self._log.emit("state", rep=states[0], buyer=states[1])


def _voice(beat: Beat) -> dict[str, str]:
    """Who spoke, where it was not the buyer."""
    return {} if beat.voice == "buyer" else {"voice": beat.voice}


def _taken_from(plan: Plan) -> dict[str, Any]:
    """What the buyer took from the rep's words, and what decided."""
    said = [{"kind": one.kind, "quote": one.quote} for one in plan.said]
    disagreed = dict(plan.acts.disagreed)
    return {
        "decided_by": plan.decided_by,
        "said": said,
        **({"disagreed": disagreed} if disagreed else {}),
    }


def _share(heard: str, written: str) -> float:
    """How much of the reply's words, 0 to 1, were heard."""
    return min(1.0, len(heard.strip()) / max(1, len(written.strip())))
