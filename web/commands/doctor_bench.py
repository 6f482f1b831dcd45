"""`rehearse doctor --bench`: which Whisper model this machine can use on a call, and how."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.status import Status

from configs.fault import Fault
from configs.settings import Settings
from speech.models import WHISPER_MODELS, installed
from web.commands.start import catalogue_of

if TYPE_CHECKING:
    from agents.machine_bench import MachineBench
    from speech.whisper_choice import WhisperChoice

DOWNLOAD: Final = "rehearse models download"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured, and what came of it."""

    bench: "MachineBench"
    choice: "WhisperChoice | None"
    models_folder: Path
    wanted: str
    """The Whisper model that the settings ask for."""
    is_here: bool
    """Whether it is installed."""
    in_use: bool
    """False where the settings ask for another engine than Whisper."""
    file: Path
    """Of settings."""
    written: bool
    """False after a dry run, without a choice, and where the file said so already."""
    dry_run: bool
    fault: Fault | None
    """Why it could not be written."""
    overridden: Mapping[str, str]
    """Chosen settings that the environment sets whatever the file says, and the variable."""

    @property
    def values(self) -> dict[str, str | int | float]:
        """The choice as settings; {} when there is none."""
        return values_of(self.choice)

    @property
    def remedy(self) -> str:
        """The one command that gets what was missing; "" when nothing was."""
        if self.is_here:
            return ""
        # The bare command goes by the settings, which may name another engine or the choice by now.
        bare = self.in_use and self.choice is None
        return DOWNLOAD if bare else f"{DOWNLOAD} --whisper {self.wanted}"


def bench(settings: Settings, *, dry_run: bool, env: Mapping[str, str] = os.environ) -> Outcome:
    """Measures, chooses, and writes the choice into the settings file unless it is a dry run.

    Raises what agents.machine_bench.measure raises; a fault of writing is in the outcome, so that
    the figures are not lost with it.
    """
    from agents.machine_bench import measure  # heavy: loads livekit and the speech engines
    from configs.settings_file import overridden, settings_file
    from speech.whisper_choice import choose

    personas = catalogue_of(settings).personas.values()
    with Status("Measuring ...", console=Console(stderr=True)) as status:
        measured = measure(settings, personas, lambda step: status.update(f"Measuring {step} ..."))
    choice = choose(measured.whisper.figures)
    file, values = settings_file(env), values_of(choice)
    written, fault = _write(file, {} if dry_run else values)
    wanted = WHISPER_MODELS.get(settings.speech.whisper_model)
    return Outcome(
        bench=measured,
        choice=choice,
        models_folder=settings.models_folder,
        wanted=settings.speech.whisper_model,
        is_here=wanted is not None and installed(wanted, settings.models_folder),
        in_use=settings.speech.transcriber != "pocketsphinx",
        file=file,
        written=written,
        dry_run=dry_run,
        fault=fault,
        overridden=overridden(values, env),
    )


def _write(file: Path, values: Mapping[str, str | int | float]) -> tuple[bool, Fault | None]:
    from configs.settings_file import write_settings

    try:
        return bool(values) and write_settings(file, values), None
    except Fault as fault:
        return False, fault


def values_of(choice: "WhisperChoice | None") -> dict[str, str | int | float]:
    """The choice as settings; {} when there is none."""
    if choice is None:
        return {}
    return {
        "speech.whisper_model": choice.figure.model,
        "speech.whisper_threads": choice.figure.n_threads,
        "speech.whisper_window_s": choice.figure.window_s,
    }
