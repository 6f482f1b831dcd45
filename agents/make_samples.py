"""Holds the sample organisation's calls again and puts them into a folder.

    python -m agents.make_samples configs/samples

Takes as long as the calls do, one after the other; nothing else should run meanwhile, since the
response gaps are kept as they were.
"""

import asyncio
import os
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path

from agents.demo import DemoCall
from agents.events import CallEvent
from agents.worker import Engines
from configs.demo import load_demo
from configs.load import Catalogue, load_catalogue
from configs.organisation import SampleCall, sample_organisation
from configs.settings import Settings, load_settings
from speech.audio_file import read_recording
from speech.recording_file import write_recording
from storage.call_id import named_call_id

BIT_RATE = 56_000
"""Both sides together: small enough to ship, clear enough to transcribe again."""


async def hold(
    sample: SampleCall, folder: Path, catalogue: Catalogue, engines: Engines, settings: Settings
) -> None:
    """One call in real time; its recording, made smaller, and its log end up in the folder."""

    async def on_event(event: CallEvent) -> None:
        if event.kind in ("beat", "response_gap"):
            sys.stderr.write(f"{event.at_s:7.1f} {event.kind} {event.data.get('beat', '')}\n")

    sound = files("configs") / "demo" / "sound" / sample.scenario
    with as_file(sound) as sound_folder:
        demo = DemoCall(
            call_id=named_call_id(sample.id),
            script=load_demo(catalogue.scenarios[sample.scenario]),
            sound=sound_folder,
            catalogue=catalogue,
            engines=engines,
            settings=settings,
            folder=folder,
            on_event=on_event,
            seed=sample.seed,
        )
        await demo.run()
    write_recording(folder / "call.ogg", read_recording(folder / "call.ogg"), BIT_RATE)


async def main(target: Path) -> None:
    settings = load_settings(file=None, env=os.environ)
    catalogue = load_catalogue()
    engines = Engines(settings, catalogue.personas.values())
    for sample in sample_organisation().sample_calls:
        shutil.rmtree(target / sample.id, ignore_errors=True)
        (target / sample.id).mkdir(parents=True)
        await hold(sample, target / sample.id, catalogue, engines, settings)
    engines.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
