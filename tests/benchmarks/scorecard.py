"""How long a call's scorecards take, and how much memory.

    python tests/benchmarks/scorecard.py [--json]

On a call shipped in configs/samples: the first scorecard from the live words (once in a fresh
process, as after a first call, and again), then the second transcription with pocketsphinx as a
review does it, and the second scoring. Each in seconds, as a multiple of real time (call length
divided by time taken), the ratio second : first, and the most memory held. No database here.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from machine import children, load, peak_mib

from agents.outcome import CallOutcome, replay, to_event
from configs.load import load_catalogue
from configs.rubric import Rubric
from configs.scenario import Scenario
from scoring.grade import Grade, first_grade, grade
from speech.audio_file import read_recording
from speech.clip import Clip, Recording
from speech.sphinx import SphinxTranscriber
from speech.words import Word

N_WARM: Final = 5
SAMPLES: Final = Path(str(files("configs"))) / "samples"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """A transcriber that has heard it all before, so that only the scoring is timed."""

    name: str
    rough: bool
    words: tuple[Word, ...]

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        return self.words


@dataclass(frozen=True, slots=True)
class Shipped:
    """A sample call: its folder, its log, and what it was scored against."""

    folder: Path
    log: str
    scenario: Scenario
    rubric: Rubric

    def outcome(self) -> CallOutcome:
        return replay(to_event(json.loads(line)) for line in self.log.splitlines())


def shipped() -> Shipped | None:
    """The first whole sample call; None when there is none."""
    catalogue = load_catalogue()
    for log in sorted(SAMPLES.glob("*/events.jsonl")):
        text = log.read_text(encoding="utf-8")
        if (log.parent / "call.ogg").is_file() and '"ended"' in text:
            answered = to_event(json.loads(text.splitlines()[0]))
            scenario = catalogue.scenarios[answered.data["scenario_id"]]
            return Shipped(log.parent, text, scenario, catalogue.rubrics[scenario.rubric])
    return None


def timed(work: Callable[[], T]) -> tuple[T, float]:
    since_s = time.perf_counter()
    made = work()
    return made, time.perf_counter() - since_s


def first(call: Shipped) -> Grade:
    """As agents.reviewer does it right after hanging up: from the log, without the sound."""
    outcome = call.outcome()
    return first_grade(
        scenario=call.scenario,
        rubric=call.rubric,
        transcript=outcome.transcript,
        recording=None,
        voiced=outcome.voiced,
        engines=outcome.engines,
        duration_s=outcome.duration_s,
        rough=outcome.rough,
    )


def second(call: Shipped, recording: Recording, heard: Known) -> Grade:
    outcome = call.outcome()
    return grade(
        scenario=call.scenario,
        rubric=call.rubric,
        recording=recording,
        transcriber=heard,
        buyer_said=outcome.buyer_said,
        voiced=outcome.voiced,
        engines=outcome.engines,
    )


def decoder_peak_mib() -> float | None:
    """Of the decoder's process, the only child there is."""
    found = children(os.getpid())
    return peak_mib(found[0]) if found else None


def measure(call: Shipped) -> dict[str, object]:
    taken: dict[str, float] = {}
    _, taken["first scorecard, fresh process"] = timed(lambda: first(call))
    warm = [timed(lambda: first(call))[1] for _ in range(N_WARM)]
    taken["first scorecard"] = median(warm)
    recording, taken["reading the recording"] = timed(
        lambda: read_recording(call.folder / "call.ogg")
    )
    sphinx = SphinxTranscriber(in_background=True)
    _, taken["starting pocketsphinx"] = timed(sphinx.load)
    words, taken["second transcription"] = timed(lambda: sphinx.transcribe(recording.rep))
    heard = Known(sphinx.name, sphinx.rough, words)
    decoder_mib = decoder_peak_mib()
    sphinx.close()
    again = [timed(lambda: second(call, recording, heard))[1] for _ in range(N_WARM)]
    taken["second scoring"] = median(again)
    return {
        "call": call.folder.name,
        "duration_s": round(recording.duration_s, 1),
        "n_words": len(words),
        "taken_s": {name: round(one, 4) for name, one in taken.items()},
        "times_real_time": {
            name: round(recording.duration_s / one, 1) for name, one in taken.items()
        },
        "second_to_first": round(
            (taken["second transcription"] + taken["second scoring"]) / taken["first scorecard"], 1
        ),
        "peak_rss_mib": {"scoring": peak_mib(os.getpid()), "pocketsphinx": decoder_mib},
    }


def show(found: dict[str, object]) -> None:
    print(f"{found['call']}: {found['duration_s']} s, {found['n_words']} words of the rep")
    taken, speed = found["taken_s"], found["times_real_time"]
    assert isinstance(taken, dict)
    assert isinstance(speed, dict)
    for name, one in taken.items():
        print(f"{name:32} {one:9.3f} s  {speed[name]:10,.1f} x real time")
    print(f"second (transcription and scoring) : first = {found['second_to_first']} : 1")
    peak = found["peak_rss_mib"]
    assert isinstance(peak, dict)
    print("peak memory, MiB: " + ", ".join(f"{name} {one or '-'}" for name, one in peak.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    call = shipped()
    if call is None:
        reason = "Not run: no whole call in configs/samples."
        print(json.dumps({"reason": reason}) if chosen.json else reason)
        return
    before = load()
    found = measure(call) | {"before": before}
    if chosen.json:
        print(json.dumps(found))
        return
    print(f"{before} before")
    show(found)


if __name__ == "__main__":
    main()
