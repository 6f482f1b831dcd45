"""What `rehearse doctor --bench` found, as a table and as a document."""

from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from web.commands.doctor_bench import Outcome

if TYPE_CHECKING:
    from agents.machine_bench import Timing
    from speech.whisper_bench import Unusable
    from speech.whisper_choice import WhisperFigure


def document(outcome: Outcome) -> dict[str, Any]:
    """JSON values; seconds are rounded to tenths of a millisecond."""
    from agents.machine_bench import SPEECH_S
    from speech.whisper_choice import BUDGET_S

    bench, choice = outcome.bench, outcome.choice
    return {
        "version": version("rehearse"),
        "machine": {**asdict(bench.machine), "busy": bench.machine.busy},
        "speech_s": SPEECH_S,
        "budget_s": BUDGET_S,
        "whisper": [_rounded(asdict(one)) for one in bench.whisper.figures],
        "n_left_out": bench.whisper.n_left_out,
        "unusable": [
            {"model": one.model, "code": one.fault.code, "why": one.fault.said}
            for one in _unusable(outcome)
        ],
        "others": [_rounded(asdict(one)) for one in bench.others],
        "peak_mb": bench.peak_mb,
        "took_s": round(bench.took_s, 1),
        "choice": outcome.values or None,
        "fits": choice is not None and choice.fits,
        "wanted": outcome.wanted,
        "remedy": outcome.remedy,
        "file": str(outcome.file.absolute()),
        "written": outcome.written,
        "overridden": dict(outcome.overridden),
    }


def print_outcome(outcome: Outcome, console: Console) -> None:
    """For people."""
    bench = outcome.bench
    machine = bench.machine
    cores = "1 core" if machine.n_cores == 1 else f"{machine.n_cores} cores"
    console.print(
        f"{cores}, {machine.memory_mb / 1000:.1f} GB of memory; "
        f"Rehearse took {bench.peak_mb} MB of it at the most.\n"
    )
    if bench.whisper.figures:
        console.print(_whisper(outcome))
        console.print()
    console.print(_others(bench.others))
    for said in (*_notes(outcome), *_chosen(outcome)):
        console.print(f"\n{said}", soft_wrap=True)


def _whisper(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("Whisper", "threads", "window", "words of 3 s of speech", ""):
        table.add_column(heading, no_wrap=True)
    chosen = outcome.choice.figure if outcome.choice else None
    for one in outcome.bench.whisper.figures:
        table.add_row(*_cells(one), "[green]chosen[/]" if one == chosen else "")
    return table


def _cells(one: "WhisperFigure") -> tuple[str, str, str, str]:
    return one.model, str(one.n_threads), f"{one.window_s:g} s", f"{one.words_s:.3f} s"


def _others(timings: "tuple[Timing, ...]") -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in timings:
        said = f"{one.takes_s:.3f} s"
        if one.core_share is not None:
            said = f"{one.core_share:.1%} of a core while somebody speaks"
        table.add_row(one.role, escape(one.name), said)
    return table


def _notes(outcome: Outcome) -> Iterator[str]:
    """What stands in the way of trusting the figures, or the choice."""
    machine, whisper = outcome.bench.machine, outcome.bench.whisper
    if machine.busy:
        yield (
            f"[yellow]Something else kept this machine busy (load {machine.load:.1f}): run it "
            "again when it is idle, these figures are too high.[/]"
        )
    for one in _unusable(outcome):
        yield f"[yellow]{escape(one.model)} cannot be used.[/] {escape(str(one.fault))}"
    if whisper.n_left_out:
        yield f"{whisper.n_left_out} slower ways to run Whisper were left out: time was up."
    if not outcome.in_use:
        yield "speech.transcriber is pocketsphinx: Whisper is not in use while it stays so."


def _chosen(outcome: Outcome) -> Iterator[str]:
    if outcome.choice is None:
        yield (
            "[bold]There is no Whisper model to measure[/] in "
            f"{escape(str(outcome.models_folder))}: which one this machine can use is not known."
        )
    elif not outcome.is_here:
        yield f"{escape(outcome.wanted)}, which the settings ask for, is not here to be measured."
    if outcome.remedy:
        yield f"To get {escape(outcome.wanted)}:\n  [bold]{escape(outcome.remedy)}[/]"
    if outcome.choice is not None:
        yield from _verdict(outcome)


def _verdict(outcome: Outcome) -> Iterator[str]:
    from speech.whisper_choice import BUDGET_S

    assert outcome.choice is not None
    one = outcome.choice.figure
    threads = "1 thread" if one.n_threads == 1 else f"{one.n_threads} threads"
    said = f"[bold]{one.model}[/] with {threads} and a window of {one.window_s:g} s"
    if outcome.choice.fits:
        yield f"Chosen: {said}; its words come within {BUDGET_S:g} s."
    else:
        yield f"Nothing here is done within {BUDGET_S:g} s; the quickest is {said}."
    yield _where(outcome)
    for name, variable in outcome.overridden.items():
        yield f"[yellow]{variable} is set and wins over {name} in the file:[/] unset {variable}"


def _where(outcome: Outcome) -> str:
    file = escape(str(outcome.file))
    if outcome.dry_run or outcome.fault is not None:
        lines = "\n".join(
            f'  {name} = "{value}"' if isinstance(value, str) else f"  {name} = {value}"
            for name, value in outcome.values.items()
        )
        return f"Nothing was written; {file} would get:\n{escape(lines)}"
    if not outcome.written:
        return f"{file} says so already."
    return f"Written into {file}; Rehearse uses it from its next start."


def _unusable(outcome: Outcome) -> "tuple[Unusable, ...]":
    return (*outcome.bench.whisper.unusable, *outcome.bench.voices_unusable)


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
