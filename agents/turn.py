"""What the rep said up to a pause, and who is told of it."""

from dataclasses import dataclass
from typing import Protocol

from speech.words import Utterance


@dataclass(frozen=True, slots=True)
class Turn:
    """Times in seconds of the call."""

    n: int
    """Of the pause, counted over the call."""
    utterance: Utterance
    noticed_s: float
    """When the pause was noticed."""
    understood_s: float
    """When its words were known."""

    @property
    def text(self) -> str:
        return self.utterance.text

    @property
    def speech_s(self) -> float:
        """From the first speech to the last."""
        return self.utterance.end_s - self.utterance.start_s


class Listener(Protocol):
    """Who is told by the ears; on the event loop."""

    def rep_speaks(self, on: bool) -> None: ...

    def rep_so_far(self, text: str) -> None:
        """All that was understood of the turn under way; it may still change."""
        ...

    def turn_ahead(self, turn: Turn) -> None:
        """The turn looks over: the reply is worth making. It is taken back, or over with these
        words."""
        ...

    def turn_withdrawn(self) -> None: ...
    def turn_over(self, turn: Turn) -> None: ...

    def rep_nodded(self, turn: Turn) -> None:
        """Something was said that is no turn."""
        ...

    def rep_pauses(self, turn: Turn) -> None:
        """A short pause in a long turn that looks unfinished."""
        ...

    def cut_in(self, turn: Turn) -> None:
        """The rep has talked for so long that the buyer speaks now; `turn` is what was said."""
        ...

    def hold_buyer(self) -> None: ...
    def release_buyer(self) -> None: ...
    def stop_buyer(self) -> None: ...
