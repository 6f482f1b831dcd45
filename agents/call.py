"""The live call: the one place that builds an AgentSession, the same for every line."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

from livekit.agents import AgentSession
from livekit.agents.voice import TranscriptSynchronizer, io
from livekit.agents.voice.events import (
    AgentStateChangedEvent,
    CloseEvent,
    ErrorEvent,
    UserStateChangedEvent,
)

from agents.beat import Beat
from agents.buyer import Buyer, NoModel
from agents.buyer_state import HEARD_ENOUGH, BuyerState, time_limit_s
from agents.call_log import CallLog, said
from agents.captions import CaptionOutput
from agents.clock import CallClock
from agents.events import CallEvent, EndReason
from agents.lines import Line
from agents.live_stt import LiveTranscriber
from agents.live_voice import LiveVoice
from agents.outcome import CallOutcome
from agents.recorder import Recorder
from agents.worker import Engines
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
"""The first scorecard waits this long for words that are still being transcribed; the second has
them from the recording."""


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
    ) -> None:
        """`folder` takes the recording and the log; `seed` picks the buyer's wordings."""
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
        self._buyer = Buyer(
            scenario=scenario,
            persona=persona,
            words=engines.words(self._fault),
            clock=self._clock,
            seed=self._seed,
            on_beat=self._beat,
            recent=self._recent,
        )
        self._session: AgentSession[None] = self._build_session()
        self._recorder = Recorder(self._clock, folder / "call.ogg", on_fault=self._cannot_record)
        self._captions = CaptionOutput(self._buyer_caption)
        self._synchronizer: TranscriptSynchronizer | None = None
        self._buyer_started_s: float | None = None
        self._rep_ended_s: float | None = None
        self._busy_s = 0.0  # when somebody was last speaking, or the buyer thinking
        self._paused = False
        self._paused_s = 0.0
        self._buyer_state = self._rep_state = "listening"

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
                await self._answer()
                watch = group.create_task(self._watch(), name="call-watch")
                await asyncio.shield(self._ended)  # a cancelled wait must not end it
                watch.cancel()
            finally:
                await self._close()

    async def pause(self) -> None:
        """Both sides hold; the time line goes on in silence."""
        if self._paused or self._ended.done():
            return
        self._paused = True
        self._line.hold(True)
        self._session.interrupt(force=True)
        self._log.emit("paused")

    async def resume(self) -> None:
        if not self._paused:
            return
        self._paused = False
        self._line.hold(False)
        self._busy_s = self._clock.now_s()
        self._log.emit("resumed")

    async def hang_up(self, reason: EndReason = "rep_hung_up") -> None:
        """End the call; run() returns when everything is kept."""
        self._end(reason)

    # -- building ---------------------------------------------------------------------------------

    def _build_session(self) -> "AgentSession[None]":
        limits = self._settings.call
        kit = self._kit
        self._ears = LiveTranscriber(
            kit.transcriber,
            kit.vad,
            self._clock,
            kit.executor,
            language=self._scenario.language,
            on_utterance=self._rep_said,
            on_fault=self._fault,
            part_s=kit.part_s,
        )
        session: AgentSession[None] = AgentSession(
            vad=kit.vad,
            stt=self._ears,
            llm=NoModel(),
            tts=LiveVoice(kit.voice, kit.fallback_voice, kit.executor, on_fault=self._fault),
            turn_handling={
                "turn_detection": kit.turn_detector,
                "endpointing": {
                    "min_delay": limits.min_endpointing_s,
                    "max_delay": limits.max_endpointing_s,
                },
                "interruption": {"min_duration": 0.4, "resume_false_interruption": False},
                "preemptive_generation": {"enabled": False},
            },
            # the browser cancels its own echo: the rep may interrupt from the first word on
            aec_warmup_duration=None,
            user_away_timeout=None,
            session_close_transcript_timeout=LAST_WORDS_S,
        )
        session.on("user_state_changed", self._rep_changed)
        session.on("agent_state_changed", self._buyer_changed)
        session.on("error", self._session_error)
        session.on("close", self._session_closed)
        return session

    async def _answer(self) -> None:
        session = self._session
        session.input.audio = self._recorder.record_input(self._line.audio_input)
        synchronizer = self._synchronizer = TranscriptSynchronizer(
            next_in_chain_audio=self._recorder.record_output(self._line.audio_output),
            next_in_chain_text=self._captions,
        )
        session.output.audio = synchronizer.audio_output
        session.output.transcription = synchronizer.text_output
        synchronizer.audio_output.on("playback_started", self._buyer_started)
        synchronizer.audio_output.on("playback_finished", self._buyer_finished)
        await self._recorder.start()
        self._log.emit(
            "answered",
            scenario_id=self._scenario.id,
            engines=self._kit.names,
            rough=self._kit.transcriber.rough,
            seed=self._seed,
        )
        await session.start(self._buyer, record=False)

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
            closing.push_async_callback(self._recorder.aclose)

    def _close_log(self) -> None:
        self._log.emit_at("ended", self._ended_s, reason=self._ended.result())
        self._log.close()

    async def _watch(self) -> None:
        """Long silence and the end of the time are met in character."""
        limit_s = time_limit_s(self._scenario)
        while True:
            await asyncio.sleep(0.25)
            now_s = self._clock.now_s()
            speaking = "speaking" in (self._rep_state, self._buyer_state)
            if speaking or self._buyer_state == "thinking" or self._ears.n_pending:
                self._busy_s = now_s
            if self._paused:
                self._paused_s += 0.25
                self._busy_s = now_s
            elif now_s - self._paused_s > limit_s and not speaking:
                limit_s = float("inf")
                self._buyer.time_is_over()
            elif now_s - self._busy_s > SILENCE_S:
                self._busy_s = now_s
                self._buyer.rep_is_silent()

    # -- what happens on the call -----------------------------------------------------------------

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

    def _rep_said(self, utterance: Utterance) -> None:
        self._rep_ended_s = utterance.end_s
        self._buyer.rep_spoke(utterance.end_s - utterance.start_s)
        self._log.emit(
            "rep_said",
            start_s=round(utterance.start_s, 3),
            end_s=round(utterance.end_s, 3),
            text=utterance.text,
            words=[asdict(w) for w in utterance.words],
        )
        self._log.emit("caption", speaker="rep", text=utterance.text, final=True)

    def _beat(self, beat: Beat, state: BuyerState) -> None:
        self._log.emit(
            "beat",
            beat=beat.kind,
            reason=beat.reason,
            because=beat.because,
            objection_id=beat.objection_id,
            fact_ids=list(beat.fact_ids),
            trust=state.trust,
            interest=state.interest,
            patience=state.patience,
        )

    def _buyer_caption(self, text: str) -> None:
        self._log.emit("caption", speaker="buyer", text=text, final=False)

    def _buyer_started(self, event: io.PlaybackStartedEvent) -> None:
        self._buyer_started_s = self._clock.at_s(event.created_at)
        self._captions.begin()
        if self._rep_ended_s is not None:
            self._log.emit(
                "response_gap", gap_s=round(self._buyer_started_s - self._rep_ended_s, 3)
            )
            self._rep_ended_s = None

    def _buyer_finished(self, event: io.PlaybackFinishedEvent) -> None:
        beat, start_s = self._buyer.voicing(), self._buyer_started_s
        self._buyer_started_s = None
        if beat is None or start_s is None:
            return
        text = event.synchronized_transcript
        text = (self._captions.text if text is None else text).strip()
        end_s = start_s + event.playback_position
        self._log.emit(
            "buyer_said",
            start_s=round(start_s, 3),
            end_s=round(end_s, 3),
            text=text,
            interrupted=event.interrupted,
            beat=beat.kind,
        )
        self._log.emit("caption", speaker="buyer", text=text, final=True)
        share = self._buyer.share_heard(text) if event.interrupted else 1.0
        self._settle(beat, share, start_s, end_s, text)

    def _settle(self, beat: Beat, share: float, start_s: float, end_s: float, text: str) -> None:
        """What was heard counts: only now is an objection raised or settled."""
        self._buyer.voiced(beat, share)
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
        if beat.ends_call:
            self._end("buyer_hung_up" if beat.kind == "hang_up" else "said_goodbye")

    def _recent(self) -> list[Utterance]:
        return list(self._log.outcome().transcript.utterances[-8:])

    def _rep_changed(self, event: UserStateChangedEvent) -> None:
        self._rep_state = "speaking" if event.new_state == "speaking" else "listening"
        self._log.emit("state", rep=self._rep_state, buyer=self._buyer_state)

    def _buyer_changed(self, event: AgentStateChangedEvent) -> None:
        known = {"speaking", "thinking"}
        self._buyer_state = event.new_state if event.new_state in known else "listening"
        self._log.emit("state", rep=self._rep_state, buyer=self._buyer_state)

    def _session_error(self, event: ErrorEvent) -> None:
        recoverable = bool(getattr(event.error, "recoverable", False))
        logger.warning("engine error on a call: %s", type(event.error).__name__)
        if not recoverable:
            self._fault(Fault("call-engine-failed", "An engine failed during the call."))

    def _session_closed(self, event: CloseEvent) -> None:
        self._end("line_lost" if event.error is None else "fault")
