"""Puts an organisation that is given as values into the database."""

from collections.abc import Iterable

from sqlmodel import Session

from storage.database import Database
from storage.tables import Membership, Person, Role, Team


def seed_people(
    database: Database,
    people: Iterable[tuple[str, str]],
    teams: Iterable[tuple[str, str]],
    memberships: Iterable[tuple[str, str, Role]],
    *,
    is_sample: bool = True,
) -> None:
    """Makes sure that they are all there, in one transaction; doing it again changes nothing.

    `people` and `teams`: (id, name), a name that has changed is brought up to date.
    `memberships`: (person id, team id, role); roles that people have besides are left to them.
    Raises Fault: disk-full and the others of Database.writing.
    """
    with database.writing() as session:
        for person_id, name in people:
            _put_person(session, person_id, name, is_sample)
        for team_id, name in teams:
            session.merge(Team(id=team_id, name=name))
        session.flush()
        for person_id, team_id, role in memberships:
            session.merge(Membership(person_id=person_id, team_id=team_id, role=role))


def _put_person(session: Session, person_id: str, name: str, is_sample: bool) -> None:
    person = session.get(Person, person_id)
    if person is None:
        session.add(Person(id=person_id, name=name, is_sample=is_sample))
    else:
        person.name = name
