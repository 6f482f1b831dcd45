"""What the parts of a live call take on this machine."""

import asyncio
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
from livekit import rtc
from livekit.agents import inference

from agents.worker import TURN_DETECTOR, VOICE_ACTIVITY
from configs.fault import Fault
from configs.persona import Persona
from configs.settings import Settings
from speech import models
from speech.clip import Clip
from speech.espeak import EspeakSynthesizer
from speech.fault import SpeechFault
from speech.piper_voice import PiperSynthesizer
from speech.resample import resample
from speech.sphinx import SphinxTranscriber
from speech.synthesizer import Synthesizer
from speech.whisper_bench import LIMIT_S, OnStep, Unusable, WhisperBench, WhisperBencher
from speech.whisper_choice import candidates

SPEECH_S: Final = 3.0
"""As long as an answer on a call."""
SAID: Final = "So what would have to happen on your side for us to start at the end of next month?"
FIRST_CLAUSE: Final = "That depends on the price,"
N_RUNS: Final = 5
_RATE_HZ: Final = 16_000
_FRAME: Final = _RATE_HZ // 50
"""Samples; 20 ms."""
_PATIENCE_S: Final = 10.0
"""For a detector that never answers."""


@dataclass(frozen=True, slots=True)
class Machine:
    n_cores: int
    """That this process may use."""
    memory_mb: int
    load: float
    """Mean number of threads that wanted a core in the minute before, as the system counts."""

    @property
    def busy(self) -> bool:
        """Whether others had half of the cores or more, so that figures come out too high."""
        return self.load >= self.n_cores / 2


@dataclass(frozen=True, slots=True)
class Timing:
    """One part that is no choice."""

    role: str
    """As people read it, such as "turn detector"."""
    name: str
    takes_s: float
    """Seconds; the median."""
    per_s: float | None
    """Of these, the seconds of sound that they were for; None where it is one piece of work."""

    @property
    def core_share(self) -> float | None:
        """Of one core while it runs on a call."""
        return None if self.per_s is None else self.takes_s / self.per_s


@dataclass(frozen=True, slots=True)
class MachineBench:
    machine: Machine
    whisper: WhisperBench
    others: tuple[Timing, ...]
    voices_unusable: tuple[Unusable, ...]
    peak_mb: int
    """Resident memory of this process at its most, with one model at a time."""
    took_s: float


def measure(
    settings: Settings,
    personas: Iterable[Persona],
    on_step: OnStep = lambda step: None,
    whisper_limit_s: float = LIMIT_S,
) -> MachineBench:
    """Measures with every core, one thing after another; blocks for well under a minute.

    on_step: told what comes next, as people read it. Raises SpeechFault
    "whisper-compute-unknown", "espeak-broken", "sphinx-broken", Fault "detectors-late".
    """
    began_s = time.perf_counter()
    machine = this_machine()  # first: what follows keeps it busy
    sound = spoken(SPEECH_S)
    names = [one.name for one in installed_whisper(settings.models_folder)]
    whisper = WhisperBencher(
        candidates(names, settings.speech.whisper_model),
        settings.models_folder,
        sound=sound,
        n_cores=machine.n_cores,
        compute_type=settings.speech.whisper_compute,
        on_step=on_step,
        limit_s=whisper_limit_s,
    ).run()
    others: list[Timing] = []
    if not whisper.figures:
        on_step("pocketsphinx")
        others.append(_sphinx(sound))
    on_step("voices")
    voices, unusable = _voices(settings.models_folder, personas)
    on_step("voice activity and turn detector")
    others += [*voices, *asyncio.run(_detectors(sound))]
    took_s = time.perf_counter() - began_s
    return MachineBench(machine, whisper, tuple(others), unusable, _peak_mb(), took_s)


def installed_whisper(folder: Path) -> tuple[models.Model, ...]:
    """Of the catalogue, in its order."""
    return tuple(one for one in models.WHISPER_MODELS.values() if models.installed(one, folder))


