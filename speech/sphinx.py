"""pocketsphinx behind the Transcriber seam: the fallback whose wheel carries its model."""

import contextlib
import json
import os
import re
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.pieces import pieces_at_pauses
from speech.resample import resample
from speech.words import Word

_RATE_HZ = 16_000
_FRAME_S = 0.01
_PIECE_S = 20.0
_LONGEST_PAUSE_S = 1.5
_PROGRAM = Path(__file__).with_name("sphinx_process.py")
_VARIANT = re.compile(r"\(\d+\)$")
_BACKGROUND = 15
"""Nice value; 19 would starve beside two live calls."""
_Heard = list[tuple[str, int, int, float]]


class SphinxTranscriber:
    """American English, words with times and probabilities; no um, no uh, no punctuation.

    The decoder runs in a child process (sphinx_process.py says why) that starts with the first
    clip or load(), takes callers one at a time, is started again should it die, and ends with
    this process or close().
    """

    name = "pocketsphinx en-US"
    rough = True

    def __init__(self, *, in_background: bool = False) -> None:
        """in_background: the decoder gives way to everything else that wants the processor."""
        self._in_background = in_background
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def load(self) -> None:
        """Starts the decoder, about a second. Raises SpeechFault "sphinx-broken"."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """Ends the decoder; a later transcribe starts it again."""
        with self._lock:
            if self._process is not None:
                _end(self._process)
            self._process = None

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        """See Transcriber. Raises SpeechFault "sphinx-broken"."""
        sound = resample(clip, _RATE_HZ)
        words: list[Word] = []
        for span in pieces_at_pauses(sound, _PIECE_S, _LONGEST_PAUSE_S):
            words.extend(self._words_of(sound.between(span.start_s, span.end_s), span.start_s))
        return tuple(words)

    def _words_of(self, piece: Clip, start_s: float) -> Iterator[Word]:
        pcm = (np.clip(piece.samples, -1, 1) * 32767).astype("<i2").tobytes()
        end_s = start_s + piece.duration_s
        for text, first, last, p in self._ask(pcm):
            spoken = _VARIANT.sub("", text).lower()
            if spoken[0].isalpha():  # <sil>, [NOISE] and ++UH++ are no words
                first_s = round(start_s + first * _FRAME_S, 3)
                last_s = min(round(start_s + (last + 1) * _FRAME_S, 3), end_s)
                yield Word(spoken, min(first_s, last_s), last_s, min(p, 1.0))

    def _ask(self, pcm: bytes) -> _Heard:
        with self._lock:
            process = self._running()
            try:
                sink = cast(IO[bytes], process.stdin)
                sink.write(struct.pack("<I", len(pcm)) + pcm)
                sink.flush()
                return cast(_Heard, _answer(process))
            except (OSError, SpeechFault) as error:
                _end(process)
                self._process = None
                raise _broken() from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            try:
                self._process = _start()
            except OSError as error:
                raise _broken() from error
            if self._in_background:
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _BACKGROUND)
            weakref.finalize(self, _end, self._process)
        return self._process


def _start() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        # -P: the program's own folder is no place to import from.
        [sys.executable, "-P", str(_PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Ctrl-C ends a call in order; the last words are still to be heard then.
        start_new_session=True,
    )
    try:
        _answer(process)
    except SpeechFault:
        _end(process)
        raise
    return process


def _answer(process: subprocess.Popen[bytes]) -> object:
    """The next line. Raises SpeechFault when there is none."""
    line = cast(IO[bytes], process.stdout).readline()
    answer = json.loads(line) if line.endswith(b"\n") else None
    if answer is None:
        raise _broken()
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):  # it died with something unread
                stream.close()


def _broken() -> SpeechFault:
    return SpeechFault(
        "sphinx-broken",
        "pocketsphinx was expected to run with the model in its wheel, and failed.",
        "Install it again: uv pip install --reinstall pocketsphinx",
    )
