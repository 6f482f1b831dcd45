"""From a recording, or from the live words, to a transcript and a scorecard."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from configs.rubric import Rubric
from configs.scenario import Scenario
from scoring.card import Scorecard
from scoring.grade import NO_LOG, PROVISIONAL, Grade, first_grade, grade
from scoring.objection import Voiced
from speech.clip import Clip, Recording
from speech.words import Transcript, Utterance, Word

RATE_HZ = 16_000
OBJECTION = "That is quite a lot more than we have in the budget for this."
ANSWER = "I understand that the budget is tight. What would you compare our price with?"
VOICED = (Voiced("too-expensive", 2.0, 6.0, OBJECTION),)
ENGINES = {"text_to_speech": "espeak-ng"}


@dataclass
class ScriptedTranscriber:
    """Plays one script per transcription and remembers how long each clip was."""

    scripts: list[tuple[Word, ...]]
    rough: bool = False
    name: str = "scripted"
    heard_s: list[float] = field(default_factory=list)

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        self.heard_s.append(clip.duration_s)
        return self.scripts.pop(0)


def sound(*stretches: tuple[float, float], duration_s: float = 20.0) -> Clip:
    """Loud noise in the stretches, a faint one elsewhere."""
    random = np.random.default_rng(1)
    samples = random.normal(0, 0.0005, round(duration_s * RATE_HZ))
    for start_s, end_s in stretches:
        first, last = round(start_s * RATE_HZ), round(end_s * RATE_HZ)
        samples[first:last] += random.normal(0, 0.1, last - first)
    return Clip(samples.astype(np.float32), RATE_HZ)


@pytest.fixture
def recording() -> Recording:
    return Recording(rep=sound((7.0, 12.0)), buyer=sound((2.0, 6.0), duration_s=18.0))


@pytest.fixture
def graded(
    say: Callable[..., Utterance], scenario: Scenario, rubric: Rubric, recording: Recording
) -> Grade:
    return grade(
        scenario=scenario,
        rubric=rubric,
        recording=recording,
        transcriber=ScriptedTranscriber([say("rep", 7.0, ANSWER).words]),
        buyer_said=(say("buyer", 2.0, OBJECTION),),
        voiced=VOICED,
        engines=ENGINES,
    )


def test_a_recorded_call_is_scored_from_its_second_transcription(graded: Grade) -> None:
    card = graded.scorecard
    assert [u.text for u in graded.transcript.utterances] == [OBJECTION, ANSWER]
    assert (card.provisional, card.version, card.duration_s) == (False, 1, 20.0)
    assert card.engines == {"text_to_speech": "espeak-ng", "speech_to_text": "scripted"}
    assert card.notes == ()


def test_the_gap_is_taken_from_the_sound(graded: Grade) -> None:
    (handling,) = graded.scorecard.objections
    assert handling.gap_s == pytest.approx(1.0, abs=0.05)
    assert handling.first_move == "acknowledged"


def test_the_scorecard_and_transcript_survive_json(graded: Grade) -> None:
    for kind, value in ((Scorecard, graded.scorecard), (Transcript, graded.transcript)):
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        assert adapter.validate_json(adapter.dump_json(value)) == value


def test_an_uploaded_recording_has_both_tracks_transcribed_and_no_objections(
    say: Callable[..., Utterance], scenario: Scenario, rubric: Rubric, recording: Recording
) -> None:
    transcriber = ScriptedTranscriber(
        [say("buyer", 2.0, OBJECTION).words, say("rep", 7.0, ANSWER).words], rough=True
    )
    made = grade(
        scenario=scenario, rubric=rubric, recording=recording, transcriber=transcriber,
        buyer_said=None, voiced=(), engines={},
    )  # fmt: skip
    assert transcriber.heard_s == [18.0, 20.0]
    assert [u.speaker for u in made.transcript.utterances] == ["buyer", "rep"]
    assert made.scorecard.objections == ()
    assert made.scorecard.notes[0] == NO_LOG
    assert "rough recognizer (scripted)" in made.scorecard.notes[1]


def test_silence_on_both_tracks_gives_reasons_not_zeros(scenario: Scenario, rubric: Rubric) -> None:
    made = grade(
        scenario=scenario, rubric=rubric, recording=Recording(sound(), sound()),
        transcriber=ScriptedTranscriber([(), ()]), buyer_said=None, voiced=(), engines={},
    )  # fmt: skip
    card = made.scorecard
    assert all(m.value is None and m.reason for m in card.measures)
    assert (card.total, card.keep, card.fix) == (None, None, None)
    assert card.reason is not None


def test_the_first_scorecard_comes_from_the_live_words_alone(
    say: Callable[..., Utterance], scenario: Scenario, rubric: Rubric
) -> None:
    transcript = Transcript((say("rep", 7.0, ANSWER), say("buyer", 2.0, OBJECTION)))
    made = first_grade(
        scenario=scenario, rubric=rubric, transcript=transcript, recording=None, voiced=VOICED,
        engines=ENGINES, duration_s=21.5,
    )  # fmt: skip
    card = made.scorecard
    assert [u.speaker for u in made.transcript.utterances] == ["buyer", "rep"]
    assert (card.provisional, card.duration_s, card.notes) == (True, 21.5, (PROVISIONAL,))
    assert card.objections[0].gap_s == pytest.approx(1.0, abs=0.7)


def test_live_words_without_times_are_enough(scenario: Scenario, rubric: Rubric) -> None:
    said = (
        Utterance("buyer", 2.0, 6.0, OBJECTION),
        Utterance("rep", 7.0, 12.0, ANSWER),
    )
    made = first_grade(
        scenario=scenario, rubric=rubric, transcript=Transcript(said), recording=None,
        voiced=VOICED, engines={}, duration_s=15.0, rough=True,
    )  # fmt: skip
    checks = {c.name: c for c in made.scorecard.objections[0].checks}
    assert checks["acknowledge"].at_s == pytest.approx(7.0)
    assert len(made.scorecard.notes) == 2
