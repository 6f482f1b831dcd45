"""The other end of a FileLine in the tests: hears a call's events, says recorded turns."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from agents.call import LiveCall
from agents.demo import turn_clip
from agents.events import CallEvent
from agents.file_line import FileLine
from agents.outcome import CallOutcome, to_event
from agents.worker import CallKit, Engines
from configs.demo import DemoTurn
from configs.load import load_catalogue
from configs.persona import Persona
from configs.scenario import Scenario
from configs.settings import load_settings

CATALOGUE = load_catalogue()
SCENARIO = CATALOGUE.scenarios["pricing-objection"]
CALL_ID = "0000000b"
SOUND = Path(str(files("configs"))) / "demo" / "sound" / SCENARIO.id


class WithOther(Engines):
    """The real engines, some of them exchanged."""

    others: dict[str, Any]

    def for_call(self, persona: Persona) -> CallKit:
        return replace(super().for_call(persona), **self.others)


@dataclass(frozen=True)
class Cast:
    """Who is called, and what about."""

    scenario: Scenario = SCENARIO
    persona: Persona = CATALOGUE.personas[SCENARIO.persona]
    gatekeeper: Persona | None = None


class Caller:
    def __init__(
        self, folder: Path, env: dict[str, str], others: dict[str, Any], cast: Cast
    ) -> None:
        base = {"REHEARSE_DATA_FOLDER": str(folder), "REHEARSE_MODELS_DOWNLOAD": "never"}
        settings = load_settings(file=None, env=base | env)
        self.folder = folder
        self.breaks_on = ""
        self.events: list[CallEvent] = []
        self._news = asyncio.Event()
        self.line = FileLine()
        personas = [*CATALOGUE.personas.values(), cast.persona]
        self.engines = WithOther(settings, personas)
        self.engines.others = others
        self.call = LiveCall(
            call_id=CALL_ID,
            scenario=cast.scenario,
            persona=cast.persona,
            gatekeeper=cast.gatekeeper,
            line=self.line,
            engines=self.engines,
            settings=settings,
            folder=folder,
            on_event=self._hear,
        )
        self.running = asyncio.create_task(self.call.run())

    async def _hear(self, event: CallEvent) -> None:
        if self.breaks_on == event.kind:
            raise ZeroDivisionError("a bug")
        self.events.append(event)
        self._news.set()

    async def until(self, wanted: Callable[[CallEvent], bool], limit_s: float = 20) -> CallEvent:
        """The first event from now on that is wanted."""
        n_seen = len(self.events)
        async with asyncio.timeout(limit_s):
            while True:
                for event in self.events[n_seen:]:
                    if wanted(event):
                        return event
                n_seen = len(self.events)
                self._news.clear()
                await self._news.wait()

    async def until_kind(self, kind: str, limit_s: float = 20) -> CallEvent:
        return await self.until(lambda e: e.kind == kind, limit_s)

    async def say(self, turn_id: str) -> None:
        await self.line.say(turn_clip(SOUND, DemoTurn(turn_id, "")))

    async def hang_up(self) -> CallOutcome:
        await self.call.hang_up()
        return await self.running

    def logged(self) -> list[CallEvent]:
        lines = (self.folder / "events.jsonl").read_text().splitlines()
        return [to_event(json.loads(line)) for line in lines]


@asynccontextmanager
async def calling(
    folder: Path, others: dict[str, Any] | None = None, cast: Cast | None = None, **env: str
) -> AsyncIterator[Caller]:
    """A call that goes on; `others` takes the place of what is in its CallKit."""
    caller = Caller(folder, env, others or {}, cast or Cast())
    try:
        yield caller
    finally:
        await caller.call.hang_up("stopped")
        await asyncio.gather(caller.running, return_exceptions=True)
        caller.engines.close()
