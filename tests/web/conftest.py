"""A real data folder with the sample organisation and calls in every state, and a real server."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
import uvicorn

from agents.sample import seed_organisation
from configs.load import load_catalogue
from configs.organisation import sample_organisation
from configs.settings import Data, Sample, Settings, Words
from scoring.card import Moment, Points, Scorecard
from scoring.measure import Measure
from scoring.objection import Check, CheckName, FirstMove, Handling, VerdictWord
from speech.clip import Clip, Recording
from speech.recording_file import write_recording
from speech.words import Speaker, Transcript, Utterance, Word
from storage.call_id import named_call_id
from tests.fakes.draft_answer import draft_answer
from tests.fakes.openai_server import OpenAIServer
from web.app import create_app
from web.context import Context, open_context

DURATION_S = 96.0
SAM, CHRIS, ALEX, JORDAN = "sam-rivera", "chris-novak", "alex-morgan", "jordan-lee"
PRICING = "pricing-objection"
SAID: tuple[tuple[Speaker, float, str], ...] = (
    ("buyer", 0.6, "Good morning, Martin Hale speaking."),
    ("rep", 3.2, "Hi Martin, it's Sam from Northlane. What matters most to you in this proposal?"),
    ("buyer", 9.4, "Forty dollars a van is a lot more than I have set aside for this year."),
    ("rep", 15.1, "I hear you, it is over what you planned. What had you set aside?"),
    ("buyer", 20.5, "Twenty thousand, and I can't move it before the summer."),
    (
        "rep",
        25.0,
        "You could start with one depot, that is about seventeen thousand. Would that settle it?",
    ),
    (
        "buyer",
        34.2,
        "Yes, that would work. But I've seen a lot of savings on paper that never came.",
    ),
    ("rep", 39.8, "No, our numbers are right, everybody saves nine percent with us, um, always."),
    ("buyer", 47.0, "That's another promise. I asked for proof."),
    ("rep", 51.4, "Well, it is in the contract that you may leave when the miles don't fall."),
    ("buyer", 59.0, "And this isn't mine alone to decide. It has to go to the board."),
    ("rep", 64.6, "Understood. Let's talk again next week then."),
    ("buyer", 70.0, "Fine. Goodbye."),
)


@dataclass(frozen=True)
class EngineLine:
    role: str
    name: str
    why: str
    rough: bool = False
    remedy: str = ""
    progress: float | None = None


class EngineBoard:
    """Tells what it was given; `rows` may be changed between requests."""

    def __init__(self) -> None:
        self.rows: tuple[EngineLine, ...] = (
            EngineLine("voice activity", "livekit silero (bundled)", "Comes with Rehearse."),
            EngineLine(
                "speech to text",
                "pocketsphinx en-us",
                "The model base.en is being downloaded.",
                rough=True,
                remedy="rehearse models download",
                progress=0.42,
            ),
            EngineLine(
                "buyer's words",
                "authored lines",
                "No model is configured: lines of the scenario, chosen by the buyer's state.",
                rough=True,
                remedy="export OPENAI_API_KEY=…",
            ),
        )

    def status(self) -> tuple[EngineLine, ...]:
        return self.rows


@dataclass(frozen=True)
class Office:
    """A data folder with people in it, and calls by their names."""

    context: Context
    engines: EngineBoard
    sound: Path
    """A recording to be copied in."""

    def call(self, name: str, rep: str = SAM, days_ago: float = 0, scenario: str = PRICING) -> str:
        """A call that has just begun; gives its id."""
        call_id = named_call_id(name)
        at = datetime.now(UTC) - timedelta(days=days_ago)
        self.context.calls.start(rep, "mid-market", scenario, call_id, started_at=at)
        return call_id

    def end(self, call_id: str, *, sound: bool = True) -> str:
        if sound:
            self.context.recordings.adopt(call_id, self.sound)
        self.context.calls.finish(
            call_id,
            ended_reason="said_goodbye",
            duration_s=DURATION_S if sound else 0.0,
            has_recording=sound,
            engines=plausible_card().engines,
            response_gaps=(0.8, 0.9),
        )
        return call_id

    def score(self, call_id: str, card: Scorecard | None = None) -> str:
        card = card or plausible_card()
        self.context.calls.save_transcript(call_id, plausible_transcript())
        self.context.calls.save_scorecard(call_id, card)
        if not card.provisional:
            self.context.calls.set_state(call_id, "scored")
        return call_id

    def scored_call(self, name: str = "scored", rep: str = SAM, days_ago: float = 0) -> str:
        return self.score(self.end(self.call(name, rep, days_ago)))


def spoken() -> Recording:
    """Bursts of tone where SAID has speech, each side on its own track."""
    rate_hz = 16_000
    t = np.arange(round(DURATION_S * rate_hz)) / rate_hz
    sides = {"rep": np.zeros(len(t)), "buyer": np.zeros(len(t))}
    for one in plausible_transcript().utterances:
        pitch_hz = 160 if one.speaker == "rep" else 110
        inside = (t >= one.start_s) & (t < one.end_s)
        syllables = 0.35 + 0.65 * np.abs(np.sin(2 * np.pi * 1.9 * (t - one.start_s)))
        sides[one.speaker] += inside * 0.4 * syllables * np.sin(2 * np.pi * pitch_hz * t)
    return Recording(*(Clip(side.astype(np.float32), rate_hz) for side in sides.values()))


def plausible_transcript() -> Transcript:
    return Transcript(tuple(_utterance(*one) for one in SAID))


def _utterance(speaker: Speaker, start_s: float, text: str) -> Utterance:
    step_s = 0.34
    words = tuple(
        Word(word, round(start_s + n * step_s, 2), round(start_s + n * step_s + 0.3, 2), 0.9)
        for n, word in enumerate(text.split())
    )
    return Utterance(speaker, start_s, words[-1].end_s, text, words if speaker == "rep" else ())


def plausible_card(*, provisional: bool = False) -> Scorecard:
    return Scorecard(
        scenario_id=PRICING,
        rubric_id="sales-call",
        version=1,
        provisional=provisional,
        engines={
            "voice_activity": "livekit silero (bundled)",
            "end_of_turn": "livekit v1-mini (bundled)",
            "speech_to_text": "pocketsphinx en-us",
            "text_to_speech": "espeak-ng en-us+m3",
            "words": "authored lines",
        },
        notes=(
            "Speech was transcribed by a rough engine, so words may differ from what was said.",
        ),
        duration_s=DURATION_S,
        measures=_measures(),
        objections=_objections(),
        criteria=(
            Points(
                "listen", "Listened to the concern to its end", 100, 2, None, "3 of 3 objections"
            ),
            Points("explore", "Asked what is behind it", 33.3, 4, None, "1 of 3 objections"),
            Points("patience", "Took a breath", None, 0.5, "needs 5 turns, and there were 4", ""),
        ),
        total=61.4,
        reason=None,
        keep=Moment("You named the concern and asked what was set aside.", 15.1, 27.0),
        fix=Moment(
            "You argued when Martin doubted the savings. Ask what went wrong last time.", 34.2, 46.0
        ),
    )


def _measures() -> tuple[Measure, ...]:
    return (
        Measure("pace", "Pace", 151.2, "words/min", 138.4, 164.9, None, "72 s of rep speech",
                "Rep words per minute of rep speaking time, pauses under 1 s included",
                "Eight in ten people on the telephone speak 146 to 208 words a minute"),
        Measure("filled_pauses", "Um and uh", None, "per minute", None, None,
                "needs 2 min of rep speech, and there were 72 s", "72 s of rep speech",
                "Filled pauses per minute of rep speaking time", ""),
        Measure("talk_share", "Talk share", 54.0, "%", None, None, None, "94 s of speech",
                "Rep speech as a share of all speech, silence left out",
                "Discovery: 43 % in won calls (Gong Labs, second-hand)"),
        Measure("patience", "Patience", 0.62, "s", 0.31, 0.94, None, "6 turns",
                "Median gap from the end of buyer speech to the start of rep speech", ""),
        Measure("longest_monologue", "Longest monologue", 8.4, "s", None, None, None, "6 turns",
                "Longest rep speech without a buyer turn", ""),
        Measure("questions", "Questions", 3.0, "questions", None, None, None, "6 turns",
                "Questions of the rep in this call", ""),
    )  # fmt: skip


def _objections() -> tuple[Handling, ...]:
    asked = ("yes", "yes", "yes", "yes", "yes")
    argued = ("yes", "no", "no", "yes", "no")
    return (
        _handling("price-over-budget", "the price", SAID[2], 0.7, "asked", asked),
        _handling("savings-on-paper", "savings that never come", SAID[6], -0.3, "argued", argued),
        _handling("board-must-agree", "the board that has to agree", SAID[10], None, "silent",
                  ("not_applicable",) * 5),
    )  # fmt: skip


def _handling(
    id_: str,
    concern: str,
    said: tuple[Speaker, float, str],
    gap_s: float | None,
    first_move: FirstMove,
    verdicts: tuple[VerdictWord, ...],
) -> Handling:
    names: tuple[CheckName, ...] = ("listen", "acknowledge", "explore", "respond", "confirm")
    checks = tuple(
        Check(
            name,
            verdict,
            said[1] + 6 if verdict == "yes" else None,
            "I hear you, it is over what you planned." if verdict == "yes" else None,
            f"A reason for {name} that a rep understands",
        )
        for name, verdict in zip(names, verdicts, strict=True)
    )
    end_s = _utterance(*said).end_s
    change = 12.4 if first_move == "argued" else None
    return Handling(
        id_, "price", concern, said[2], said[1], end_s, gap_s, change, first_move, checks
    )


@pytest.fixture(scope="session")
def call_sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "call.ogg"
    write_recording(path, spoken())
    return path


@pytest.fixture
def office(tmp_path: Path, call_sound: Path) -> Iterator[Office]:
    engines = EngineBoard()
    settings = Settings(data=Data(folder=tmp_path / "data"))
    context = open_context(settings, load_catalogue(), engines)
    seed_organisation(context.database, sample_organisation())
    yield Office(context, engines, call_sound)
    context.database.close()


@pytest.fixture
def office_without_samples(office: Office) -> Office:
    """The same people, but the sample organisation is no longer served."""
    settings = replace(office.context.settings, sample=Sample(organisation=False))
    return replace(office, context=replace(office.context, settings=settings))


@pytest.fixture
def card() -> Callable[..., Scorecard]:
    return plausible_card


@dataclass(frozen=True)
class Site:
    office: Office
    address: str

    @contextmanager
    def visit(self, person_id: str | None = None) -> Iterator[httpx.Client]:
        """A browser's stand-in, signed in as that person or as nobody."""
        with httpx.Client(base_url=self.address, headers={"origin": self.address}) as client:
            if person_id is not None:
                answer = client.post("/sign-in", data={"person": person_id})
                assert answer.status_code == 303
            yield client


def _serve(office: Office) -> tuple[uvicorn.Server, threading.Thread, str]:
    config = uvicorn.Config(create_app(office.context), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="site")
    thread.start()
    until = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < until
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return server, thread, f"http://127.0.0.1:{port}"


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    server, thread, address = _serve(office)
    yield Site(office, address)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def site_without_samples(office_without_samples: Office) -> Iterator[Site]:
    server, thread, address = _serve(office_without_samples)
    yield Site(office_without_samples, address)
    server.should_exit = True
    thread.join(10)


@dataclass(frozen=True)
class ModelSite(Site):
    model: OpenAIServer


@pytest.fixture
def model_site(office: Office) -> Iterator[ModelSite]:
    """The site with a model configured, which answers with a good draft of a scenario."""
    with OpenAIServer(whole=json.dumps(draft_answer())) as model:
        settings = replace(office.context.settings, words=Words(base_url=model.base_url))
        configured = replace(office, context=replace(office.context, settings=settings))
        server, thread, address = _serve(configured)
        yield ModelSite(configured, address, model)
        server.should_exit = True
        thread.join(10)
