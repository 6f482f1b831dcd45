"""The live call: the one place that builds an AgentSession, the same for every line."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

from livekit.agents import Agent, AgentSession
from livekit.agents.voice import TranscriptSynchronizer, io
from livekit.agents.voice.events import CloseEvent, ErrorEvent

from agents.backchannels import Backchannels
from agents.buyer import Buyer, Plan
from agents.buyer_state import time_limit_s
from agents.call_log import CallLog, said
from agents.clock import CallClock
from agents.conversation import Conversation
from agents.detectors import Detectors
from agents.ears import Ears
from agents.events import CallEvent, EndReason
from agents.lines import Line
from agents.openers import Opener
from agents.outcome import CallOutcome
from agents.recorder import Recorder
from agents.spoken_reply import SpokenReply
from agents.turn_taking import Limits
from agents.worker import Engines, Voicing
from configs.fault import Fault
from configs.persona import Persona
from configs.scenario import Scenario
from configs.settings import Settings
from speech.fault import SpeechFault
from speech.words import Utterance

logger = logging.getLogger(__name__)

SILENCE_S: Final = 8.0
"""Nobody speaking for this long moves the buyer to say something."""
LAST_WORDS_S: Final = 0.5
"""The first scorecard waits this long for words that are still being understood; the second has
them from the recording."""
REPLY_HZ: Final = 24_000
"""Of the buyer's sound, where the line does not care."""


class _OnTheLine:
    """One who may be on the line."""

    def __init__(self, persona: Persona, voicing: Voicing, seed: int) -> None:
        self.persona = persona
        self.voicing = voicing
        self.backchannels = Backchannels(voicing.backchannels, seed)


