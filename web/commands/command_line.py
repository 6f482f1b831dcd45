"""Every command of `rehearse` in one place. Heavy imports live inside the commands: --help must
come at once."""

from importlib.metadata import version
from typing import Annotated

import typer

from web.commands import demo, doctor, lint, models, score, serve

app = typer.Typer(
    name="rehearse",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rehearse {version('rehearse')}")
        raise typer.Exit


@app.callback()
def about(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Practise sales calls and other hard conversations by voice with an AI buyer.

    Start with **rehearse serve** and open the address it prints, or watch a call without a
    microphone: **rehearse demo**. Settings come from the environment (REHEARSE_SECTION_KEY)
    and from rehearse.toml; **rehearse doctor** shows those in use.
    """


app.command()(serve.serve)
app.command()(demo.demo)
app.command()(score.score)
app.command(name="lint")(lint.lint_scenarios)
app.command()(doctor.doctor)
app.add_typer(models.app)
