"""What happened on one call: written down as it happens, and told to whoever listens."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from agents.clock import CallClock
from agents.events import CallEvent, EventKind
from agents.outcome import CallOutcome, replay, to_document, utterance_of
from configs.fault import Fault
from speech.fault import SpeechFault
from speech.words import Utterance
from storage.recordings import EventLog

N_RECENT: Final = 8
"""Utterances that the buyer's words are found from."""
LIVE_ONLY: Final = frozenset({"caption", "state"})
"""Events for the eyes during the call; the log does without them."""


SAID: Final = frozenset({"rep_said", "buyer_said"})


class CallLog:
    """Events in order: in memory, in the call's log on disk, and on their way to the listener."""

    def __init__(self, path: Path, clock: CallClock, *, on_full: Callable[[], None]) -> None:
        """`on_full` is called when the log cannot be written any more, as on a full disk: what
        is kept so far stays kept. Raises Fault as EventLog does."""
        self._clock = clock
        self._on_full = on_full
        self._file = EventLog(path)
        self._events: list[CallEvent] = []
        self._recent: list[Utterance] = []
        self._outbox: asyncio.Queue[CallEvent | None] = asyncio.Queue()

    def emit(self, kind: EventKind, /, **data: Any) -> None:
        """Note that this happened now. On the event loop only."""
        self.emit_at(kind, self._clock.now_s(), **data)

    def emit_at(self, kind: EventKind, at_s: float, /, **data: Any) -> None:
        """Note that this happened, at a time of the call."""
        event = CallEvent(kind, round(at_s, 3), data)
        self._outbox.put_nowait(event)
        if kind in LIVE_ONLY:
            return
        self._events.append(event)
        if kind in SAID:
            self._remember(utterance_of(event))
        try:
            self._file.append(to_document(event))
        except Fault as fault:
            self._outbox.put_nowait(CallEvent("fault", event.at_s, said(fault)))
            self._on_full()

    async def tell(self, listener: Callable[[CallEvent], Awaitable[None]]) -> None:
        """Hand over every event in order until close."""
        while (event := await self._outbox.get()) is not None:
            await listener(event)

    def outcome(self) -> CallOutcome:
        """What the call has come to so far."""
        return replay(self._events)

    def recent(self) -> list[Utterance]:
        """What was said of late, in order; kept as it comes, since every turn asks for it."""
        return list(self._recent)

    def _remember(self, utterance: Utterance) -> None:
        if utterance.text:
            both = sorted([*self._recent, utterance], key=lambda u: (u.start_s, u.end_s))
            self._recent = both[-N_RECENT:]

    def close(self) -> None:
        """Bring the log to the disk; tell() ends when all is told."""
        try:
            self._file.close()
        except Fault as fault:
            self._outbox.put_nowait(CallEvent("fault", self._clock.now_s(), said(fault)))
        self._outbox.put_nowait(None)


def said(fault: Fault | SpeechFault) -> dict[str, Any]:
    """A fault as an event's data."""
    return {"code": fault.code, "said": fault.said, "remedy": fault.remedy}
