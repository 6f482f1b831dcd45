"""The server's end of a call by voice: the call page, and the line that it opens."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Final, Protocol

from fastapi import APIRouter, Depends, FastAPI, Request, WebSocket
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from agents.call import LiveCall
from agents.events import CallEvent
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
from web.live_calls import LiveCalls
from web.open_call import OnEvent, OpenCall, Talk, not_going_on
from web.pages import render
from web.scenarios import rough_engines
from web.wire import Wire

__all__ = ["Desk", "LiveCalls", "LiveDesk", "router", "serve_calls"]

logger = logging.getLogger(__name__)
router = APIRouter()

HELLO_LIMIT_S: Final = 10.0


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
        held_with = self.context.held_with(call)
        if held_with is None:
            said = "The scenario of this call is not in the catalogue any more."
            raise Fault("scenario-not-there", said, "Choose another scenario.")
        return LiveCall(
            call_id=call.id,
            scenario=held_with.scenario,
            persona=held_with.persona,
            line=line,
            engines=self.engines,
            settings=self.context.settings,
            folder=self.context.recordings.folder_of(call.id),
            on_event=on_event,
            gatekeeper=held_with.gatekeeper,
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
    held_with = context.held_with(call)
    may_call = may(visitor.person.id, visitor.roles, "start_call", call=call)
    if not may_call or held_with is None:
        return RedirectResponse(f"/calls/{call.id}", 303)
    return render(
        request,
        "call.html",
        visitor=visitor,
        call_id=call.id,
        scenario=held_with.scenario,
        persona=held_with.persona,
        gatekeeper=held_with.gatekeeper,
        going_on=_goes_on(request, call.id),
        rough=rough_engines(context),
    )


def _goes_on(request: Request, call_id: str) -> bool:
    """Whether the call was answered already: this page may go back to it."""
    calls: LiveCalls | None = getattr(request.app.state, "live_calls", None)
    return calls is not None and calls.going_on(call_id) is not None


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
    """One page's line from hello to close; faults are told to the far end."""
    try:
        first = await _first_message(far_end)
        if first is None:
            return
        hello = wire.hello_of(first)
        going_on = desk.live_calls.going_on(call.id)
        if going_on is not None:
            await going_on.join(far_end, hello)
            await going_on.serve(far_end)
        elif hello.resume:
            raise not_going_on()
        else:
            with desk.live_calls.hold(call.id):
                await _hold(far_end, hello, call, desk)
    except Fault as fault:
        refused = fault.code != "line-message-not-valid"
        await far_end.fault(fault, wire.CLOSE_REFUSED if refused else wire.CLOSE_NOT_VALID)


async def _first_message(far_end: Wire) -> str | bytes | None:
    """None when the far end left. Raises Fault when it is silent."""
    first = await far_end.receive_within(HELLO_LIMIT_S)
    if first is None and not far_end.gone:
        said = f"Expected a hello within {HELLO_LIMIT_S:g} s, and none came."
        raise Fault("line-no-hello", said, "Reload the page.")
    return first


async def _hold(far_end: Wire, hello: wire.Hello, call: CallRow, desk: Desk) -> None:
    """One call from answering to its scorecard, whatever pages come and go meanwhile. The page
    that is there at the end is told, and closed."""
    open_call = OpenCall(far_end, hello.rate_hz)
    try:
        open_call.place(lambda line, on_event: desk.place(call, line, on_event))
        desk.live_calls.answered(call.id, open_call)
        outcome = await open_call.hold(desk.live_calls.reconnect_s)
        await open_call.tell({"type": "scoring", "reason": outcome.ended_reason})
        await desk.finish(call.id, outcome)
    except* (Fault, SpeechFault) as faults:
        fault = _first(faults)
        logger.warning("a call could not be held or kept: %s", fault.code)
        if open_call.far_end is not None:
            await open_call.far_end.fault(fault, wire.CLOSE_FAILED)
    else:
        await _part(open_call, outcome)
    finally:
        await open_call.line.aclose()


async def _part(open_call: OpenCall, outcome: CallOutcome) -> None:
    far_end = open_call.far_end
    if far_end is None:
        return
    ended = CallEvent("ended", outcome.duration_s, {"reason": outcome.ended_reason})
    await far_end.send_json({"type": "event", "event": to_document(ended)})
    if open_call.broken is None:
        await far_end.close(wire.CLOSE_DONE)
    else:
        await far_end.fault(*open_call.broken)


def _first(faults: BaseExceptionGroup[Fault | SpeechFault]) -> Fault | SpeechFault:
    first = faults.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
