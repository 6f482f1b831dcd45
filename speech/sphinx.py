"""pocketsphinx behind the Transcriber seam: the fallback whose wheel carries its model."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Final

from speech.clip import Clip
from speech.pieces import pieces_at_pauses
from speech.resample import resample
from speech.sphinx_ear import SphinxEar
from speech.sphinx_line import SphinxLine, broken
from speech.sphinx_words import RATE_HZ, pcm_of, words_of
from speech.words import Word

_PIECE_S = 20.0
_LONGEST_PAUSE_S = 1.5
_PROGRAM = Path(__file__).with_name("sphinx_process.py")
_BACKGROUND = 15
"""Nice value; 19 would starve beside two live calls."""


class SphinxTranscriber:
    """American English, words with times and probabilities; no um, no uh, no punctuation.

    The model is loaded by a child process (sphinx_process.py says why) that starts with the first
    clip, ear or load(), has a decoder for each of them, is started again should it die, and ends
    with this process or close().
    """

    name = "pocketsphinx en-US"
    rough = True
    keeps_pace: Final = True

    def __init__(self, *, in_background: bool = False) -> None:
        """in_background: the decoders give way to everything else that wants the processor."""
        self._in_background = in_background
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    def load(self) -> None:
        """Loads the model, about a second. Raises SpeechFault "sphinx-broken"."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """Ends every decoder; a later transcribe starts them again."""
        with self._lock:
            self._end()

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        """See Transcriber. Raises SpeechFault "sphinx-broken"."""
        sound = resample(clip, RATE_HZ)
        spans = pieces_at_pauses(sound, _PIECE_S, _LONGEST_PAUSE_S)
        if not spans:
            return ()
        words: list[Word] = []
        with contextlib.closing(self._open_line()) as line:
            for span in spans:
                piece = sound.between(span.start_s, span.end_s)
                line.send(b"T", pcm_of(piece))
                heard = line.answer(None)
                words.extend(words_of(heard, span.start_s, span.start_s + piece.duration_s))
        return tuple(words)

    def listen(self) -> SphinxEar:
        """See Transcriber. Raises SpeechFault "sphinx-broken"."""
        return SphinxEar(self._open_line)

    def _open_line(self) -> SphinxLine:
        """To a decoder of its own, in milliseconds when the model is loaded."""
        with self._lock:
            door = self._running()
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    socket.send_fds(door, [b"+"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                self._end()
                raise broken() from error
            return SphinxLine(ours)

    def _running(self) -> socket.socket:
        if self._process is None or self._door is None or self._process.poll() is not None:
            self._end()
            try:
                self._process, self._door = _start()
            except OSError as error:
                raise broken() from error
            if self._in_background:
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _BACKGROUND)
            weakref.finalize(self, _end, self._process, self._door)
        return self._door

    def _end(self) -> None:
        if self._process is not None and self._door is not None:
            _end(self._process, self._door)
        self._process = self._door = None


def _start() -> tuple[subprocess.Popen[bytes], socket.socket]:
    door, inside = socket.socketpair()
    with inside:
        process = subprocess.Popen(
            # -P: the program's own folder is no place to import from.
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=inside.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C ends a call in order; the last words are still to be heard then.
            start_new_session=True,
        )
    try:
        ready = door.recv(16)
    except OSError:
        ready = b""
    if ready != b"ready\n":
        _end(process, door)
        raise broken()
    return process, door


def _end(process: subprocess.Popen[bytes], door: socket.socket) -> None:
    """With its forks, which are in its group; those of one that has died end with their lines."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    door.close()
