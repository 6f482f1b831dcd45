"""A call as it happens, for a terminal: captions, who is doing what, and each response gap."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from agents.events import CallEvent
from web.commands.scorecard import clock

STYLES: Final = {"rep": "cyan", "buyer": "magenta"}
STATES: Final = {
    ("listening", "speaking"): "the rep speaks",
    ("thinking", "listening"): "the buyer thinks",
    ("speaking", "listening"): "the buyer speaks",
    ("speaking", "speaking"): "both speak",
}
QUIET: Final = "quiet"


class LiveView:
    """Prints each event of a call when it comes."""

    def __init__(self, console: Console, *, buyer: str) -> None:
        self._console = console
        self._names = {"rep": "rep", "buyer": buyer}
        self._state = ""

    async def show(self, event: CallEvent) -> None:
        """Captions and gaps as lines that stay; states as faint ones."""
        line = self._line(event)
        if line is not None:
            at = Text(f"{clock(event.at_s):>5}  ", style="dim")
            self._console.print(at + line, soft_wrap=True)

    def _line(self, event: CallEvent) -> Text | None:
        data = event.data
        match event.kind:
            case "answered":
                return Text("the call is answered", style="dim")
            case "state":
                return self._state_line(data)
            case "caption" if data["final"]:
                return self._caption(data)
            case "response_gap":
                return Text(f"answered after {data['gap_s']:.2f} s", style="dim")
            case "fault":
                return Text(f"{data['code']}: {data['said']}", style="yellow")
            case "paused" | "resumed":
                return Text(event.kind, style="dim")
            case "ended":
                return Text(f"the call has ended ({_words(data['reason'])})", style="dim")
            case _:
                return None

    def _state_line(self, data: Mapping[str, Any]) -> Text | None:
        said = STATES.get((data["buyer"], data["rep"]), QUIET)
        if said in (self._state, QUIET):
            return None
        self._state = said
        return Text(said, style="dim")

    def _caption(self, data: Mapping[str, Any]) -> Text:
        speaker = data["speaker"]
        return Text(f"{self._names[speaker]}: ", style=f"bold {STYLES[speaker]}") + Text(
            data["text"]
        )


def _words(reason: str) -> str:
    return reason.replace("_", " ")
