"""A line to a pocketsphinx decoder of one's own (sphinx_process.py has what is said on it)."""

import json
import select
import socket
import struct
import threading
import time
from contextlib import suppress
from typing import cast

from speech.fault import SpeechFault

Heard = list[tuple[str, int, int, float]]
"""Word, first and last frame of 10 ms, probability."""


class SphinxLine:
    """Sends without waiting, from any thread; answers come in the order in which they were asked
    for, and are read by one thread at a time."""

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self._line = line
        self._sending = threading.Lock()
        self._unsent = bytearray()
        self._unread = bytearray()

    def send(self, wanted: bytes, pcm: bytes = b"") -> None:
        """What the decoder is too busy to take now goes with a later send() or answer(). Raises
        SpeechFault "sphinx-broken"."""
        with self._sending:
            self._unsent += struct.pack("<cI", wanted, len(pcm)) + pcm
            self._send_more()

    def answer(self, limit_s: float | None) -> Heard:
        """The next one. Raises SpeechFault "sphinx-broken", also when none came in limit_s."""
        end_s = None if limit_s is None else time.monotonic() + limit_s
        while b"\n" not in self._unread:
            with self._sending:
                self._send_more()
                more = select.POLLOUT if self._unsent else 0
            self._wait(select.POLLIN | more, end_s)
            self._read()
        answer, _, self._unread = self._unread.partition(b"\n")
        return cast(Heard, json.loads(answer))

    def hang_up(self) -> None:
        """The decoder ends, and so does an answer() that waits for it. Safe twice."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hangs up; not while another thread is in answer(). Safe twice."""
        self.hang_up()
        self._line.close()

    def _send_more(self) -> None:
        try:
            while self._unsent:
                n_sent = self._line.send(self._unsent)
                del self._unsent[:n_sent]
        except BlockingIOError:
            return
        except OSError as error:
            raise broken() from error

    def _wait(self, events: int, end_s: float | None) -> None:
        left_s = None if end_s is None else end_s - time.monotonic()
        if left_s is not None and left_s <= 0:
            raise broken()
        poll = select.poll()
        try:
            poll.register(self._line, events)
            poll.poll(None if left_s is None else left_s * 1000)
        except (OSError, ValueError) as error:  # closed in the meantime
            raise broken() from error

    def _read(self) -> None:
        try:
            came = self._line.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError as error:
            raise broken() from error
        if not came:
            raise broken()
        self._unread += came


def broken() -> SpeechFault:
    return SpeechFault(
        "sphinx-broken",
        "pocketsphinx was expected to run with the model in its wheel, and failed.",
        "Install it again: uv pip install --reinstall pocketsphinx",
    )
