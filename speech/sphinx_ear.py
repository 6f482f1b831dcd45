"""pocketsphinx as an Ear: the decoder works while the speech goes on."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.sphinx_line import Heard, SphinxLine, broken
from speech.sphinx_part import SphinxPart
from speech.sphinx_sound import BLOCK_S, BlockedSound
from speech.sphinx_words import RATE_HZ, pcm_of, words_of
from speech.words import Word

_HANGS_S: Final = 20.0
"""A decoder that answers nothing for so long will not."""
_NO_REST: Final = Clip(np.zeros(0, np.float32), RATE_HZ)
_BLOCK_BYTES = 2 * round(BLOCK_S * RATE_HZ)


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked of the decoder, and what was known then."""

    line: SphinxLine
    parts: tuple[SphinxPart, ...]
    """Unanswered ones; the last was still open."""
    asked: str
    """ "W" or "P" as in sphinx_process.py; "" when the open part is silent."""
    end_s: float


class SphinxEar:
    """See Ear. open_line: to a decoder that has heard nothing yet; raises SpeechFault.

    A long stretch is heard in parts (sphinx_part.py). Words of a part that is over stay; those of
    the open one are the decoder's best as if it were over, or, in the middle of a word, its
    hypothesis so far, which costs next to nothing. Should the decoder die, what it was still to
    answer is fed to another, once.
    """

    def __init__(self, open_line: Callable[[], SphinxLine]) -> None:
        self._open_line = open_line
        self._line: SphinxLine | None = open_line()
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._closed = False
        self._fed_again = False
        self._sound = BlockedSound()
        self._parts = deque([SphinxPart(0.0)])
        self._kept: tuple[Word, ...] = ()
        """Of the parts before."""
        self._latest: tuple[float, tuple[Word, ...]] | None = None
        """The words, and where the stretch ended then."""

    def feed(self, sound: Clip) -> None:
        """See Ear; returns at once. A decoder that has died is words()' to notice."""
        with self._lock:
            if self._closed:
                return
            for block in self._sound.add(sound):
                part = self._parts[-1]
                self._send(b"F", part.add(block))
                if part.is_over:
                    self._send(b"C")
                    self._parts.append(SphinxPart(part.end_s))

    def words(self) -> tuple[Word, ...]:
        """See Ear. Raises SpeechFault "sphinx-broken"."""
        try:
            with self._asking:
                return self._words()
        except SpeechFault:
            if self._closed:
                return ()
            raise
        finally:
            if self._closed:
                self._hang_up()

    def close(self) -> None:
        self._closed = True
        with self._lock:
            if self._line is not None:
                self._line.hang_up()
        if self._asking.acquire(blocking=False):  # else words() does it when it is done
            self._hang_up()
            self._asking.release()

    def _words(self) -> tuple[Word, ...]:
        try:
            return self._answered()
        except SpeechFault:
            if self._fed_again or self._closed:
                raise
            self._fed_again = True
            self._feed_again()
            return self._answered()

    def _answered(self) -> tuple[Word, ...]:
        question = self._ask()
        if question is None:
            return self._latest[1] if self._latest and not self._closed else ()
        for part in question.parts[:-1]:
            self._keep(part, question.line.answer(_HANGS_S))
        words = self._kept
        if question.asked:
            open_part, end_s = question.parts[-1], question.end_s
            heard = question.line.answer(_HANGS_S)
            words += tuple(words_of(heard, open_part.start_s, end_s))
        self._latest = question.end_s, words
        return words

    def _ask(self) -> _Question | None:
        """None when the latest words are still those."""
        with self._lock:
            end_s = self._sound.duration_s
            if self._closed or (self._latest and self._latest[0] == end_s):
                return None
            if self._line is None:
                raise broken()
            part, rest, asked = self._parts[-1], self._sound.rest(), ""
            if part.has_speech(rest):
                asked = "P" if part.in_mid_word(rest) else "W"
                self._line.send(asked.encode(), pcm_of(rest) if asked == "W" else b"")
            return _Question(self._line, tuple(self._parts), asked, end_s)

    def _keep(self, part: SphinxPart, heard: Heard) -> None:
        with self._lock:
            if part.has_speech(_NO_REST):
                self._kept += tuple(words_of(heard, part.start_s, part.end_s))
            self._parts.popleft()

    def _feed_again(self) -> None:
        line = self._open_line()
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line = line
            *over, still_open = self._parts
            for part in over:
                self._send_all(part)
                self._send(b"C")
            self._send_all(still_open)

    def _send_all(self, part: SphinxPart) -> None:
        pcm = bytes(part.pcm)
        for first in range(0, len(pcm), _BLOCK_BYTES):
            self._send(b"F", pcm[first : first + _BLOCK_BYTES])

    def _send(self, wanted: bytes, pcm: bytes = b"") -> None:
        if self._line is not None:
            with suppress(SpeechFault):
                self._line.send(wanted, pcm)

    def _hang_up(self) -> None:
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line = None
            self._parts = deque([SphinxPart(0.0)])
            self._sound = BlockedSound()