class LiveCall:
    """One call from answering to hanging up. A fault in it never leaves it."""

    def __init__(
        self,
        *,
        call_id: str,
        scenario: Scenario,
        persona: Persona,
        line: Line,
        engines: Engines,
        settings: Settings,
        folder: Path,
        on_event: Callable[[CallEvent], Awaitable[None]],
        seed: int | None = None,
        gatekeeper: Persona | None = None,
    ) -> None:
        """`folder` takes the recording and the log; `seed` picks the buyer's wordings;
        `gatekeeper` picks up where the scenario has one, in the buyer's voice when it is None."""
        self._scenario = scenario
        self._line = line
        self._on_event = on_event
        self._settings = settings
        self._clock = CallClock()
        self._log = CallLog(
            folder / "events.jsonl", self._clock, on_full=lambda: self._end("fault")
        )
        self._ended: asyncio.Future[EndReason] = asyncio.get_running_loop().create_future()
        self._ended_s = 0.0
        self._kit = engines.for_call(persona)
        self._seed = int(call_id[:8], 16) if seed is None else seed
        self._persona = persona
        self._gatekeeper = gatekeeper if scenario.gatekeeper else None
        kit = self._kit
        buyer = _OnTheLine(
            persona,
            Voicing(kit.speaker, kit.openers, kit.backchannels, kit.names["text_to_speech"]),
            self._seed,
        )
        self._voices = {"buyer": buyer, "gatekeeper": buyer}
        if self._gatekeeper is not None:
            at_gate = engines.voicing(self._gatekeeper)
            self._voices["gatekeeper"] = _OnTheLine(self._gatekeeper, at_gate, self._seed)
        self._on_line = self._voices["gatekeeper" if scenario.gatekeeper else "buyer"]
        self._words = engines.words(self._fault)
        self._buyer = Buyer(scenario, persona, self._seed)
        self._session: AgentSession[None] = self._build_session()
        self._recorder = Recorder(self._clock, folder / "call.ogg", on_fault=self._cannot_record)
        self._conversation = Conversation(
            buyer=self._buyer,
            session=self._session,
            make_reply=self._make_reply,
            murmur=self._murmur,
            rate_hz=self._rate_hz,
            log=self._log,
            clock=self._clock,
            on_heard=lambda heard: self._ears.buyer(heard),
            on_put_through=self._put_through,
            rep_is_busy=lambda: self._ears.busy,
            on_end=self._end,
            read_again=engines.second_reading(),
        )
        self._ears = self._build_ears()
        self._synchronizer: TranscriptSynchronizer | None = None
        self._busy_s = 0.0  # when somebody was last speaking, or about to
        self._paused = False
        self._paused_s = 0.0

    # -- what the line's owner may do -----------------------------------------------------------

    async def run(self) -> CallOutcome:
        """Hold the call. Returns when it has ended and its recording and log are on disk.

        Raises Fault or SpeechFault, in a group, when it could not be held. A bug of ours ends
        this call and no other, and what was said is kept."""
        try:
            await self._hold()
        except* (Fault, SpeechFault):
            raise
        except* Exception as bugs:  # noqa: BLE001 - the edge of one call: see above
            for bug in bugs.exceptions:
                where = "".join(traceback.format_tb(bug.__traceback__))
                # the message may quote the rep: the kind and the place must do
                logger.error("a call broke: %s\n%s", type(bug).__name__, where)
        return self._log.outcome()

    async def _hold(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._log.tell(self._on_event), name="call-events")
            try:
                source = await self._answer()
                listening = group.create_task(self._listen(source), name="call-ears")
                watch = group.create_task(self._watch(), name="call-watch")
                await asyncio.shield(self._ended)  # a cancelled wait must not end it
                watch.cancel()
                self._conversation.hold_buyer()
                await self._recorder.aclose()  # nothing is recorded after hanging up
                if (last := await self._ears.last_words(LAST_WORDS_S)) is not None:
                    self._conversation.rep_nodded(last)
                listening.cancel()
            finally:
                await self._close()

    async def pause(self) -> None:
        """Both sides hold; the time line goes on in silence."""
        if self._paused or self._ended.done():
            return
        self._paused = True
        self._line.hold(True)
        self._ears.hold(True)
        self._conversation.pause()
        self._log.emit("paused")

    async def resume(self) -> None:
        if not self._paused:
            return
        self._paused = False
        self._line.hold(False)
        self._ears.hold(False)
        self._conversation.resume()
        self._busy_s = self._clock.now_s()
        self._log.emit("resumed")

    async def hang_up(self, reason: EndReason = "rep_hung_up") -> None:
        """End the call; run() returns when everything is kept."""
        self._end(reason)

    # -- building ---------------------------------------------------------------------------------

    def _build_session(self) -> "AgentSession[None]":
        """It plays replies and reports what was heard of them. Listening and taking turns are our
        own (ears.py): its speech-to-text begins after the end of speech and never takes back."""
        session: AgentSession[None] = AgentSession(
            vad=None,
            turn_handling={"turn_detection": "manual", "preemptive_generation": {"enabled": False}},
            aec_warmup_duration=None,
            user_away_timeout=None,
        )
        session.on("error", self._session_error)
        session.on("close", self._session_closed)
        return session

    def _build_ears(self) -> Ears:
        kit = self._kit
        return Ears(
            clock=self._clock,
            detectors=Detectors(self._clock, kit.vad, kit.turn_detector),
            transcriber=kit.transcriber,
            pool=kit.pool,
            language=self._scenario.language,
            limits=self._limits(),
            listener=self._conversation,
            on_fault=self._fault,
        )

    def _limits(self) -> Limits:
        """The scenario's patience, else that of who is on the line, else the setting's."""
        persona, usual = self._on_line.persona, self._settings.call
        patience_s = self._scenario.turn_patience_s or persona.turn_patience_s
        return Limits.of(
            settle_s=usual.min_endpointing_s,
            patience_s=patience_s or usual.max_endpointing_s,
            talks_over_s=persona.talks_over_s,
        )

    @property
    def _rate_hz(self) -> int:
        return self._line.audio_output.sample_rate or REPLY_HZ

    def _make_reply(self, plan: Plan, recent: Sequence[Utterance]) -> SpokenReply:
        who = self._voices[plan.beat.voice]
        return SpokenReply(
            self._words.reply(plan.beat, plan.state, self._scenario, who.persona, recent),
            who.voicing.speaker,
            rate_hz=self._rate_hz,
            on_fault=self._fault,
            opener=who.voicing.openers.take(self._seed, plan.state.n_turns),
        )

    def _murmur(self, turn_start_s: float, now_s: float, n_turn: int) -> Opener | None:
        return self._on_line.backchannels.at_pause(turn_start_s, now_s, n_turn)

    async def _answer(self) -> io.AudioInput:
        session, conversation = self._session, self._conversation
        source = self._recorder.record_input(self._line.audio_input)
        synchronizer = self._synchronizer = TranscriptSynchronizer(
            next_in_chain_audio=self._recorder.record_output(self._line.audio_output),
            next_in_chain_text=conversation.captions,
        )
        session.output.audio = synchronizer.audio_output
        session.output.transcription = synchronizer.text_output
        synchronizer.audio_output.on("playback_started", conversation.started)
        synchronizer.audio_output.on("playback_finished", conversation.finished)
        await self._recorder.start()
        self._log.emit(
            "answered",
            scenario_id=self._scenario.id,
            engines=self._kit.names,
            rough=self._kit.transcriber.rough,
            seed=self._seed,
        )
        await session.start(Agent(instructions=""), record=False)
        conversation.pick_up()
        return source

    async def _listen(self, source: io.AudioInput) -> None:
        await self._ears.run(source)
        self._end("line_lost")

    async def _close(self) -> None:
        """The recording first: nothing is recorded after hanging up. A step that fails does not
        keep the others from theirs."""
        self._end("fault")  # unless it has ended in order
        self._session.off("close", self._session_closed)
        async with AsyncExitStack() as closing:
            closing.callback(self._close_log)
            if self._synchronizer is not None:
                closing.push_async_callback(self._synchronizer.aclose)
            closing.push_async_callback(self._line.aclose)
            closing.push_async_callback(self._session.aclose)
            closing.push_async_callback(self._conversation.aclose)
            closing.push_async_callback(self._ears.aclose)
            closing.push_async_callback(self._recorder.aclose)

    def _close_log(self) -> None:
        if not (health := self._line.health()).sound:
            self._log.emit("line_health", **asdict(health))
        self._log.emit_at("ended", self._ended_s, reason=self._ended.result())
        self._log.close()

    async def _watch(self) -> None:
        """Long silence and the end of the time are met in character."""
        limit_s = time_limit_s(self._scenario)
        while True:
            await asyncio.sleep(0.25)
            now_s = self._clock.now_s()
            quiet = self._conversation.quiet and not self._ears.busy
            if not quiet:
                self._busy_s = now_s
            if self._paused:
                self._paused_s += 0.25
                self._busy_s = now_s
            elif now_s - self._paused_s > limit_s and quiet:
                limit_s = float("inf")
                self._conversation.time_is_over()
            elif now_s - self._busy_s > SILENCE_S:
                self._busy_s = now_s
                self._conversation.rep_is_silent()

    # -- what happens on the call -----------------------------------------------------------------

    def _put_through(self) -> None:
        self._on_line = self._voices["buyer"]
        self._ears.wait_as(self._limits())
        self._log.emit("put_through", name=self._persona.name)

    def _end(self, reason: EndReason) -> None:
        if not self._ended.done():
            self._ended_s = self._clock.now_s()
            self._ended.set_result(reason)

    def _fault(self, fault: Fault | SpeechFault) -> None:
        """May be called from a worker thread."""
        self._ended.get_loop().call_soon_threadsafe(lambda: self._log.emit("fault", **said(fault)))

    def _cannot_record(self, fault: SpeechFault) -> None:
        """Called from the recorder's thread. A call that is not kept is no practice."""
        self._fault(fault)
        self._ended.get_loop().call_soon_threadsafe(self._end, "fault")

    def _session_error(self, event: ErrorEvent) -> None:
        recoverable = bool(getattr(event.error, "recoverable", False))
        logger.warning("engine error on a call: %s", type(event.error).__name__)
        if not recoverable:
            self._fault(Fault("call-engine-failed", "An engine failed during the call."))

    def _session_closed(self, event: CloseEvent) -> None:
        self._end("line_lost" if event.error is None else "fault")
