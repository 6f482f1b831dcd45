"""The sample organisation: made-up people and their first calls, so that no page starts empty."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from configs.toml_reader import Place, read_dataclass, read_table

Role = Literal["rep", "manager", "team_lead"]


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    team_lead: str
    """A person's id."""
    manager: str
    """A person's id."""
    reps: tuple[str, ...]
    """Ids of people."""


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A call to be made by running the pipeline over a demo's sound."""

    id: str
    rep: str
    """A person's id."""
    scenario: str
    """Of the demo that is played."""
    n_days_ago: int
    """Before the day of the first start."""
    seed: int
    """Picks the buyer's wordings."""


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    people: tuple[Person, ...]
    teams: tuple[Team, ...]
    sample_calls: tuple[SampleCall, ...] = ()

    def person(self, person_id: str) -> Person:
        """Raises KeyError when nobody has that id."""
        found = {person.id: person for person in self.people}
        return found[person_id]

    def with_role(self, role: Role) -> tuple[Person, ...]:
        return tuple(person for person in self.people if role in person.roles)


def sample_organisation() -> Organisation:
    """The shipped organisation.

    Raises Fault: organisation-not-toml, organisation-key-unknown, organisation-key-missing,
    organisation-value-not-valid, organisation-id-twice, organisation-reference-unknown.
    """
    file = files("configs") / "organisation.toml"
    place = Place("organisation", file.name)
    organisation = read_dataclass(Organisation, read_table(file, "organisation"), place)
    _check(organisation, place)
    return organisation


def _check(organisation: Organisation, place: Place) -> None:
    _check_once((one.id for one in organisation.people), place.at("people"))
    _check_once((one.id for one in organisation.teams), place.at("teams"))
    _check_once((one.id for one in organisation.sample_calls), place.at("sample_calls"))
    for index, team in enumerate(organisation.teams):
        at = place.at("teams").nth(index)
        _check_role(organisation, team.team_lead, "team_lead", at.at("team_lead"))
        _check_role(organisation, team.manager, "manager", at.at("manager"))
        for rep in team.reps:
            _check_role(organisation, rep, "rep", at.at("reps"))
    for index, call in enumerate(organisation.sample_calls):
        _check_role(organisation, call.rep, "rep", place.at("sample_calls").nth(index).at("rep"))


def _check_once(ids: Iterable[str], place: Place) -> None:
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        said = f'expected every id once, and "{twice[0]}" is there again.'
        raise place.fault("id-twice", said, "Rename one of them.")


def _check_role(organisation: Organisation, person_id: str, role: Role, place: Place) -> None:
    known = [person.id for person in organisation.with_role(role)]
    if person_id not in known:
        said = f'expected the id of a person with the role "{role}", and none has this one.'
        raise place.fault("reference-unknown", said, "Known: " + ", ".join(known) + ".")
