"""How long the rep waits for the buyer's first sound, and the buyer's silence when interrupted.

    python tests/benchmarks/answer.py [--turns 8] [--json]

Recorded turns go over a FileLine in real time through the live pipeline, in two arms with the same
engines (pocketsphinx, espeak-ng, authored lines): "parts" hands what was said to the transcriber in
parts while the rep still speaks, as Rehearse does; "whole" transcribes only after the end of
speech, as livekit's StreamAdapter does. Both arms hold the same calls of two turns, alternately.

The gap runs from the end of speech in the sound file, counted from the moment that the turn went
onto the line, to the start of the buyer's playback; no engine's opinion enters. When the buyer
breaks into a turn, the gap is that of the reply after its true end. Each call ends with the rep
talking into the buyer's reply: from the rep's first sound to the end of playback, of which 0.4 s of
speech are what tells an interruption from a cough.
"""

import argparse
import asyncio
import json
import logging
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from far_end import PERSONA, TURNS, FarEnd, calling
from machine import load

from agents.call import SILENCE_S
from agents.demo import BREATH_S
from agents.worker import CallKit, Engines
from configs.demo import DemoTurn
from configs.persona import Persona
from configs.settings import Settings, load_settings

INTERRUPTING: Final = next(turn for turn in TURNS if turn.id == "agree-day")
PER_CALL: Final = 2
INTERRUPT_AFTER_S: Final = 0.6
ANSWER_LIMIT_S: Final = SILENCE_S - 0.5
"""What comes later is the buyer's question whether anybody is there, and no answer."""
REPLY_LIMIT_S: Final = 25.0


class WholeEngines(Engines):
    """The same engines; nothing is handed over before the end of speech."""

    def for_call(self, persona: Persona) -> CallKit:
        return replace(super().for_call(persona), part_s=None)


@dataclass(slots=True)
class Arm:
    engines: Engines
    gaps_s: list[float] = field(default_factory=list)
    silenced_s: list[float] = field(default_factory=list)
    n_unanswered: int = 0
    n_broken_into: int = 0

    def document(self) -> dict[str, Any]:
        return {
            "n": len(self.gaps_s),
            "p50_s": percentile(self.gaps_s, 50),
            "p95_s": percentile(self.gaps_s, 95),
            "n_unanswered": self.n_unanswered,
            "n_broken_into": self.n_broken_into,
            "gaps_s": [round(one, 3) for one in self.gaps_s],
            "interruption_to_silence_s": [round(one, 3) for one in self.silenced_s],
        }


def percentile(values: Sequence[float], q: float) -> float | None:
    return round(float(np.percentile(values, q)), 3) if values else None


async def hold(arm: Arm, turns: Sequence[DemoTurn], settings: Settings) -> None:
    """One call: the buyer's greeting, the turns, and an interruption of the last reply."""
    with tempfile.TemporaryDirectory(prefix="rehearse-answer-") as name:
        async with calling(arm.engines, settings, Path(name)) as far_end:
            since = time.time()
            for turn in turns:
                await far_end.first(far_end.ended, since, REPLY_LIMIT_S)
                await asyncio.sleep(BREATH_S)
                since = await ask(arm, far_end, turn)
            await interrupt(arm, far_end)


async def ask(arm: Arm, far_end: FarEnd, turn: DemoTurn) -> float:
    """When the turn truly ended, after noting how long the answer took."""
    spoken = await far_end.say(turn)
    answered = await far_end.first(far_end.started, spoken.end_s, ANSWER_LIMIT_S)
    arm.n_broken_into += any(spoken.start_s <= one.at < spoken.end_s for one in far_end.started)
    if answered is None:
        arm.n_unanswered += 1
    else:
        arm.gaps_s.append(answered.at - spoken.end_s)
    return spoken.end_s


async def interrupt(arm: Arm, far_end: FarEnd) -> None:
    """A reply that was over before counts for nothing."""
    await asyncio.sleep(INTERRUPT_AFTER_S)
    since = time.time()
    speaking = asyncio.create_task(far_end.say(INTERRUPTING))
    end = await far_end.first(far_end.ended, since, REPLY_LIMIT_S)
    spoken = await speaking
    if end is not None and end.interrupted and end.at > spoken.start_s:
        arm.silenced_s.append(end.at - spoken.start_s)


async def measure(n_turns: int, folder: Path) -> dict[str, Arm]:
    env = {
        "REHEARSE_DATA_FOLDER": str(folder),
        "REHEARSE_MODELS_DOWNLOAD": "never",
        "REHEARSE_SPEECH_TRANSCRIBER": "pocketsphinx",
        "REHEARSE_SPEECH_SYNTHESIZER": "espeak",
        "REHEARSE_WORDS_SOURCE": "authored",
    }
    settings = load_settings(file=None, env=env)
    arms = {
        "parts": Arm(Engines(settings, [PERSONA])),
        "whole": Arm(WholeEngines(settings, [PERSONA])),
    }
    order = list(arms.values())
    for i in range(0, n_turns, PER_CALL):
        for arm in order:
            await hold(arm, TURNS[i : min(i + PER_CALL, n_turns)], settings)
        order.reverse()
    for arm in order:
        arm.engines.close()
    return arms


def document(arms: dict[str, Arm]) -> dict[str, Any]:
    silenced = [one for arm in arms.values() for one in arm.silenced_s]
    parts, whole = (percentile(arms[name].gaps_s, 50) for name in ("parts", "whole"))
    return {
        "arms": {name: arm.document() for name, arm in arms.items()},
        "whole_to_parts": round(whole / parts, 2) if whole and parts else None,
        "interruption_to_silence_s": round(median(silenced), 3) if silenced else None,
        "n_interruptions": len(silenced),
    }


def show(found: dict[str, Any]) -> None:
    for name, row in found["arms"].items():
        of = f"of {row['n']} turns; {row['n_unanswered']} unanswered"
        gaps = f"gap p50 {row['p50_s']} s, p95 {row['p95_s']} s"
        print(f"{name}: {gaps} {of}, {row['n_broken_into']} broken into")
    print(f"gap p50, whole : parts = {found['whole_to_parts']} : 1")
    silence = f"{found['interruption_to_silence_s']} s of {found['n_interruptions']}"
    print(f"interruption to silence: median {silence}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=8, help=f"Of each arm, up to {len(TURNS)}.")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    before = load()
    with tempfile.TemporaryDirectory(prefix="rehearse-answer-") as name:
        arms = asyncio.run(measure(min(chosen.turns, len(TURNS)), Path(name)))
    found = document(arms) | {"before": before, "after": load()}
    if chosen.json:
        print(json.dumps(found))
        return
    print(f"before: {before}; after: {load()}; two busy cores make these figures noisy")
    show(found)


if __name__ == "__main__":
    main()
