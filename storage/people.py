"""People, teams, and who is what in which team."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from configs.fault import Fault
from storage.database import Database
from storage.tables import Membership, Person, Role, Team

Roles = frozenset[tuple[str, Role]]
"""Of one person: (team id, role)."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: str
    name: str
    is_sample: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TeamRow:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One role of one person; a person with two roles in a team comes twice."""

    person: PersonRow
    role: Role


class People:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, person_id: str, name: str, *, is_sample: bool = False) -> PersonRow:
        """Raises Fault person-id-taken."""
        try:
            with self._database.writing() as session:
                person = Person(id=person_id, name=name, is_sample=is_sample)
                session.add(person)
                session.flush()
                return _person_row(person)
        except IntegrityError as error:
            raise _taken("person") from error

    def add_team(self, team_id: str, name: str) -> TeamRow:
        """Raises Fault team-id-taken."""
        try:
            with self._database.writing() as session:
                session.add(Team(id=team_id, name=name))
                return TeamRow(team_id, name)
        except IntegrityError as error:
            raise _taken("team") from error

    def join(self, person_id: str, team_id: str, role: Role) -> None:
        """Gives a person a role in a team; doing it twice changes nothing. Raises Fault:
        person-not-there, team-not-there."""
        with self._database.writing() as session:
            require_person(session, person_id)
            require_team(session, team_id)
            session.merge(Membership(person_id=person_id, team_id=team_id, role=role))

    def leave(self, person_id: str, team_id: str, role: Role) -> None:
        """Takes a role away; nothing happens when the person had it not."""
        with self._database.writing() as session:
            membership = session.get(Membership, (person_id, team_id, role))
            if membership is not None:
                session.delete(membership)

    def get(self, person_id: str) -> PersonRow | None:
        with self._database.reading() as session:
            person = session.get(Person, person_id)
            return None if person is None else _person_row(person)

    def all(self) -> tuple[PersonRow, ...]:
        """By name."""
        with self._database.reading() as session:
            people = session.exec(select(Person).order_by(col(Person.name), col(Person.id)))
            return tuple(_person_row(person) for person in people)

    def teams(self) -> tuple[TeamRow, ...]:
        """By name."""
        with self._database.reading() as session:
            teams = session.exec(select(Team).order_by(col(Team.name), col(Team.id)))
            return tuple(TeamRow(team.id, team.name) for team in teams)

    def team_members(self, team_id: str) -> tuple[MemberRow, ...]:
        """By name; empty for a team that is not there."""
        members = (
            select(Person, Membership)
            .join(Membership, col(Membership.person_id) == col(Person.id))
            .where(col(Membership.team_id) == team_id)
            .order_by(col(Person.name), col(Person.id), col(Membership.role))
        )
        with self._database.reading() as session:
            return tuple(MemberRow(_person_row(p), m.role) for p, m in session.exec(members))

    def roles_of(self, person_id: str) -> Roles:
        """Empty for a person who is not there or in no team."""
        with self._database.reading() as session:
            held = select(Membership).where(col(Membership.person_id) == person_id)
            return frozenset((m.team_id, m.role) for m in session.exec(held))


def require_person(session: Session, person_id: str) -> None:
    """Raises Fault person-not-there. The id is not repeated: it may be made of a name."""
    if session.get(Person, person_id) is None:
        said = "expected the id of a person of the organisation, and there is none with this one."
        raise Fault("person-not-there", said, "Choose a person from the list.")


def require_team(session: Session, team_id: str) -> None:
    """Raises Fault team-not-there."""
    if session.get(Team, team_id) is None:
        said = "expected the id of a team of the organisation, and there is none with this one."
        raise Fault("team-not-there", said, "Choose a team from the list.")


def _taken(noun: str) -> Fault:
    said = f"expected an id of its own for the {noun}, and it is taken by another {noun}."
    return Fault(f"{noun}-id-taken", said, "Choose another id.")


def _person_row(person: Person) -> PersonRow:
    return PersonRow(person.id, person.name, person.is_sample, person.created_at)
