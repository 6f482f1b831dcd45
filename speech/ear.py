"""The seam to hearing while somebody speaks."""

from typing import Protocol

from speech.clip import Clip
from speech.words import Word


class Ear(Protocol):
    """Hears one stretch of one speaker's speech while it goes on; from Transcriber.listen().

    Calls may overlap, from any threads; words() goes by what was fed before it began. Nothing
    that was heard is logged or raised.
    """

    def feed(self, sound: Clip) -> None:
        """More of the stretch, in order, any rate_hz. Returns at once, or no slower than the
        sound lasts where the engine keeps pace (Transcriber.keeps_pace). Raises SpeechFault."""
        ...

    def words(self) -> tuple[Word, ...]:
        """Words of all that was fed, with times in seconds from the stretch's start, sorted,
        inside it; () for silence. Blocks. Asked again with nothing fed in between it gives the
        same; after more was fed, also early words may read otherwise. Raises SpeechFault when
        the engine fails."""
        ...

    def close(self) -> None:
        """Forgets the stretch; safe twice, and while words() is going on. Closed, an ear takes
        nothing more and has no words."""
        ...
