"""The buyer's words as they are spoken, for the live captions."""

from collections.abc import Callable

from livekit.agents.voice import io


class CaptionOutput(io.TextOutput):
    """Sits behind livekit's TranscriptSynchronizer, so words come as they are heard."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        super().__init__(label="captions", next_in_chain=None)
        self._on_text = on_text
        self._text = ""

    async def capture_text(self, text: str) -> None:
        self._text += text
        self._on_text(self._text)

    def flush(self) -> None:
        """The reply's words are complete; begin() empties them when the next is first heard."""

    def begin(self) -> None:
        """A new reply is heard: words that trailed in after an interruption are dropped."""
        self._text = ""

    @property
    def text(self) -> str:
        """The words shown since begin()."""
        return self._text
