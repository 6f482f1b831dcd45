"""A call with no browser and no microphone: a recorded rep over the same live pipeline."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from agents.call import LiveCall
from agents.events import CallEvent
from agents.file_line import RATE_HZ, FileLine
from agents.outcome import CallOutcome
from agents.worker import Engines
from configs.demo import DemoScript, DemoTurn
from configs.load import Catalogue
from configs.settings import Settings
from speech.audio_file import read_tracks
from speech.clip import Clip
from speech.resample import resample

BREATH_S: Final = 0.5
"""The recorded rep waits this long after the buyer has finished."""
PATIENCE_S: Final = 12.0
"""With no word from the buyer for this long, the recorded rep goes on."""


class RecordedRep:
    """Picks the next recorded turn by what the buyer did last."""

    def __init__(self, turns: Sequence[DemoTurn]) -> None:
        self._left = list(turns)

    def next_turn(self, objection_id: str | None) -> DemoTurn | None:
        """The first unused turn that answers the objection, else the next general one; None when
        nothing is left to say."""
        fitting = [t for t in self._left if objection_id and t.answers == objection_id]
        general = [t for t in self._left if not t.answers]
        for turn in fitting[:1] or general[:1]:
            self._left.remove(turn)
            return turn
        return None


def turn_clip(folder: Path, turn: DemoTurn) -> Clip:
    """The recorded sound of one turn, at the line's rate."""
    return resample(read_tracks(folder / f"{turn.id}.ogg")[0], RATE_HZ)


class DemoCall:
    """One demo: a live call over a FileLine with a RecordedRep at the other end."""

    def __init__(
        self,
        *,
        call_id: str,
        script: DemoScript,
        sound: Path,
        catalogue: Catalogue,
        engines: Engines,
        settings: Settings,
        folder: Path,
        on_event: Callable[[CallEvent], Awaitable[None]],
        seed: int | None = None,
    ) -> None:
        self._rep = RecordedRep(script.turns)
        self._sound = sound
        self._on_event = on_event
        self._line = FileLine()
        self._buyer_done = asyncio.Event()
        self._objection_id: str | None = None
        scenario = catalogue.scenarios[script.scenario]
        self.call = LiveCall(
            call_id=call_id,
            scenario=scenario,
            persona=catalogue.personas[scenario.persona],
            line=self._line,
            engines=engines,
            settings=settings,
            folder=folder,
            on_event=self._heard,
            seed=seed,
        )

    async def run(self) -> CallOutcome:
        """Hold the whole conversation in real time."""
        async with asyncio.TaskGroup() as group:
            talk = group.create_task(self._talk(), name="demo-rep")
            outcome = await self.call.run()
            talk.cancel()
        return outcome

    async def _heard(self, event: CallEvent) -> None:
        if event.kind == "beat":
            self._objection_id = event.data["objection_id"]
        elif event.kind == "buyer_said":
            self._buyer_done.set()
        await self._on_event(event)

    async def _talk(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._buyer_done.wait(), PATIENCE_S)
            except TimeoutError:
                self._objection_id = None
            await asyncio.sleep(BREATH_S)
            turn = self._rep.next_turn(self._objection_id)
            if turn is None:
                await self.call.hang_up()
                return
            self._buyer_done.clear()
            await self._line.say(await asyncio.to_thread(turn_clip, self._sound, turn))
