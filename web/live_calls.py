"""The calls that go on in this process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from agents.events import EndReason
from configs.fault import Fault
from web.open_call import OpenCall, already_open

RECONNECT_S: Final = 30.0
"""A call whose page is lost waits this long for it."""


class LiveCalls:
    """One line each."""

    def __init__(self, *, reconnect_s: float = RECONNECT_S) -> None:
        self.reconnect_s = reconnect_s
        self._lines: set[str] = set()
        self._calls: dict[str, OpenCall] = {}
        self._none_left = asyncio.Event()
        self._none_left.set()
        self._stopping = False

    @contextmanager
    def hold(self, call_id: str) -> Iterator[None]:
        """Take the call's only line. Raises Fault: line-already-open, server-stopping."""
        if self._stopping:
            said = "Rehearse is being stopped, so no call can start."
            raise Fault("server-stopping", said, "Start Rehearse again, then call.", retry=True)
        if call_id in self._lines:
            raise already_open()
        self._lines.add(call_id)
        try:
            yield
        finally:
            self._lines.remove(call_id)
            self._calls.pop(call_id, None)
            if not self._calls:
                self._none_left.set()

    def answered(self, call_id: str, call: OpenCall) -> None:
        self._calls[call_id] = call
        self._none_left.clear()

    def going_on(self, call_id: str) -> OpenCall | None:
        return self._calls.get(call_id)

    async def hang_up_all(self, reason: EndReason = "stopped") -> None:
        """End every call and return when each is kept and scored; no other call starts."""
        self._stopping = True
        for call in list(self._calls.values()):
            await call.hang_up(reason)
        await self._none_left.wait()
