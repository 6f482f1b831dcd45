"""`rehearse serve`: the web server with everything in it."""

import sys
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from configs.settings import Server, Settings
from web.commands.start import catalogue_of, settings_of, told_logs

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from web.live import LiveCalls


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port to listen on; 0 takes any free one.", show_default="8420"),
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the first page in the browser.")
    ] = False,
) -> None:
    """Serve the practice room: pages, calls by voice, scorecards.

    The address is printed when it can be opened. Models that are missing arrive in the background.
    Ctrl-C ends live calls, keeps them and stops; a second Ctrl-C quits at once.

    Example: **rehearse serve --port 8421 --open**
    """
    told_logs()
    settings = _with(settings_of(), host, port)
    # Everything cheap that may be refused comes before the engines, which take seconds.
    from web.commands.server import listen
    from web.guard import check_bind

    check_bind(settings)
    with listen(settings.server.host, settings.server.port) as sock:
        sys.stderr.write("Starting Rehearse ...\n")
        _hold(settings, sock, open_page)


def _with(settings: Settings, host: str | None, port: int | None) -> Settings:
    """Options win over settings. Raises Fault "setting-not-valid"."""
    kept = settings.server
    server = Server(
        host=kept.host if host is None else host, port=kept.port if port is None else port
    )
    return replace(settings, server=server)


def _hold(settings: Settings, sock: "socket.socket", open_page: bool) -> None:
    from agents.worker import Engines  # heavy: loads livekit and the speech engines
    from web.app import create_app
    from web.context import open_context
    from web.live import LiveDesk, serve_calls
    from web.reviewing import Reviewing

    catalogue = catalogue_of(settings)
    engines = Engines(settings, catalogue.personas.values())
    context = open_context(settings, catalogue, engines)
    reviewing = Reviewing(context, engines)
    try:
        app = create_app(context)
        desk = LiveDesk(context, engines, reviewing.finish_call)
        serve_calls(app, desk)
        reviewing.start()
        engines.download_in_background()
        _run(app, desk.live_calls, sock, _page(open_page, sock, settings))
    finally:
        reviewing.stop()
        context.database.close()
        engines.close()


def _page(open_page: bool, sock: "socket.socket", settings: Settings) -> Callable[[], None]:
    """Says where Rehearse is, once it can be opened."""
    from web.commands.server import address_of

    address = address_of(sock, settings.server.host)

    def say() -> None:
        typer.echo(f"Rehearse is on {address}  (Ctrl-C stops it)")
        if open_page:
            webbrowser.open(address)

    return say


def _run(
    app: "FastAPI", calls: "LiveCalls", sock: "socket.socket", on_listening: Callable[[], None]
) -> None:
    """Until Ctrl-C or SIGTERM, which both end it well."""
    import uvicorn

    from web.commands.server import PatientServer, quit_quietly

    config = uvicorn.Config(app, log_config=None, access_log=False)
    server = PatientServer(config, on_listening=on_listening, hang_up=calls.hang_up_all)
    with quit_quietly():
        server.run(sockets=[sock])
