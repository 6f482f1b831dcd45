"""Entry point of `rehearse`."""

import sys


def main() -> None:
    """Run one command. A fault is a sentence with a code, never a traceback, and Ctrl-C is quiet
    from the first moment on: that is why even the command line is imported in here."""
    try:
        from web.commands.command_line import app
        from web.commands.faults import report
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT, as shells count
    try:
        app(prog_name="rehearse")
    except Exception as error:  # noqa: BLE001 - the edge of the process: nothing else catches it
        sys.exit(report(error))
