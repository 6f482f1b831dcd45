"""The far end of a live call: says recorded turns, and notes when the buyer's playback began and
ended. Times are time.time(), which livekit stamps its events with."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from livekit.agents.voice.io import PlaybackFinishedEvent, PlaybackStartedEvent

from agents.call import LiveCall
from agents.demo import turn_clip
from agents.events import CallEvent
from agents.file_line import FileLine
from agents.worker import Engines
from configs.demo import DemoTurn, load_demo
from configs.load import load_catalogue
from configs.settings import Settings
from speech.span import Span
from speech.spans import speech_spans

CATALOGUE: Final = load_catalogue()
SCENARIO: Final = CATALOGUE.scenarios["pricing-objection"]
PERSONA: Final = CATALOGUE.personas[SCENARIO.persona]
TURNS: Final = load_demo(SCENARIO).turns
SOUND: Final = Path(str(files("configs"))) / "demo" / "sound" / SCENARIO.id
SEED: Final = 1
LATE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Playback:
    at: float
    interrupted: bool = False


class FarEnd:
    """One end of a FileLine."""

    def __init__(self) -> None:
        self.line = FileLine()
        self.started: list[Playback] = []
        self.ended: list[Playback] = []
        self._news = asyncio.Event()
        self.line.audio_output.on("playback_started", self._start)
        self.line.audio_output.on("playback_finished", self._end)

    def _start(self, event: PlaybackStartedEvent) -> None:
        self.started.append(Playback(event.created_at))
        self._news.set()

    def _end(self, event: PlaybackFinishedEvent) -> None:
        self.ended.append(Playback(time.time(), event.interrupted))
        self._news.set()

    async def say(self, turn: DemoTurn) -> Span:
        """When speech really began and ended: where it lies in the file, counted from the moment
        that the file went onto the line, whose clock is steady to a frame of 20 ms."""
        clip = await asyncio.to_thread(turn_clip, SOUND, turn)
        spoken = speech_spans(clip)
        at = time.time()
        async with asyncio.timeout(clip.duration_s + LATE_S):  # a call that ended takes no sound
            await self.line.say(clip)
        return Span(at + spoken[0].start_s, at + spoken[-1].end_s)

    async def first(
        self, among: Sequence[Playback], since: float, limit_s: float
    ) -> Playback | None:
        """The first of `started` or `ended` from then on; None when none comes in time."""
        try:
            async with asyncio.timeout(max(0.0, since + limit_s - time.time())):
                while True:
                    self._news.clear()
                    if found := next((one for one in among if one.at >= since), None):
                        return found
                    await self._news.wait()
        except TimeoutError:
            return None


@asynccontextmanager
async def calling(engines: Engines, settings: Settings, folder: Path) -> AsyncIterator[FarEnd]:
    """A call, hung up and kept in `folder` at the end."""

    async def ignore(event: CallEvent) -> None:
        pass

    far_end = FarEnd()
    call = LiveCall(
        call_id="00000001",
        scenario=SCENARIO,
        persona=PERSONA,
        line=far_end.line,
        engines=engines,
        settings=settings,
        folder=folder,
        on_event=ignore,
        seed=SEED,
    )
    running = asyncio.create_task(call.run())
    try:
        yield far_end
    finally:
        await call.hang_up("stopped")
        await running
