"""What a rep reads after the call, and the answers that its page asks for."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from agents.worker import words_model_name
from configs.scenario import Scenario
from scoring.card import Scorecard
from speech.words import Transcript
from storage.calls import CallRow
from storage.tables import CallState
from web.context import Context, context_of
from web.failure import failure_of
from web.grants import Granted, NotThere, OfCall
from web.ledger_view import LedgerView, read_ledger
from web.pages import render
from web.response_time import ResponseTime, read_response_time

router = APIRouter()
_T = TypeVar("_T")
SeenCall = Annotated[Granted, Depends(OfCall("see_call"))]


@dataclass(frozen=True, slots=True)
class CallStatus:
    """What the page asks for every second until the call is scored."""

    state: CallState
    provisional: bool | None
    """Of the newest scorecard; None while there is none."""
    settled: bool
    """True when nothing will change any more by itself."""
    stamp: str
    """Differs whenever the page would read differently."""


@router.get("/calls/{call_id}")
def review(request: Request, granted: SeenCall) -> Response:
    context, call = context_of(request), granted.call
    card = context.calls.scorecard(call.id)
    has_recording = call.state != "live" and context.recordings.has_recording(call.id)
    rep = context.people.get(call.rep_id)
    held_with = context.held_with(call)
    gatekeeper = held_with.gatekeeper.name if held_with and held_with.gatekeeper else None
    return render(
        request,
        "review.html",
        visitor=granted.visitor,
        call=call,
        own=granted.own,
        rep=rep.name if rep else "Somebody who left",
        title=held_with.scenario.title if held_with else call.scenario_id,
        buyer=held_with.persona.name if held_with else "Buyer",
        gatekeeper=gatekeeper,
        gate_until_s=_gate_until_s(call, card) if gatekeeper else 0.0,
        card=card,
        transcript=context.calls.transcript(call.id) or Transcript(()),
        engines=card.engines if card else call.engines,
        stage=_status(call, card),
        failure=failure_of(call, has_recording),
        has_recording=has_recording,
        timing=_timing(context, call),
        may_draft=_drafts_with(context, granted),
        tried=call.tried_version_id is not None,
        ledger=_ledger(context, call, held_with.scenario if held_with else None),
    )


@router.get("/calls/{call_id}/status.json")
def status(request: Request, granted: SeenCall) -> CallStatus:
    call = granted.call
    return _status(call, context_of(request).calls.scorecard(call.id))


@router.get("/calls/{call_id}/scorecard.json")
def scorecard(request: Request, granted: SeenCall) -> Scorecard:
    return _found(context_of(request).calls.scorecard(granted.call.id))


@router.get("/calls/{call_id}/transcript.json")
def transcript(request: Request, granted: SeenCall) -> Transcript:
    return _found(context_of(request).calls.transcript(granted.call.id))


def _gate_until_s(call: CallRow, card: Scorecard | None) -> float:
    """Seconds of the call until which the gatekeeper was on the line, all of it where nobody was
    put through; 0 while that is not known."""
    if card is None or card.gatekeeper is None:
        return 0.0
    put_through_s = card.gatekeeper.put_through_s
    return (call.duration_s or 0.0) if put_through_s is None else put_through_s


def _drafts_with(context: Context, granted: Granted) -> str | None:
    """The model that this visitor may have a scenario drafted by, as people read it."""
    if granted.call.state != "scored" or not granted.visitor.has("team_lead"):
        return None
    return words_model_name(context.settings)


def _status(call: CallRow, card: Scorecard | None) -> CallStatus:
    provisional = card.provisional if card else None
    settled = call.state == "failed" or (call.state == "scored" and provisional is False)
    stamp = f"{call.state} {provisional} {card.version if card else 0}"
    return CallStatus(call.state, provisional, settled, stamp)


def _timing(context: Context, call: CallRow) -> ResponseTime | None:
    if call.state == "live":
        return None  # the log is still being written
    return read_response_time(context.recordings, call.id)


def _ledger(context: Context, call: CallRow, scenario: Scenario | None) -> LedgerView | None:
    if call.state == "live" or scenario is None:
        return None
    return read_ledger(context.recordings, call.id, scenario, call.duration_s or 0.0)


def _found(value: _T | None) -> _T:
    if value is None:
        raise NotThere
    return value
