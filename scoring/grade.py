"""A recorded call in, a transcript and a scorecard out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from configs.rubric import Rubric
from configs.scenario import Scenario
from scoring.buyer_result import BuyerResult
from scoring.card import Scorecard
from scoring.gatekeeper import AtTheGate, gate_review
from scoring.handling import handle_all
from scoring.measures import measure_call
from scoring.moments import Found, fix, keep
from scoring.objection import Voiced
from scoring.places import places
from scoring.scorecard import SCORECARD_VERSION, total, weigh
from scoring.timeline import Timeline, spans_of_words, without_backchannels
from scoring.utterances import utterances
from speech.clip import Recording
from speech.spans import speech_spans
from speech.transcriber import Transcriber
from speech.words import Transcript, Utterance

NO_LOG = "Objections are only known from a call's log, so this recording is scored without them."
PROVISIONAL = "First figures, from the words as they were heard during the call."


@dataclass(frozen=True, slots=True)
class Grade:
    transcript: Transcript
    scorecard: Scorecard


@dataclass(frozen=True, slots=True)
class _Call:
    """What a scorecard is computed from."""

    scenario: Scenario
    rubric: Rubric
    transcript: Transcript
    timeline: Timeline
    voiced: tuple[Voiced, ...]
    engines: dict[str, str]
    notes: tuple[str, ...]
    duration_s: float
    provisional: bool
    gate: AtTheGate | None
    result: BuyerResult | None


def grade(
    *,
    scenario: Scenario,
    rubric: Rubric,
    recording: Recording,
    transcriber: Transcriber,
    buyer_said: tuple[Utterance, ...] | None,
    voiced: tuple[Voiced, ...],
    engines: Mapping[str, str],
    gate: AtTheGate | None = None,
    result: BuyerResult | None = None,
) -> Grade:
    """Transcribe the rep's track again and score the call from words and sound.

    buyer_said: from the call's log; None for a recording without one, whose buyer's track is
    transcribed too and whose objections are unknown. gate: None when no gatekeeper spoke. result:
    None without a log. Raises SpeechFault when the engine fails.
    """
    timeline = Timeline(speech_spans(recording.rep), speech_spans(recording.buyer))
    if buyer_said is None:
        heard = transcriber.transcribe(recording.buyer)
        buyer = utterances(heard, "buyer", timeline.rep)
    else:
        buyer = buyer_said
    floor = without_backchannels(timeline.buyer, buyer)
    rep = utterances(transcriber.transcribe(recording.rep), "rep", floor)
    notes = () if buyer_said is not None else (NO_LOG,)
    return _graded(
        _Call(
            scenario=scenario,
            rubric=rubric,
            transcript=in_order(rep, buyer),
            timeline=timeline,
            voiced=voiced,
            engines={**engines, "speech_to_text": transcriber.name},
            notes=(*notes, *(_rough(transcriber.name) if transcriber.rough else ())),
            duration_s=recording.duration_s,
            provisional=False,
            gate=gate,
            result=result,
        )
    )


def first_grade(
    *,
    scenario: Scenario,
    rubric: Rubric,
    transcript: Transcript,
    recording: Recording | None,
    voiced: tuple[Voiced, ...],
    engines: Mapping[str, str],
    duration_s: float,
    rough: bool = False,
    gate: AtTheGate | None = None,
    result: BuyerResult | None = None,
) -> Grade:
    """Score the live words right after hanging up; the sound too when the recording is there.

    rough: whether the live recognizer was a fallback, as Transcriber.rough says.
    """
    spoken = engines.get("speech_to_text", "the fallback recognizer")
    return _graded(
        _Call(
            scenario=scenario,
            rubric=rubric,
            transcript=in_order(transcript.utterances),
            timeline=_timeline(transcript, recording),
            voiced=voiced,
            engines=dict(engines),
            notes=(PROVISIONAL, *(_rough(spoken) if rough else ())),
            duration_s=duration_s if recording is None else recording.duration_s,
            provisional=True,
            gate=gate,
            result=result,
        )
    )


def in_order(*sides: Sequence[Utterance]) -> Transcript:
    """Utterances of both sides as one transcript."""
    said = [u for side in sides for u in side]
    return Transcript(tuple(sorted(said, key=lambda u: (u.start_s, u.end_s, u.speaker))))


def _graded(call: _Call) -> Grade:
    measures = measure_call(call.transcript, call.timeline)
    handlings = handle_all(call.voiced, call.scenario.objections, call.transcript, call.timeline)
    keeper = call.scenario.gatekeeper
    gate = (
        gate_review(keeper, call.transcript.of("rep"), call.gate, call.duration_s)
        if keeper is not None and call.gate is not None
        else None
    )
    criteria = weigh(call.rubric, measures, handlings, gate, call.result)
    points, reason = total(criteria)
    found = Found(
        rubric=call.rubric,
        criteria=criteria,
        handlings=handlings,
        places=places(call.transcript, call.timeline),
        duration_s=call.duration_s,
        gate=gate,
    )
    card = Scorecard(
        scenario_id=call.scenario.id,
        rubric_id=call.rubric.id,
        version=SCORECARD_VERSION,
        provisional=call.provisional,
        engines=call.engines,
        notes=call.notes,
        duration_s=call.duration_s,
        measures=measures,
        objections=handlings,
        criteria=criteria,
        total=points,
        reason=reason,
        keep=keep(found),
        fix=fix(found),
        gatekeeper=gate,
    )
    return Grade(call.transcript, card)


def _timeline(transcript: Transcript, recording: Recording | None) -> Timeline:
    if recording is not None:
        return Timeline(speech_spans(recording.rep), speech_spans(recording.buyer))
    rep, buyer = transcript.of("rep"), transcript.of("buyer")
    return Timeline(spans_of_words(rep), spans_of_words(buyer))


def _rough(engine: str) -> tuple[str, ...]:
    what = "The words come from a rough recognizer"
    return (f"{what} ({engine}): take every figure that rests on words with care.",)
