"""uvicorn with a socket of our own, an address that is true, and an end that keeps live calls."""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn

from configs.fault import Fault

AT_ONCE: Final = 130
"""128 + SIGINT, as shells count."""
KEEP_LIMIT_S: Final = 30.0
"""For live calls to be kept and scored once the server was told to stop."""
TRY_PORTS: Final = 50


class PatientServer(uvicorn.Server):
    """Ctrl-C ends live calls and keeps them; a second Ctrl-C quits at once."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        on_listening: Callable[[], None],
        hang_up: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(config)
        self._on_listening = on_listening
        self._hang_up = hang_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Calls first: uvicorn would close their lines before they could say goodbye."""
        try:
            async with asyncio.timeout(KEEP_LIMIT_S):
                await self._hang_up()
        except TimeoutError:
            print_line("A call took too long to be kept; what was recorded is on disk.")
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        again, self.should_exit = self.should_exit, True  # first: the next may come meanwhile
        if not again:
            print_line("\nStopping: live calls are ended and kept. Ctrl-C again quits at once.")
        elif sig == signal.SIGINT:
            print_line("Stopped at once.")
            os._exit(AT_ONCE)  # worker threads would hold an ordinary exit up


@contextmanager
def quit_quietly() -> Iterator[None]:
    """uvicorn raises the signal that stopped it once more when all is done; by then it has been
    obeyed, and the process ends with 0."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, lambda *_: None) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def print_line(text: str) -> None:
    """To stderr, at once."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises Fault: port-in-use, port-not-permitted, host-not-here."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise _no_such_host(host) from None
    sock = socket.socket(family, kind, proto)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(address)
        sock.listen(1)  # binding alone may succeed beside another listener
    except OSError as error:
        sock.close()
        raise _refused(error, host, port) from None
    return sock


def _refused(error: OSError, host: str, port: int) -> Exception:
    if error.errno == errno.EADDRINUSE:
        said = f"Port {port} is in use, most likely by another Rehearse."
        return Fault("port-in-use", said, f"rehearse serve --port {_free_port(host, port)}")
    if error.errno in (errno.EACCES, errno.EPERM):
        said = f"The system does not let this account listen on port {port}."
        return Fault("port-not-permitted", said, "rehearse serve --port 8420")
    if error.errno == errno.EADDRNOTAVAIL:
        return _no_such_host(host)
    return error


def _no_such_host(host: str) -> Fault:
    said = f'Expected an address of this machine, such as 127.0.0.1, not "{host}".'
    return Fault("host-not-here", said, "rehearse serve --host 127.0.0.1")


def _free_port(host: str, port: int) -> int:
    """The next port that nobody listens on; just the next when all that were tried are taken."""
    for other in range(port + 1, min(port + TRY_PORTS, 65536)):
        with socket.socket() as probe:
            if probe.connect_ex((host, other)) != 0:
                return other
    return port + 1 if port < 65535 else 8420


def address_of(sock: socket.socket, host: str) -> str:
    """The address to open in a browser on this machine."""
    port = sock.getsockname()[1]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
