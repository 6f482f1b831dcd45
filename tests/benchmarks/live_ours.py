"""The arm "ours": the live call as Rehearse holds it, with the words that were really said."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from live_line import BenchLine
from live_tape import Tape

from agents.call import LiveCall
from agents.events import CallEvent
from agents.worker import CallKit, Engines
from configs.load import load_catalogue
from configs.persona import Persona
from configs.settings import Settings
from speech.clip import Clip
from speech.transcriber import Transcriber
from speech.words import Word

CATALOGUE = load_catalogue()
SCENARIO = CATALOGUE.scenarios["pricing-objection"]
PERSONA = CATALOGUE.personas[SCENARIO.persona]


class TapedEar:
    """The engine's ear does its work; the words are those of the tape."""

    def __init__(self, ear: Any, tape: Tape) -> None:
        self._ear = ear
        self._tape = tape
        self._fed: list[Clip] = []

    def feed(self, sound: Clip) -> None:
        self._fed.append(sound)
        self._ear.feed(sound)

    def words(self) -> tuple[Word, ...]:
        fed = tuple(self._fed)
        self._ear.words()
        return _whole(fed, self._tape)

    def close(self) -> None:
        self._ear.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ear, name)


def _whole(fed: Sequence[Clip], tape: Tape) -> tuple[Word, ...]:
    if not fed:
        return ()
    return tape.words_of(Clip(np.concatenate([c.samples for c in fed]), fed[0].rate_hz))


class TapedTranscriber:
    """A Transcriber with the work of the engine and the words of the tape."""

    def __init__(self, engine: Transcriber, tape: Tape) -> None:
        self._engine = engine
        self._tape = tape

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        self._engine.transcribe(clip)
        return self._tape.words_of(clip)

    def listen(self) -> TapedEar:
        return TapedEar(cast(Any, self._engine).listen(), self._tape)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class TapedEngines:
    """The engines of the process, as one call sees them."""

    def __init__(self, engines: Engines, tape: Tape) -> None:
        self._engines = engines
        self._tape = tape

    def for_call(self, persona: Persona) -> CallKit:
        kit = self._engines.for_call(persona)
        return replace(kit, transcriber=TapedTranscriber(kit.transcriber, self._tape))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engines, name)


class OurCall:
    """One call over the line."""

    def __init__(self, engines: Engines, settings: Settings, line: BenchLine, seed: int) -> None:
        self.committed: list[float] = []
        """When a turn was taken for complete: the buyer's next beat is decided."""
        self.stages: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.ended = asyncio.Event()
        self._folder = tempfile.TemporaryDirectory(prefix="rehearse-live-")
        self._call = LiveCall(
            call_id="00000001",
            scenario=SCENARIO,
            persona=PERSONA,
            line=line,
            engines=cast(Engines, TapedEngines(engines, line.tape)),
            settings=settings,
            folder=Path(self._folder.name),
            on_event=self._note,
            seed=seed,
        )

    async def _note(self, event: CallEvent) -> None:
        if event.kind == "beat" and event.data["beat"] not in ("open", "prompt_silence"):
            self.committed.append(time.time())
        elif str(event.kind) == "turn_timing":
            self.stages.append(event.data["stages"])
        elif event.kind == "fault":
            self.faults.append(event.data["code"])
        elif event.kind == "ended":
            self.ended.set()

    async def __aenter__(self) -> "OurCall":
        self._running = asyncio.create_task(self._call.run(), name="bench-call")
        self._running.add_done_callback(lambda _: self.ended.set())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._call.hang_up("stopped")
        await self._running
        self._folder.cleanup()
