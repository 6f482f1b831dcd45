"""Who may do what with a call. Denied unless a rule here grants it; nothing is looked up."""

from typing import Literal

from storage.calls import CallRow
from storage.people import Roles
from storage.tables import Role

Action = Literal["see_call", "hear_call", "start_call", "try_draft", "list_team_calls"]

_LEADS: tuple[Role, ...] = ("manager", "team_lead")


def may(
    person_id: str,
    roles: Roles,
    action: Action,
    *,
    call: CallRow | None = None,
    team_id: str | None = None,
) -> bool:
    """Whether a person with these roles (People.roles_of) may do it.

    see_call (scorecard, transcript) and hear_call are asked about a `call`: the rep's own, or one
    made in a team the person leads. list_team_calls and start_call are asked about a `team_id`;
    start_call also about a `call` of one's own that is still live, to take its line. try_draft is
    asked about a `team_id`: a team lead talks to a scenario that is not published, and that call
    is nobody else's to see or hear. An admin looks after people and machines and, as such, sees
    and hears no call.
    """
    if action in ("see_call", "hear_call"):
        return call is not None and (call.rep_id == person_id or _leads(roles, call))
    if action == "start_call":
        return _may_start(person_id, roles, call, team_id)
    if action == "try_draft":
        return _has(roles, team_id, "team_lead")
    return action == "list_team_calls" and _has(roles, team_id, *_LEADS)


def led_teams(roles: Roles) -> frozenset[str]:
    """Ids of the teams whose calls the person may list: what Calls.list_for_teams takes."""
    return frozenset(team for team, _ in roles if may("", roles, "list_team_calls", team_id=team))


def _may_start(person_id: str, roles: Roles, call: CallRow | None, team_id: str | None) -> bool:
    if call is not None:
        own = call.rep_id == person_id and call.state == "live"
        caller: Role = "rep" if call.tried_version_id is None else "team_lead"
        return own and _has(roles, call.team_id, caller)
    return _has(roles, team_id, "rep")


def _leads(roles: Roles, call: CallRow) -> bool:
    return call.tried_version_id is None and _has(roles, call.team_id, *_LEADS)


def _has(roles: Roles, team_id: str | None, *wanted: Role) -> bool:
    return any((team_id, role) in roles for role in wanted)
