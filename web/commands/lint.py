"""`rehearse lint`: can a good rep pass this scenario, and a weak one not?"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agents.scenario_lint import MARGIN, N_CALLS, PASS_BAR, LintReport, lint
from configs.fault import Fault
from configs.load import Catalogue, check, load_catalogue
from configs.scenario import Scenario
from web.commands.start import catalogue_of, quiet_logs, scenario_of, settings_of


def lint_scenarios(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO",
            help="A TOML file, or the id of a scenario; every scenario when none is named.",
            show_default=False,
        ),
    ] = None,
    calls: Annotated[
        int, typer.Option(min=10, max=1000, help="Calls held by each of the three reps.")
    ] = N_CALLS,
    seed: Annotated[int, typer.Option(help="The same seed holds the same calls.")] = 1,
    samples: Annotated[
        bool, typer.Option("--samples", help="Print one call of each rep to read.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Let a weak, an average and a strong synthetic rep hold calls, in text, and check what came
    of them: the strong one passes, the weak one fails by a margin, every objection appears, every
    hidden fact can be found, every criterion can be met and missed, every call ends.

    Ends with status 1 when a scenario does not pass.

    Example: **rehearse lint my-scenario.toml --samples**
    """
    quiet_logs()
    catalogue = catalogue_of(settings_of())
    reports = []
    for name in scenarios or list(catalogue.scenarios):
        scenario, around = _found(name, catalogue)
        rubric = around.rubrics[scenario.rubric]
        reports.append(lint(scenario, around.personas, rubric, n_calls=calls, seed=seed))
        if not as_json:
            _print(reports[-1], samples)
    if as_json:
        typer.echo(json.dumps([one.to_data() for one in reports], ensure_ascii=False, indent=1))
    if any(not one.passed for one in reports):
        raise typer.Exit(1)


def _found(name: str, catalogue: Catalogue) -> tuple[Scenario, Catalogue]:
    if not name.endswith(".toml"):
        return scenario_of(catalogue, name), catalogue
    path = Path(name)
    if not path.is_file():
        said = "expected a TOML file, and there is none of this name."
        raise Fault("scenario-not-read", said, "Check the path.")
    item = check(path)
    if not isinstance(item, Scenario):
        said = "expected a scenario, and this file holds something else."
        raise Fault("scenario-not-read", said, "Name a file in a folder called scenarios.")
    return item, load_catalogue(path.resolve().parent.parent)


def _print(report: LintReport, samples: bool) -> None:
    console = Console(highlight=False)
    verdict = "[green]passes[/]" if report.passed else "[red]does not pass[/]"
    console.print(f"[bold]{report.scenario_id}[/] {verdict}")
    for problem in report.problems:
        console.print(f"  - {problem}", markup=False)
    table = Table(box=None, padding=(0, 2, 0, 2), show_edge=False)
    for heading in ("rep", "calls", "points, median", f"at {PASS_BAR:.0f} or more", "won", "turns"):
        table.add_column(heading, justify="left" if heading == "rep" else "right")
    for one in report.policies:
        median = "-" if one.total_median is None else f"{one.total_median:.0f}"
        table.add_row(
            one.name,
            str(one.n_calls),
            median,
            f"{one.pass_share:.0%}",
            f"{one.won_share:.0%}",
            f"{one.turns_median:.0f}",
        )
    console.print(table)
    console.print(f"  Margin asked for between strong and weak: {MARGIN:.0f} points.")
    rare = ", ".join(f"{o.id} {o.share:.0%}" for o in report.objections)
    console.print(f"  Objections in full-length calls: {rare}.", markup=False)
    for sample in report.samples if samples else ():
        console.print(f"\n  [bold]A {sample.policy} rep[/] ({sample.outcome})")
        for line in sample.lines:
            console.print(f"  {line.speaker:6}{line.text}", markup=False, soft_wrap=True)
    console.print()
