from datetime import UTC

import pytest

from configs.fault import Fault
from storage.database import Database
from storage.people import MemberRow, People
from storage.seed import seed_people


def test_a_person_comes_back_as_added_with_an_aware_time(people: People) -> None:
    added = people.add("zoe", "Zoë Ø", is_sample=True)
    assert people.get("zoe") == added
    assert added.created_at.tzinfo is UTC


def test_nobody_is_none(people: People) -> None:
    assert people.get("nobody") is None
    assert people.roles_of("nobody") == frozenset()
    assert people.team_members("nowhere") == ()


def test_everybody_comes_by_name(people: People) -> None:
    assert [person.id for person in people.all()] == ["ada", "ann", "ben", "lee", "mia"]
    assert [team.id for team in people.teams()] == ["north", "south"]


def test_an_id_is_taken_once(people: People) -> None:
    with pytest.raises(Fault) as person:
        people.add("ann", "Another Ann")
    with pytest.raises(Fault) as team:
        people.add_team("north", "Another north")
    assert (person.value.code, team.value.code) == ("person-id-taken", "team-id-taken")
    assert "Ann" not in str(person.value)


def test_a_person_has_different_roles_in_different_teams(people: People) -> None:
    people.join("ann", "south", "manager")
    people.join("ann", "south", "manager")
    assert people.roles_of("ann") == {("north", "rep"), ("south", "manager")}
    people.leave("ann", "north", "rep")
    people.leave("ann", "north", "rep")
    assert people.roles_of("ann") == {("south", "manager")}


def test_members_of_a_team_come_with_their_roles(people: People) -> None:
    people.join("mia", "north", "rep")
    members = [(m.person.id, m.role) for m in people.team_members("north")]
    assert members == [
        ("ada", "admin"),
        ("ann", "rep"),
        ("ben", "rep"),
        ("mia", "manager"),
        ("mia", "rep"),
    ]
    assert isinstance(people.team_members("north")[0], MemberRow)


@pytest.mark.parametrize(
    ("person", "team", "code"),
    [("nobody", "north", "person-not-there"), ("ann", "nowhere", "team-not-there")],
)
def test_joining_needs_a_person_and_a_team(
    people: People, person: str, team: str, code: str
) -> None:
    with pytest.raises(Fault) as fault:
        people.join(person, team, "rep")
    assert fault.value.code == code


def test_seeding_again_changes_names_only_and_keeps_roles_given_since(
    database: Database, people: People
) -> None:
    people.join("ben", "south", "rep")
    before = people.get("ann")
    seed_people(database, [("ann", "Ann New")], [("north", "North")], [("ann", "north", "rep")])
    after = people.get("ann")
    assert before is not None
    assert after is not None
    assert (after.name, after.created_at) == ("Ann New", before.created_at)
    assert people.roles_of("ben") == {("north", "rep"), ("south", "rep")}
    assert len(people.all()) == 5
