from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.access import Action, led_teams, may
from storage.calls import CallRow
from storage.people import Roles
from storage.tables import CallState, Role

TEAMS = ["north", "south", "west"]
PEOPLE = ["ann", "ben", "mia"]
ACTIONS: tuple[Action, ...] = get_args(Action)
CONTENT: tuple[Action, ...] = ("see_call", "hear_call")


def _call(
    rep_id: str = "ann",
    team_id: str = "north",
    state: CallState = "scored",
    tried: int | None = None,
) -> CallRow:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return CallRow(
        "ab", rep_id, team_id, "s", state, at, None, None, False, False, None, {}, (), None, tried
    )


rows = st.builds(
    _call,
    st.sampled_from(PEOPLE),
    st.sampled_from(TEAMS),
    st.sampled_from(get_args(CallState)),
    st.sampled_from([None, 1]),
)
held = st.frozensets(st.tuples(st.sampled_from(TEAMS), st.sampled_from(get_args(Role))))
people = st.sampled_from(PEOPLE)
actions = st.sampled_from(ACTIONS)


@given(people, held, actions, rows)
def test_without_a_role_in_the_team_only_the_own_rep_gets_anything(
    person: str, roles: Roles, action: Action, call: CallRow
) -> None:
    elsewhere = frozenset(one for one in roles if one[0] != call.team_id)
    if may(person, elsewhere, action, call=call):
        assert person == call.rep_id
        assert action in CONTENT
    assert not may(person, elsewhere, action, team_id=call.team_id)


@given(people, held, actions, rows)
def test_an_admin_role_grants_nothing_that_was_not_granted_without_it(
    person: str, roles: Roles, action: Action, call: CallRow
) -> None:
    admin: Roles = frozenset({(call.team_id, "admin")})
    with_admin = roles | admin
    assert may(person, with_admin, action, call=call) == may(person, roles, action, call=call)
    assert may(person, with_admin, action, team_id=call.team_id) == may(
        person, roles, action, team_id=call.team_id
    )


@given(people, held, held, actions, rows)
def test_more_roles_never_take_a_grant_away(
    person: str, roles: Roles, more: Roles, action: Action, call: CallRow
) -> None:
    if may(person, roles, action, call=call):
        assert may(person, roles | more, action, call=call)


@given(people, held, actions)
def test_nothing_is_granted_about_nothing(person: str, roles: Roles, action: Action) -> None:
    assert not may(person, roles, action)


@given(people, held, rows)
def test_a_rep_never_meets_the_call_of_another_rep(
    person: str, roles: Roles, call: CallRow
) -> None:
    only_rep = frozenset((team, role) for team, role in roles if role == "rep")
    for action in ACTIONS:
        if may(person, only_rep, action, call=call):
            assert person == call.rep_id


@given(held)
def test_led_teams_are_those_whose_calls_may_be_listed(roles: Roles) -> None:
    assert led_teams(roles) == {t for t in TEAMS if may("x", roles, "list_team_calls", team_id=t)}


@pytest.mark.parametrize("role", ["manager", "team_lead"])
@pytest.mark.parametrize("action", CONTENT)
def test_who_leads_a_team_sees_and_hears_its_calls(role: Role, action: Action) -> None:
    assert may("mia", frozenset({("north", role)}), action, call=_call())
    assert not may("mia", frozenset({("south", role)}), action, call=_call())


def test_a_rep_sees_own_calls_even_after_leaving_the_team() -> None:
    assert may("ann", frozenset(), "see_call", call=_call())
    assert not may("ben", frozenset({("north", "rep")}), "see_call", call=_call())


def test_only_reps_start_calls_and_only_their_own() -> None:
    rep: Roles = frozenset({("north", "rep")})
    assert may("ann", rep, "start_call", team_id="north")
    assert not may("ann", rep, "start_call", team_id="south")
    assert not may("mia", frozenset({("north", "manager")}), "start_call", team_id="north")
    assert may("ann", rep, "start_call", call=_call(state="live"))
    assert not may("ann", rep, "start_call", call=_call(state="recorded"))
    assert not may("ben", rep, "start_call", call=_call(state="live"))


def test_a_team_lead_tries_drafts_and_only_the_lead_hears_it() -> None:
    lead: Roles = frozenset({("north", "team_lead")})
    assert may("ann", lead, "try_draft", team_id="north")
    assert not may("ann", lead, "try_draft", team_id="south")
    assert not may("ann", lead, "start_call", team_id="north")
    for role in ("rep", "manager", "admin"):
        assert not may("ann", frozenset({("north", role)}), "try_draft", team_id="north")
    assert may("ann", lead, "start_call", call=_call(state="live", tried=1))
    assert not may("ann", lead, "start_call", call=_call(state="live"))
    for action in CONTENT:
        assert may("ann", lead, action, call=_call(tried=1))
        assert not may("mia", lead, action, call=_call(tried=1))


def test_an_action_nobody_wrote_a_rule_for_is_denied() -> None:
    everything = frozenset((team, role) for team in TEAMS for role in get_args(Role))
    unknown: Action = "delete_call"  # type: ignore[assignment]
    assert not may("ann", everything, unknown, call=_call(), team_id="north")
