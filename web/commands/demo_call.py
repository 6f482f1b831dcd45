"""A demo's call from dialling to its scorecard, kept where the web app shows it."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from agents.demo import DemoCall
from agents.events import CallEvent
from agents.outcome import CallOutcome
from agents.reviewer import Reviewer
from agents.sample import seed_organisation
from agents.worker import Engines
from configs.demo import DemoScript
from configs.fault import Fault
from configs.load import Catalogue
from configs.organisation import sample_organisation
from configs.scenario import Scenario
from configs.settings import Settings
from scoring.card import Scorecard
from speech.words import Transcript
from storage.call_id import new_call_id
from storage.held_with import HeldWith
from web.context import Context, open_context

OnEvent = Callable[[CallEvent], Awaitable[None]]
AT_ONCE: Final = 130
"""128 + SIGINT, as shells count."""


@dataclass(frozen=True, slots=True)
class HeldDemo:
    call_id: str
    outcome: CallOutcome
    card: Scorecard
    transcript: Transcript
    recording: Path


def hold(
    settings: Settings,
    catalogue: Catalogue,
    scenario: Scenario,
    script: DemoScript,
    *,
    on_event: OnEvent,
    on_ended: Callable[[], None],
) -> HeldDemo:
    """Hold the call in real time, then score it as any other; blocks for minutes.

    Ctrl-C hangs up and keeps the call, a second one quits at once. Raises Fault: demo-rep-missing,
    and those of the data folder and of scoring.
    """
    engines = Engines(settings, (catalogue.personas[scenario.persona],))
    context = open_context(settings, catalogue, engines)
    try:
        rep_id, team_id = _caller(context)
        call_id = new_call_id()
        folder = context.recordings.folder_of(call_id)
        held_with = HeldWith.of(scenario, catalogue.personas)
        context.calls.start(rep_id, team_id, scenario.id, call_id, held_with=held_with)
        outcome = asyncio.run(_talk(context, engines, script, call_id, folder, on_event))
        on_ended()
        return _scored(context, engines, call_id, outcome)
    finally:
        context.database.close()
        engines.close()


def _caller(context: Context) -> tuple[str, str]:
    """Person and team that the call is kept for: the first rep of the sample organisation, or of
    whoever is there. Raises Fault "demo-rep-missing"."""
    if context.settings.sample.organisation:
        organisation = sample_organisation()
        seed_organisation(context.database, organisation)
        team = organisation.teams[0]
        return team.reps[0], team.id
    for row in context.people.teams():
        for member in context.people.team_members(row.id):
            if member.role == "rep":
                return member.person.id, row.id
    said = "The demo's call is kept for a rep, and there is none in the database."
    raise Fault("demo-rep-missing", said, "REHEARSE_SAMPLE_ORGANISATION=true rehearse demo")


async def _talk(
    context: Context,
    engines: Engines,
    script: DemoScript,
    call_id: str,
    folder: Path,
    on_event: OnEvent,
) -> CallOutcome:
    with as_file(files("configs") / "demo" / "sound" / script.scenario) as sound:
        demo = DemoCall(
            call_id=call_id,
            script=script,
            sound=sound,
            catalogue=context.catalogue,
            engines=engines,
            settings=context.settings,
            folder=folder,
            on_event=on_event,
        )
        with _hanging_up(demo):
            return await demo.run()


@contextmanager
def _hanging_up(demo: DemoCall) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the call as a rep would; a second one the process."""
    loop = asyncio.get_running_loop()
    asked: list[asyncio.Task[None]] = []

    def stop() -> None:
        if asked:
            os._exit(AT_ONCE)  # the log and the recording are on disk
        asked.append(loop.create_task(demo.call.hang_up("stopped"), name="demo-hang-up"))

    signals = (signal.SIGINT, signal.SIGTERM)
    for one in signals:
        loop.add_signal_handler(one, stop)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


def _scored(context: Context, engines: Engines, call_id: str, outcome: CallOutcome) -> HeldDemo:
    calls = context.calls
    reviewer = Reviewer(
        catalogue=context.catalogue, engines=engines, calls=calls, recordings=context.recordings
    )
    reviewer.finish(call_id, outcome)
    reviewer.review(call_id)
    card, transcript = calls.scorecard(call_id), calls.transcript(call_id)
    assert card is not None
    assert transcript is not None
    recording = context.recordings.recording_path(call_id)
    return HeldDemo(call_id, outcome, card, transcript, recording)