def spoken(duration_s: float) -> Clip:
    """Speech of this length at 16 kHz, made on the spot."""
    voice = EspeakSynthesizer()
    pieces = [piece.samples for piece in voice.synthesize(SAID)]
    clip = resample(Clip(np.concatenate(pieces), voice.rate_hz), _RATE_HZ)
    return clip.between(0, duration_s)


def this_machine() -> Machine:
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    n_cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    n_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(n_cores, n_bytes // 1_000_000, os.getloadavg()[0])


def _sphinx(sound: Clip) -> Timing:
    transcriber = SphinxTranscriber()
    try:
        transcriber.load()
        takes_s = _median_s(lambda: transcriber.transcribe(sound), n_runs=3)
        return Timing("speech to text", transcriber.name, takes_s, sound.duration_s)
    finally:
        transcriber.close()


def _voices(folder: Path, personas: Iterable[Persona]) -> tuple[list[Timing], tuple[Unusable, ...]]:
    """The first Piper voice of the personas that is installed, and the voice that always is."""
    wanted = [models.find_model("piper", one) for one in sorted({p.voice.piper for p in personas})]
    here = [one for one in wanted if models.installed(one, folder)]
    found: list[Timing] = []
    unusable: list[Unusable] = []
    for model in here[:1]:
        try:
            found.append(_voice(PiperSynthesizer(models.path_of(model, folder))))
        except SpeechFault as fault:
            unusable.append(Unusable(model.name, fault))
    found.append(_voice(EspeakSynthesizer()))
    return found, tuple(unusable)


def _voice(voice: Synthesizer) -> Timing:
    takes_s = _median_s(lambda: list(voice.synthesize(FIRST_CLAUSE)), N_RUNS)
    return Timing("first clause", voice.name, takes_s, None)


def _median_s(work: Callable[[], object], n_runs: int) -> float:
    """Of n_runs, after one that is not counted."""
    return median([_took_s(work) for _ in range(n_runs + 1)][1:])


def _took_s(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


async def _detectors(sound: Clip) -> Sequence[Timing]:
    frames = tuple(_frames(sound))
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return (await _voice_activity(frames), await _turn_detector(frames))
    except TimeoutError:
        raise Fault(
            "detectors-late",
            f"Voice activity and turn detector were expected to answer within {_PATIENCE_S:g} s.",
            "Try again when the machine is idle; if it stays so: make install",
            retry=True,
        ) from None


async def _voice_activity(frames: Sequence[rtc.AudioFrame]) -> Timing:
    stream = inference.VAD().stream()
    began_s = time.perf_counter()
    for frame in frames:
        stream.push_frame(frame)
    stream.end_input()
    async for _ in stream:  # until it has seen all
        pass
    takes_s = time.perf_counter() - began_s
    await stream.aclose()
    return Timing("voice activity", VOICE_ACTIVITY, takes_s, sum(one.duration for one in frames))


async def _turn_detector(frames: Sequence[rtc.AudioFrame]) -> Timing:
    stream = inference.TurnDetector(version="v1-mini").stream()
    try:
        for frame in frames:
            stream.push_audio(frame)
        runs_s = []
        for _ in range(N_RUNS + 1):
            await asyncio.sleep(0.01)  # it takes sound in between times
            began_s = time.perf_counter()
            await stream.predict()
            runs_s.append(time.perf_counter() - began_s)
        return Timing("end of turn", TURN_DETECTOR, median(runs_s[1:]), None)
    finally:
        await stream.aclose()


def _frames(sound: Clip) -> Iterator[rtc.AudioFrame]:
    pcm = (np.clip(sound.samples, -1, 1) * 32767).astype("<i2")
    for first in range(0, len(pcm) - _FRAME + 1, _FRAME):
        yield rtc.AudioFrame(pcm[first : first + _FRAME].tobytes(), _RATE_HZ, 1, _FRAME)


def _peak_mb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    n_bytes = peak if sys.platform == "darwin" else peak * 1024
    return n_bytes // 1_000_000
