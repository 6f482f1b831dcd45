"""One sentence from the rep's mouth to the scorecard, through the eight files that README names.

A real browser speaks a recorded turn; every file on the way is asked for what it made of it. The
recognizer is the tests' tiny Whisper, which hears the same words whatever was said.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agents.lines import FRAME_S, HEADER
from agents.outcome import replay, to_event
from configs.load import load_catalogue
from scoring.measures import measure_call
from scoring.scorecard import total
from scoring.timeline import Timeline
from speech.audio_file import read_recording
from speech.models import WHISPER_MODELS, path_of
from speech.spans import speech_spans
from speech.whisper import WhisperTranscriber
from tests.web.whole_product import (
    Rehearse,
    fake_microphone,
    rep_wav,
    sign_in_and_open,
    speak,
)

pytestmark = pytest.mark.slow

HEARD = "so what would have to happen"


@pytest.fixture
def rehearse(tmp_path: Path, tiny_models: Path) -> Iterator[Rehearse]:
    running = Rehearse(tmp_path / "data", models_folder=tiny_models)
    yield running
    running.stop()


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with fake_microphone(rep_wav(tmp_path, "ask-fuel")) as browser_page:
        yield browser_page


def test_a_sentence_goes_from_the_microphone_to_the_scorecard(
    page: Page, rehearse: Rehearse, tiny_models: Path
) -> None:
    sent: list[bytes] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framesent", lambda frame: sent.append(frame) if isinstance(frame, bytes) else None
        ),
    )
    sign_in_and_open(page, rehearse)
    page.get_by_role("button", name="Call ").click()
    page.get_by_role("button", name="Mute").click()
    captions = page.get_by_role("log", name="Captions").locator(".caption.rep")
    expect(page.get_by_text("Connected")).to_be_visible(timeout=20_000)
    speak(page, lambda: HEARD in " ".join(captions.all_inner_texts()))
    page.keyboard.press("h")
    expect(page.locator("#review")).to_be_visible(timeout=20_000)
    (call,) = rehearse.context.calls.list_for_rep("rep")

    # 1 web/static/line.js: 20 ms at a time, numbered
    frames = [(HEADER.unpack(frame[: HEADER.size]), frame[HEADER.size :]) for frame in sent]
    numbers = [number for (number, _), _ in frames]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    n_samples = {len(pcm) // 2 for _, pcm in frames}
    assert len(n_samples) == 1
    assert n_samples.pop() in {round(FRAME_S * rate_hz) for rate_hz in (44_100, 48_000)}

    # 2 agents/lines.py, 3 agents/call.py: it reached the call, and the call noted what was heard
    log = [to_event(line) for line in rehearse.context.recordings.read_events(call.id)]
    live = replay(log).transcript.of("rep")[0]
    assert live.text.startswith(HEARD)

    # 4 agents/recorder.py: its sound is on the rep's track, where the words are
    recording = read_recording(rehearse.context.recordings.recording_path(call.id))
    assert any(
        s.start_s < live.end_s and s.end_s > live.start_s for s in speech_spans(recording.rep)
    )

    # 5 scoring/grade.py, 6 speech/whisper.py: transcribed again after hanging up
    rehearse.wait_until_scored(call.id)
    transcript = rehearse.context.calls.transcript(call.id)
    card = rehearse.context.calls.scorecard(call.id)
    assert transcript is not None
    assert card is not None
    assert not card.provisional
    assert card.engines["speech_to_text"] == "faster-whisper base.en int8"
    whisper = WhisperTranscriber(path_of(WHISPER_MODELS["base.en"], tiny_models), "base.en")
    again = whisper.transcribe(recording.rep)
    final = [word for u in transcript.of("rep") for word in u.words]
    assert [w.text for w in final] == [w.text for w in again]
    assert all(w.end_s <= recording.duration_s for w in final)

    # 7 scoring/measures.py: the question in it is counted
    timeline = Timeline(speech_spans(recording.rep), speech_spans(recording.buyer))
    questions = next(m for m in measure_call(transcript, timeline) if m.name == "questions")
    assert questions in card.measures
    assert questions.value is not None
    assert questions.value >= 1

    # 8 scoring/scorecard.py: and weighed by the rubric
    scenario = load_catalogue().scenarios[card.scenario_id]
    assert card.rubric_id == scenario.rubric
    assert (card.total, card.reason) == total(card.criteria)
    assert next(p for p in card.criteria if p.evidence.endswith("questions")).points is not None
