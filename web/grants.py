"""Who may use a route. Every route declares one Grant; create_app refuses a route without."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from storage.access import Action, led_teams, may
from storage.calls import CallRow
from storage.people import PersonRow, Roles
from storage.tables import Role
from web.context import context_of
from web.cookie import signed_in


class NotSignedIn(Exception):
    """Nobody is signed in where somebody must be."""


class NotAllowed(Exception):
    """The person may not do this."""


class NotThere(Exception):
    """There is no such thing, or the person may not know of it: both look the same."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in."""

    person: PersonRow
    roles: Roles

    def has(self, *wanted: Role) -> bool:
        return any(role in wanted for _, role in self.roles)

    @property
    def practice_team(self) -> str | None:
        """The id of the team this person makes calls in; None when they make none."""
        return min((team for team, role in self.roles if role == "rep"), default=None)

    @property
    def led_teams(self) -> frozenset[str]:
        return led_teams(self.roles)


@dataclass(frozen=True, slots=True)
class Granted:
    """A call that the visitor may use."""

    visitor: Visitor
    call: CallRow

    @property
    def own(self) -> bool:
        return self.call.rep_id == self.visitor.person.id


class Grant:
    """A route's answer to: who may? Used as Depends(grant)."""


class Anybody(Grant):
    """Signed in or not."""

    def __call__(self, connection: HTTPConnection) -> Visitor | None:
        return visitor_of(connection)


class Having(Grant):
    """Signed in, with one of these roles in some team."""

    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    def __call__(self, connection: HTTPConnection) -> Visitor:
        """Raises NotSignedIn, NotAllowed."""
        visitor = _required(connection)
        if not visitor.has(*self._roles):
            raise NotAllowed
        return visitor


class OfCall(Grant):
    """May do this to the call whose id is in the path."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def __call__(self, connection: HTTPConnection, call_id: str) -> Granted:
        """Raises NotSignedIn, NotThere."""
        visitor = _required(connection)
        call = context_of(connection).calls.get(call_id)
        if call is None or not may(visitor.person.id, visitor.roles, self._action, call=call):
            raise NotThere
        return Granted(visitor, call)


def visitor_of(connection: HTTPConnection) -> Visitor | None:
    """Who is signed in; None for nobody and for a person who is gone. Sample people come in
    only while the sample organisation is served."""
    context = context_of(connection)
    person_id = signed_in(connection, context.secret)
    person = context.people.get(person_id) if person_id else None
    if person is None or (person.is_sample and not context.settings.sample.organisation):
        return None
    return Visitor(person, context.people.roles_of(person.id))


def _required(connection: HTTPConnection) -> Visitor:
    visitor = visitor_of(connection)
    if visitor is None:
        raise NotSignedIn
    return visitor


def undeclared(routes: list[BaseRoute]) -> Iterator[str]:
    """Paths of the routes that declare no Grant; mounts hold files for everybody."""
    for route in routes:
        if isinstance(route, APIRoute | APIWebSocketRoute):
            asked = [one.call for one in route.dependant.dependencies]
            if not any(isinstance(call, Grant) for call in asked):
                yield route.path
        elif isinstance(route, Route | WebSocketRoute):
            yield route.path
        elif not isinstance(route, Mount):
            yield str(route)
