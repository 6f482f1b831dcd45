"""The server's end of a call by voice: the call page, and the line that it opens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, Depends, FastAPI, Request, WebSocket
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from agents.call import LiveCall
from agents.events import CallEvent, EndReason
from agents.lines import SocketLine
from agents.outcome import CallOutcome, to_document
from agents.worker import Engines
from configs.fault import Fault
from speech.fault import SpeechFault
from storage.access import may
from storage.calls import CallRow
from web import wire
from web.context import Context, context_of
from web.grants import Grant, Granted, OfCall, visitor_of
from web.guard import require_known_host, require_same_origin
from web.pages import render
from web.scenarios import rough_engines
from web.wire import Wire

logger = logging.getLogger(__name__)
router = APIRouter()

HELLO_LIMIT_S: Final = 10.0
TOLD: Final = frozenset(
    {"answered", "state", "caption", "response_gap", "paused", "resumed", "fault"}
)
"""Kinds of event that the page hears about. The buyer's decisions are not for the rep's eyes
during the call, and "ended" waits for the scorecard."""

OnEvent = Callable[[CallEvent], Awaitable[None]]


class Talk(Protocol):
    """A call that a line is held for; agents.call.LiveCall is one."""

    async def run(self) -> CallOutcome: ...
    async def pause(self) -> None: ...
    async def resume(self) -> None: ...
    async def hang_up(self, reason: EndReason = "rep_hung_up") -> None: ...


class LiveCalls:
    """The calls that go on in this process, one line each."""

    def __init__(self) -> None:
        self._lines: set[str] = set()
        self._talks: dict[str, Talk] = {}
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
            raise Fault(
                "line-already-open",
                "This call is already open in another tab or window.",
                "Go on there, or close it and try again.",
            )
        self._lines.add(call_id)
        try:
            yield
        finally:
            self._lines.remove(call_id)
            self._talks.pop(call_id, None)
            if not self._talks:
                self._none_left.set()

    def answered(self, call_id: str, talk: Talk) -> None:
        self._talks[call_id] = talk
        self._none_left.clear()

    async def hang_up_all(self, reason: EndReason = "stopped") -> None:
        """End every call and return when each is kept and scored; no other call starts."""
        self._stopping = True
        for talk in list(self._talks.values()):
            await talk.hang_up(reason)
        await self._none_left.wait()


class Desk(Protocol):
    """Places calls and takes them when they are over."""

    @property
    def live_calls(self) -> LiveCalls: ...

    def place(self, call: CallRow, line: SocketLine, on_event: OnEvent) -> Talk:
        """Must run on the event loop. Raises Fault, SpeechFault."""
        ...

    async def finish(self, call_id: str, outcome: CallOutcome) -> None:
        """Keep the call and save its first scorecard. Raises Fault, SpeechFault."""
        ...


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """The real one."""

    context: Context
    engines: Engines
    finish_call: Callable[[str, CallOutcome], Awaitable[None]]
    live_calls: LiveCalls = field(default_factory=LiveCalls)

    def place(self, call: CallRow, line: SocketLine, on_event: OnEvent) -> Talk:
        scenario = self.context.catalogue.scenarios.get(call.scenario_id)
        if scenario is None:
            said = "The scenario of this call is not in the catalogue any more."
            raise Fault("scenario-not-there", said, "Choose another scenario.")
        return LiveCall(
            call_id=call.id,
            scenario=scenario,
            persona=self.context.catalogue.personas[scenario.persona],
            line=line,
            engines=self.engines,
            settings=self.context.settings,
            folder=self.context.recordings.folder_of(call.id),
            on_event=on_event,
        )

    async def finish(self, call_id: str, outcome: CallOutcome) -> None:
        await self.finish_call(call_id, outcome)


def serve_calls(app: FastAPI, desk: Desk) -> None:
    """Let the app hold calls; app.state.live_calls are those that go on."""
    app.state.desk = desk
    app.state.live_calls = desk.live_calls


@router.get("/calls/{call_id}/call")
def call_page(
    request: Request, granted: Annotated[Granted, Depends(OfCall("see_call"))]
) -> Response:
    """For the rep whose call it is, while it is live; the review for everybody else."""
    context, call, visitor = context_of(request), granted.call, granted.visitor
    scenario = context.catalogue.scenarios.get(call.scenario_id)
    may_call = may(visitor.person.id, visitor.roles, "start_call", call=call)
    if not may_call or scenario is None:
        return RedirectResponse(f"/calls/{call.id}", 303)
    return render(
        request,
        "call.html",
        visitor=visitor,
        call_id=call.id,
        scenario=scenario,
        persona=context.catalogue.personas[scenario.persona],
        rough=rough_engines(context),
    )


class OwnLine(Grant):
    """The call, when the one who is signed in may hold it now; else the Fault to tell. An
    exception would close the socket before anything could be said."""

    def __call__(self, connection: HTTPConnection, call_id: str) -> CallRow | Fault:
        context, visitor = context_of(connection), visitor_of(connection)
        if visitor is None:
            return Fault("not-signed-in", "Nobody is signed in any more.", "Sign in again.")
        call = context.calls.get(call_id)
        if call and may(visitor.person.id, visitor.roles, "start_call", call=call):
            return call
        said = "This call is over, or it is not yours."
        return Fault("call-not-live", said, "Start the scenario again for another call.")


@router.websocket("/calls/{call_id}/line")
async def line(socket: WebSocket, granted: Annotated[CallRow | Fault, Depends(OwnLine())]) -> None:
    """A page of another site is refused before the socket opens."""
    try:
        require_same_origin(socket.headers)
        if context_of(socket).settings.sample.organisation:
            require_known_host(socket.headers)
    except Fault:
        await socket.close(wire.CLOSE_REFUSED)
        return
    await socket.accept()
    far_end = Wire(socket)
    if isinstance(granted, Fault):
        await far_end.fault(granted, wire.CLOSE_REFUSED)
    else:
        await hold_line(far_end, granted, socket.app.state.desk)


async def hold_line(far_end: Wire, call: CallRow, desk: Desk) -> None:
    """One call from hello to close; faults are told to the far end."""
    try:
        with desk.live_calls.hold(call.id):
            first = await _first_message(far_end)
            if first is not None:
                rate_hz = wire.rate_of_hello(first)
                await _Exchange(far_end, rate_hz).hold(call, desk)
    except Fault as fault:
        refused = fault.code != "line-message-not-valid"
        await far_end.fault(fault, wire.CLOSE_REFUSED if refused else wire.CLOSE_NOT_VALID)


async def _first_message(far_end: Wire) -> str | bytes | None:
    """None when the far end left. Raises Fault when it is silent."""
    try:
        async with asyncio.timeout(HELLO_LIMIT_S):
            return await far_end.receive()
    except TimeoutError:
        said = f"Expected a hello within {HELLO_LIMIT_S:g} s, and none came."
        raise Fault("line-no-hello", said, "Reload the page.") from None


class _Exchange:
    """What goes to and fro between the page and its call."""

    def __init__(self, far_end: Wire, rate_hz: int) -> None:
        self._far_end = far_end
        self._rate_hz = rate_hz
        self._broken: tuple[Fault, int] | None = None

    async def hold(self, call: CallRow, desk: Desk) -> None:
        far_end = self._far_end
        line = SocketLine(
            rate_hz=self._rate_hz, send_audio=far_end.send_audio, send_json=far_end.send_json
        )
        try:
            talk = desk.place(call, line, self._tell)
            desk.live_calls.answered(call.id, talk)
            await far_end.send_json({"type": "ready"})
            outcome = await self._talk(talk, line)
            await far_end.send_json({"type": "scoring", "reason": outcome.ended_reason})
            await desk.finish(call.id, outcome)
        except* (Fault, SpeechFault) as faults:
            fault = _first(faults)
            logger.warning("a call could not be held or kept: %s", fault.code)
            await far_end.fault(fault, wire.CLOSE_FAILED)
        else:
            await self._part(outcome)
        finally:
            await line.aclose()

    async def _talk(self, talk: Talk, line: SocketLine) -> CallOutcome:
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(talk, line), name="line-listen")
            try:
                return await talk.run()
            finally:
                listening.cancel()

    async def _part(self, outcome: CallOutcome) -> None:
        ended = CallEvent("ended", outcome.duration_s, {"reason": outcome.ended_reason})
        await self._far_end.send_json({"type": "event", "event": to_document(ended)})
        if self._broken is None:
            await self._far_end.close(wire.CLOSE_DONE)
        else:
            await self._far_end.fault(*self._broken)

    async def _tell(self, event: CallEvent) -> None:
        if event.kind in TOLD:
            await self._far_end.send_json({"type": "event", "event": to_document(event)})

    async def _listen(self, talk: Talk, line: SocketLine) -> None:
        """Until the far end is gone or talks nonsense; either ends the call, and keeps it."""
        while (message := await self._far_end.receive()) is not None:
            try:
                if isinstance(message, bytes):
                    await line.receive_audio(message)
                else:
                    await _obey(wire.parsed(message), talk, line)
            except Fault as fault:
                sound = isinstance(message, bytes)
                code = wire.CLOSE_NOT_SOUND if sound else wire.CLOSE_NOT_VALID
                self._broken = fault, code
                break
        stopped = self._far_end.close_code == wire.CLOSE_SERVER_STOPS
        await talk.hang_up("stopped" if stopped else "line_lost")


def _first(faults: BaseExceptionGroup[Fault | SpeechFault]) -> Fault | SpeechFault:
    first = faults.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


async def _obey(message: dict[str, Any], talk: Talk, line: SocketLine) -> None:
    kind = message.get("type")
    if kind in wire.REPORTS:
        await line.receive_report(wire.checked_report(message))
    elif kind == "pause":
        await talk.pause()
    elif kind == "resume":
        await talk.resume()
    elif kind == "hang_up":
        await talk.hang_up()
    elif kind != "mute":  # the page sends silence then; nothing is to be done here
        raise wire.not_valid("a playback report, mute, pause, resume or hang_up")
