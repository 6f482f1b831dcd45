"""Listens afterwards: from a call that has ended to its scorecard, so that nothing is lost when a
process dies in between. Every step may be repeated."""

import logging
import queue
import threading
from dataclasses import replace
from typing import Final

from agents.outcome import CallOutcome, replay, to_event
from agents.worker import Engines
from configs.fault import Fault
from configs.load import Catalogue
from configs.rubric import Rubric
from configs.scenario import Scenario
from scoring.grade import Grade, first_grade, grade
from speech.audio_file import read_recording
from speech.fault import SpeechFault
from storage.calls import Calls
from storage.recordings import Recordings

NOBODY_HEARD: Final = frozenset({"audio-silent", "audio-empty"})
logger = logging.getLogger(__name__)


class Reviewer:
    """Scores calls. Every method blocks; one thread calls them for one call at a time."""

    def __init__(
        self, *, catalogue: Catalogue, engines: Engines, calls: Calls, recordings: Recordings
    ) -> None:
        self._catalogue = catalogue
        self._engines = engines
        self._calls = calls
        self._recordings = recordings

    def finish(self, call_id: str, outcome: CallOutcome) -> None:
        """Keep what the call came to and give it a first scorecard from the live words."""
        self._calls.finish(
            call_id,
            ended_reason=outcome.ended_reason,
            duration_s=outcome.duration_s,
            has_recording=self._recordings.has_recording(call_id),
            engines=outcome.engines,
            response_gaps=outcome.response_gaps_s,
        )
        scenario, rubric = self._chosen(call_id)
        first = first_grade(
            scenario=scenario,
            rubric=rubric,
            transcript=outcome.transcript,
            recording=None,
            voiced=outcome.voiced,
            engines=outcome.engines,
            duration_s=outcome.duration_s,
            rough=outcome.rough,
            gate=outcome.gate,
            result=outcome.result(scenario),
        )
        self._save(call_id, first)

    def review(self, call_id: str) -> None:
        """Transcribe the rep again from the recording, score, and replace the first scorecard.
        Of a call on which nobody was heard the first one stands.

        Raises Fault or SpeechFault; the first scorecard and the recording stay."""
        try:
            self._review(call_id)
        except SpeechFault as fault:
            first = self._calls.scorecard(call_id)
            if fault.code not in NOBODY_HEARD or first is None:
                raise
            self._calls.save_scorecard(call_id, replace(first, provisional=False))
        self._calls.set_state(call_id, "scored")

    def _review(self, call_id: str) -> None:
        scenario, rubric = self._chosen(call_id)
        outcome = self._outcome(call_id)
        transcriber = self._engines.review_transcriber
        final = grade(
            scenario=scenario,
            rubric=rubric,
            recording=read_recording(self._recordings.recording_path(call_id)),
            transcriber=transcriber,
            buyer_said=outcome.buyer_said,
            voiced=outcome.voiced,
            engines=outcome.engines
            | {"live_speech_to_text": outcome.engines.get("speech_to_text", "")},
            gate=outcome.gate,
            result=outcome.result(scenario),
        )
        self._save(call_id, final)

    def recover(self) -> tuple[str, ...]:
        """Finish from its log whatever a killed process left; gives the calls to review. A call
        that another process holds is left alone, and so is one that was never answered."""
        for call in self._calls.unfinished():
            if call.state == "live" and self._was_left(call.id):
                try:
                    self.finish(call.id, self._outcome(call.id))
                except (Fault, SpeechFault) as fault:
                    self._calls.set_state(call.id, "failed", fault.code)
        return tuple(call.id for call in self._calls.unfinished() if call.state == "recorded")

    def _was_left(self, call_id: str) -> bool:
        return self._recordings.events_path(call_id).exists() and not self._recordings.is_held(
            call_id
        )

    def _outcome(self, call_id: str) -> CallOutcome:
        return replay(to_event(line) for line in self._recordings.read_events(call_id))

    def _chosen(self, call_id: str) -> tuple[Scenario, Rubric]:
        call, kept = self._calls.get(call_id), self._calls.held_with(call_id)
        scenario = self._catalogue.scenarios.get(call.scenario_id) if call else None
        if kept is not None:
            scenario = kept.scenario
        if scenario is None:
            raise Fault(
                "scenario-not-there",
                "The scenario of this call is not in the catalogue any more.",
                "Put its file back and start Rehearse again: the recording is kept.",
            )
        return scenario, self._catalogue.rubrics[scenario.rubric]

    def _save(self, call_id: str, result: Grade) -> None:
        self._calls.save_transcript(call_id, result.transcript)
        self._calls.save_scorecard(call_id, result.scorecard)


class ReviewQueue:
    """One background thread that reviews calls in the order in which they ended."""

    def __init__(self, reviewer: Reviewer, calls: Calls) -> None:
        self._reviewer = reviewer
        self._calls = calls
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="reviewer", daemon=True)

    def start(self) -> None:
        """Begin with whatever an earlier process left."""
        self._thread.start()
        for call_id in self._reviewer.recover():
            self.put(call_id)

    def put(self, call_id: str) -> None:
        self._waiting.put(call_id)

    def stop(self) -> None:
        """Take no more; a review under way is repeated at the next start."""
        self._waiting.put(None)

    def _work(self) -> None:
        while (call_id := self._waiting.get()) is not None:
            try:
                self._reviewer.review(call_id)
            except (Fault, SpeechFault) as fault:
                logger.warning("a call could not be scored: %s", fault.code)
                self._calls.set_state(call_id, "failed", fault.code)
