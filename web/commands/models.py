"""`rehearse models`: the Whisper model and the Piper voices, fetched once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from configs.fault import Fault
from configs.nearest import did_you_mean
from configs.settings import Settings
from speech.fault import SpeechFault
from speech.models import Model, find_model, installed, verify
from web.commands.start import catalogue_of, quiet_logs, settings_of

app = typer.Typer(
    name="models",
    no_args_is_help=True,
    help="Fetch and list the models for better ears and voices.",
)


@app.command()
def download(
    whisper: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whisper model to fetch, such as small.en."),
    ] = None,
    voice: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Piper voice to fetch; may be given several times."),
    ] = None,
    again: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Check this model byte by byte and mend it."),
    ] = None,
) -> None:
    """Fetch the Whisper model and the Piper voices that the settings and personas ask for.

    What was begun goes on where it stopped, and every file is checked against its checksum. With
    --whisper, --voice or --again only these are fetched.

    Example: **rehearse models download --voice en_US-amy-medium**
    """
    quiet_logs()
    settings = settings_of()
    chosen = (*_named(whisper, voice or ()), *_mended(again or (), settings))
    wanted = chosen or _wanted(settings)
    anew = frozenset(again or ())
    folder = settings.models_folder
    missing = [one for one in wanted if one.name in anew or not installed(one, folder)]
    _fetch(missing, settings)
    _say_done(wanted, missing, settings)


@app.command("list")
def list_models(
    check: Annotated[
        bool, typer.Option("--verify", help="Read every byte and check it against its checksum.")
    ] = False,
) -> None:
    """List the models that the settings and personas ask for, and whether they are here.

    Ends with 1 when --verify finds one that is damaged.

    Example: **rehearse models list --verify**
    """
    quiet_logs()
    settings = settings_of()
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for heading in ("model", "for", "size", "here"):
        table.add_column(heading, overflow="fold")
    damaged = []
    for model in _wanted(settings):
        here = _here(model, settings, check)
        if here == DAMAGED:
            damaged.append(model.name)
        what = "speech to text" if model.kind == "whisper" else "a persona's voice"
        table.add_row(escape(model.name), what, f"{model.megabytes} MB", here)
    console.print(table)
    console.print(f"\nin {escape(str(settings.models_folder))}", soft_wrap=True)
    if damaged:
        said = f"Damaged, or not from the hub as it told: {', '.join(damaged)}."
        options = " ".join(f"--again {name}" for name in damaged)
        raise Fault("model-damaged", said, f"rehearse models download {options}")


DAMAGED = "[red]damaged[/]"


def _here(model: Model, settings: Settings, check: bool) -> str:
    folder = settings.models_folder
    if not installed(model, folder):
        return "[yellow]no[/]"
    if not check:
        return "[green]yes[/]"
    try:
        return DAMAGED if verify(model, folder) else "[green]verified[/]"
    except SpeechFault:
        return DAMAGED


def _named(whisper: str | None, voices: Iterable[str]) -> tuple[Model, ...]:
    """Raises SpeechFault "model-unknown"."""
    named = (find_model("whisper", whisper),) if whisper else ()
    return (*named, *(find_model("piper", voice) for voice in voices))


def _mended(names: Sequence[str], settings: Settings) -> tuple[Model, ...]:
    """Raises Fault "model-unknown"."""
    known: Mapping[str, Model] = {one.name: one for one in _wanted(settings)} if names else {}
    for name in names:
        if name not in known:
            said = f'The settings and personas ask for no model called "{name}".'
            raise Fault("model-unknown", said, did_you_mean(name, known))
    return tuple(known[name] for name in dict.fromkeys(names))


def _wanted(settings: Settings) -> tuple[Model, ...]:
    """What agents.worker.Engines would take up, without loading an engine."""
    speech = settings.speech
    whisper = None if speech.transcriber == "pocketsphinx" else speech.whisper_model
    personas = catalogue_of(settings).personas.values()
    voices = {one.voice.piper for one in personas} if speech.synthesizer != "espeak" else set()
    return _named(whisper, sorted(voices))


def _fetch(missing: Sequence[Model], settings: Settings) -> None:
    """Raises SpeechFault, such as "hub-unreachable"; what came until then stays."""
    from speech import download as hub_download  # loads an HTTP client

    with _bars() as bars:
        for model in missing:
            task = bars.add_task(escape(model.name), total=None)

            def show(now: hub_download.Progress, task: TaskID = task) -> None:
                bars.update(task, completed=now.n_bytes, total=now.n_bytes_total)

            hub_download.download(
                model,
                settings.models_folder,
                hub=settings.models.hub,
                on_progress=show,
                connect_timeout_s=settings.models.connect_timeout_s,
            )


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _say_done(wanted: Sequence[Model], fetched: Sequence[Model], settings: Settings) -> None:
    console = Console(highlight=False)
    if not wanted:
        console.print("The settings ask for no model: both engines carry their own.")
    elif not fetched:
        folder = escape(str(settings.models_folder))
        console.print(f"Nothing to fetch: every model is in {folder}.", soft_wrap=True)
    else:
        names = ", ".join(model.name for model in fetched)
        console.print(f"Fetched and verified: {escape(names)}.", soft_wrap=True)
