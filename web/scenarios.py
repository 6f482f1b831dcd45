"""The briefing before a call, and the button that starts it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from agents.recorder import BYTES_PER_S
from configs.scenario import Scenario
from storage.access import may
from storage.held_with import HeldWith
from web.context import Context, context_of
from web.grants import Having, NotAllowed, NotThere, Visitor
from web.pages import render

router = APIRouter()
ROOM_TO_SPARE = 16 * 1024 * 1024
"""Bytes that must be free beside the recording."""


@router.get("/scenarios/{scenario_id}")
def briefing(
    request: Request,
    scenario_id: str,
    visitor: Annotated[Visitor, Depends(Having("rep", "manager", "team_lead"))],
) -> Response:
    context = context_of(request)
    scenario = _scenario(context, scenario_id, visitor)
    return render(
        request,
        "scenario.html",
        visitor=visitor,
        scenario=scenario,
        persona=context.catalogue.personas[scenario.persona],
        may_call=visitor.practice_team is not None,
        rough=rough_engines(context),
    )


@router.post("/calls")
def start(
    request: Request,
    scenario: Annotated[str, Form()],
    visitor: Annotated[Visitor, Depends(Having("rep"))],
) -> Response:
    """A call that waits for its line. Raises Fault "disk-full" before anything was said."""
    context = context_of(request)
    found, team_id = _scenario(context, scenario, visitor), visitor.practice_team
    if team_id is None or not may(visitor.person.id, visitor.roles, "start_call", team_id=team_id):
        raise NotAllowed
    require_room(context, found)
    held_with = HeldWith.of(found, context.catalogue.personas)
    call = context.calls.start(visitor.person.id, team_id, found.id, held_with=held_with)
    return RedirectResponse(f"/calls/{call.id}/call", 303)


def require_room(context: Context, scenario: Scenario) -> None:
    """Raises Fault "disk-full" unless the longest call on it can be kept."""
    longest_s = 2 * 60 * scenario.minutes
    context.recordings.require_space(longest_s * BYTES_PER_S + ROOM_TO_SPARE)


def rough_engines(context: Context) -> list[str]:
    """One sentence for each fallback engine whose work is to be taken with care."""
    roles = (row.role for row in context.engines.status() if row.rough)
    if "speech to text" in roles:
        return ["Speech is understood roughly for now: words on the page may differ from yours."]
    return []


def _scenario(context: Context, scenario_id: str, visitor: Visitor) -> Scenario:
    """A variant stays unseen by reps: they are signed off on it one day."""
    scenario = context.catalogue.scenarios.get(scenario_id)
    if scenario is None or (scenario.variant_of is not None and not visitor.led_teams):
        raise NotThere
    return scenario
