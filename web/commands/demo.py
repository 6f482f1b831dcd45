"""`rehearse demo`: a recorded rep calls, no browser and no microphone needed."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from configs.demo import DEFAULT_DEMO, load_demo
from configs.load import Catalogue
from configs.scenario import Scenario
from configs.settings import Settings
from web.commands.document import RecordingFile, document
from web.commands.live_view import LiveView
from web.commands.scorecard import print_scorecard
from web.commands.start import catalogue_of, quiet_logs, scenario_of, settings_of

if TYPE_CHECKING:
    from web.commands.demo_call import HeldDemo


def demo(
    scenario: Annotated[
        str | None, typer.Option(metavar="ID", help="What to rehearse.", show_default=DEFAULT_DEMO)
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document; the call goes to stderr.")
    ] = False,
) -> None:
    """Hold a whole call in real time with a recorded rep, then show its scorecard.

    The rep's turns go through the same pipeline as a live call and wait for the buyer to finish.
    It takes some minutes; Ctrl-C hangs up and keeps the call.

    Example: **rehearse demo --scenario pricing-objection**
    """
    quiet_logs()
    settings = settings_of()
    catalogue = catalogue_of(settings)
    chosen = _chosen(catalogue, scenario)
    console = Console(stderr=as_json, highlight=False)
    held = _hold(settings, catalogue, chosen, console)
    if as_json:
        Console(highlight=False).print_json(data=_document(held))
        return
    print_scorecard(held.card, console)
    server = settings.server
    address = f"http://{server.host}:{server.port}/calls/{held.call_id}"
    console.print(
        f"\nThe call is kept: run [bold]rehearse serve[/] and open {address}", soft_wrap=True
    )


def _chosen(catalogue: Catalogue, scenario_id: str | None) -> Scenario:
    """Raises Fault "scenario-unknown"."""
    return scenario_of(catalogue, scenario_id or DEFAULT_DEMO)


def _hold(
    settings: Settings, catalogue: Catalogue, scenario: Scenario, console: Console
) -> "HeldDemo":
    script = load_demo(scenario)
    console.print(f"[bold]{scenario.title}[/]\n{script.rep}")
    with console.status("Starting the engines ..."):
        from web.commands.demo_call import hold  # heavy: loads livekit and the speech engines
    persona = catalogue.personas[scenario.persona]
    return hold(
        settings,
        catalogue,
        scenario,
        script,
        on_event=LiveView(console, buyer=persona.name).show,
        on_ended=lambda: console.print("Scoring the call ...", style="dim"),
    )


def _document(held: "HeldDemo") -> dict[str, object]:
    return document(
        card=held.card,
        transcript=held.transcript,
        response_gaps_s=held.outcome.response_gaps_s,
        turn_timings=held.outcome.timings,
        recording=RecordingFile(held.recording, held.card.duration_s, 2),
        engines=held.card.engines,
    )
