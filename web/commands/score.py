"""`rehearse score`: a scorecard for a call that exists already."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.status import Status

from agents.outcome import CallOutcome, replay, to_event
from configs.fault import Fault
from configs.load import Catalogue
from configs.scenario import Scenario
from configs.settings import Settings
from web.commands.document import RecordingFile, document
from web.commands.scorecard import print_scorecard
from web.commands.start import catalogue_of, quiet_logs, scenario_of, settings_of

if TYPE_CHECKING:
    from scoring.grade import Grade
    from speech.clip import Recording


def score(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="A stereo file, rep left and buyer right; or the rep's file and the buyer's.",
            show_default=False,
        ),
    ],
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="What was rehearsed.",
            show_default="of the events, or pricing-objection",
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The call's events.jsonl: which objections came when."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Score a call that exists already: wav, flac, ogg, mp3 or m4a, at any sample rate.

    Who spoke is told from the track, so the two sides must be apart. Objections are scored when
    --events tells of them: they are never guessed from text.

    Example: **rehearse score call.wav --scenario pricing-objection**
    """
    quiet_logs()
    if len(files) > 2:
        raise typer.BadParameter("one stereo file or two files are scored at a time")
    settings = settings_of()
    catalogue = catalogue_of(settings)
    outcome = None if events is None else _replayed(events)
    chosen = scenario_of(catalogue, scenario or (outcome.scenario_id if outcome else None))
    recording = _read(files)
    with Status("Listening to the call ...", console=Console(stderr=True)):
        grade = _graded(recording, chosen, catalogue, settings, outcome)
    _print(grade, recording, files, outcome, as_json)


def _read(files: Sequence[Path]) -> "Recording":
    """Raises SpeechFault as speech.audio_file.read_recording does."""
    from speech.audio_file import read_recording  # loads FFmpeg

    return read_recording(files[0] if len(files) == 1 else (files[0], files[1]))


def _replayed(path: Path) -> CallOutcome:
    """Raises Fault "events-not-readable"."""
    remedy = "Give the events.jsonl that lies beside the call's recording, or leave it out."
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return replay([to_event(json.loads(line)) for line in lines if line.strip()])
    except OSError as error:
        said = f"Expected an event log that can be read; {error.strerror}."
    except (ValueError, KeyError, TypeError, AttributeError):
        said = "Expected an event log, one JSON object with kind, at_s and data a line."
    raise Fault("events-not-readable", said, remedy)


def _graded(
    recording: "Recording",
    scenario: Scenario,
    catalogue: Catalogue,
    settings: Settings,
    outcome: CallOutcome | None,
) -> "Grade":
    from agents.worker import Engines  # heavy: loads livekit and the speech engines
    from scoring.grade import grade

    engines = Engines(settings, personas=())
    transcriber = engines.review_transcriber
    try:
        return grade(
            scenario=scenario,
            rubric=catalogue.rubrics[scenario.rubric],
            recording=recording,
            transcriber=transcriber,
            buyer_said=outcome.buyer_said if outcome else None,
            voiced=outcome.voiced if outcome else (),
            engines=outcome.engines if outcome else {},
            gate=outcome.gate if outcome else None,
            result=outcome.result(scenario) if outcome else None,
        )
    finally:
        engines.close()


def _print(
    grade: "Grade",
    recording: "Recording",
    files: Sequence[Path],
    outcome: CallOutcome | None,
    as_json: bool,
) -> None:
    console = Console(highlight=False)
    if not as_json:
        print_scorecard(grade.scorecard, console)
        return
    made = document(
        card=grade.scorecard,
        transcript=grade.transcript,
        response_gaps_s=outcome.response_gaps_s if outcome else (),
        turn_timings=outcome.timings if outcome else (),
        recording=RecordingFile(files[0], recording.duration_s, 2 if len(files) == 1 else 1),
        engines=grade.scorecard.engines,
    )
    console.print_json(data=made)
