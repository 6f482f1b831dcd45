"""The first page: who are you, what to practise, whom to listen to."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from scoring.card import Scorecard
from storage.calls import CallRow
from web import cookie
from web.context import Context, context_of
from web.grants import Anybody, NotThere, Visitor
from web.pages import render
from web.wording import ROLES
from web.worth_hearing import Reason, why_hear

router = APIRouter()
N_RECENT = 20


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A button of the sign-in page."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call in a list."""

    call: CallRow
    title: str
    """Of the scenario; its id when the scenario is gone."""
    rep: str
    card: Scorecard | None
    reason: Reason


@router.get("/")
def home(request: Request, visitor: Annotated[Visitor | None, Depends(Anybody())]) -> Response:
    context = context_of(request)
    if visitor is None:
        return render(request, "sign_in.html", people=sample_people(context))
    if visitor.led_teams:
        return _team_home(request, context, visitor)
    scenarios = context.catalogue.openly_rehearsed if visitor.practice_team else ()
    calls = context.calls.list_for_rep(visitor.person.id)
    return render(
        request,
        "rep_home.html",
        visitor=visitor,
        scenarios=scenarios,
        next_up=_next_up([one.id for one in scenarios], calls),
        personas=context.catalogue.personas,
        lines=_lines(context, calls),
    )


def _next_up(scenario_ids: list[str], calls: tuple[CallRow, ...]) -> str | None:
    """The scenario that was practised least, the first of several; None when there is none."""
    n_calls = Counter(call.scenario_id for call in calls)
    return min(scenario_ids, key=lambda one: n_calls[one], default=None)


def _team_home(request: Request, context: Context, visitor: Visitor) -> Response:
    lines = _lines(context, context.calls.list_for_teams(visitor.led_teams))
    teams = [team.name for team in context.people.teams() if team.id in visitor.led_teams]
    return render(
        request,
        "team_home.html",
        visitor=visitor,
        teams=teams,
        worth=[line for line in lines if line.reason.attention],
        others=[line for line in lines if not line.reason.attention],
    )


def _lines(context: Context, calls: tuple[CallRow, ...]) -> list[CallLine]:
    recent = calls[:N_RECENT]
    names = {person.id: person.name for person in context.people.all()}
    cards = context.calls.scorecards(call.id for call in recent)
    titles = _titles(context, recent)
    return [
        CallLine(
            call=call,
            title=titles[call.id],
            rep=names.get(call.rep_id, "Somebody who left"),
            card=cards.get(call.id),
            reason=why_hear(call, cards.get(call.id)),
        )
        for call in recent
    ]


def _titles(context: Context, calls: tuple[CallRow, ...]) -> dict[str, str]:
    """Call id to its scenario's title; to the scenario's id when that is all there is."""
    scenarios = context.catalogue.scenarios
    now = {
        call.id: scenarios[call.scenario_id].title
        if call.scenario_id in scenarios
        else call.scenario_id
        for call in calls
    }
    return now | context.calls.titles(now)


def sample_people(context: Context) -> list[SamplePerson]:
    """Who can sign in by a button: nobody, unless the sample organisation is served."""
    if not context.settings.sample.organisation:
        return []
    people = [person for person in context.people.all() if person.is_sample]
    found = [SamplePerson(person.id, person.name, _role(context, person.id)) for person in people]
    order = list(ROLES.values())
    return sorted(found, key=lambda one: (order.index(one.role), one.name))


def _role(context: Context, person_id: str) -> str:
    held = {role for _, role in context.people.roles_of(person_id)}
    return next((name for role, name in ROLES.items() if role in held), ROLES["rep"])


@router.post("/sign-in", dependencies=[Depends(Anybody())])
def sign_in(request: Request, person: Annotated[str, Form()]) -> Response:
    """As one of the sample people; everybody else does not exist here."""
    context = context_of(request)
    if person not in {one.id for one in sample_people(context)}:
        raise NotThere
    answer = RedirectResponse("/", 303)
    cookie.sign_in(answer, context.secret, person)
    return answer


@router.post("/sign-out", dependencies=[Depends(Anybody())])
def sign_out() -> Response:
    answer = RedirectResponse("/", 303)
    cookie.sign_out(answer)
    return answer
