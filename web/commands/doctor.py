"""`rehearse doctor`: what is in use, why, and what mends the rest."""

from importlib.metadata import version
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from configs.settings import Settings
from web.commands import bench_view, doctor_bench
from web.commands.health import (
    Health,
    Row,
    SettingRow,
    State,
    engine_rows,
    place_rows,
    setting_rows,
)
from web.commands.start import catalogue_of, quiet_logs, settings_of

MARKS: Final[dict[State, str]] = {
    "good": "[green]ok[/]",
    "rough": "[yellow]rough[/]",
    "missing": "[bold red]missing[/]",
}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    with_bench: Annotated[
        bool,
        typer.Option(
            "--bench",
            help="Measure the engines here, choose Whisper's model, threads and window, and "
            "write them into the settings file.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --bench: choose, but write nothing.")
    ] = False,
) -> None:
    """Say which engines are in use and why, what is missing, and the one command that mends it.

    Ends with 0 when a call can be held on this machine, with 1 when not. With --bench, which
    takes less than a minute: with 1 when there is no Whisper model to choose from.

    Example: **rehearse doctor --bench --dry-run**
    """
    quiet_logs()
    if dry_run and not with_bench:
        raise typer.BadParameter("--dry-run goes with --bench")
    settings = settings_of()
    if with_bench:
        raise typer.Exit(_bench(settings, dry_run, as_json))
    catalogue = catalogue_of(settings)
    rows = (*engine_rows(settings, catalogue), *place_rows(settings, catalogue))
    health = Health(version("rehearse"), rows, tuple(setting_rows(settings)))
    console = Console(highlight=False)
    if as_json:
        # not console.print: that would fold long lines
        console.print_json(data=health.document())
    else:
        _print(health, console)
    raise typer.Exit(0 if health.can_hold_a_call else 1)


def _bench(settings: Settings, dry_run: bool, as_json: bool) -> int:
    """The exit code. Raises Fault when the choice could not be written, after it was shown."""
    outcome = doctor_bench.bench(settings, dry_run=dry_run)
    console = Console(highlight=False)
    if as_json:
        console.print_json(data=bench_view.document(outcome))
    else:
        bench_view.print_outcome(outcome, console)
    if outcome.fault is not None:
        raise outcome.fault
    return 0 if outcome.choice is not None else 1


def _print(health: Health, console: Console) -> None:
    console.print(_roles(health.rows))
    changed = [row for row in health.settings if not row.is_default]
    if changed:
        console.print("\nSettings that differ from their default:")
        console.print(_settings(changed))
    else:
        console.print("\nEvery setting has its default.")
    remedies = dict.fromkeys(row.remedy for row in health.rows if row.remedy)
    if remedies:
        console.print("\nTo better this:")
    for remedy in remedies:
        console.print(f"  [bold]{escape(remedy)}[/]", soft_wrap=True)
    said = "A call can be held." if health.can_hold_a_call else "No call can be held yet."
    console.print(f"\n[bold]{said}[/]")


def _roles(rows: tuple[Row, ...]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        said = f"{escape(row.name)}\n[dim]{escape(row.why)}[/]"
        table.add_row(MARKS[row.state], row.role, said)
    return table


def _settings(rows: list[SettingRow]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(f"  {row.name}", escape(row.value))
    return table
