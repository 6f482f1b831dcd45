"""Renders templates, with what every page's frame needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from web import wording
from web.grants import Visitor, visitor_of

WEB: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    here: bool


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for spoken in (
        wording.clock,
        wording.lasted,
        wording.figure,
        wording.interval,
        wording.day,
        wording.iso,
        wording.sentence,
        wording.mark,
    ):
        environment.filters[spoken.__name__] = spoken
    environment.globals.update(
        first_moves=wording.FIRST_MOVES,
        objection_ends=wording.OBJECTION_ENDS,
        engine_roles=wording.ENGINE_ROLES,
        role_names=wording.ROLES,
        kinds=wording.KINDS,
    )
    return environment


_ENVIRONMENT: Final = _environment()


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    visitor: Visitor | None = None,
    anonymous: bool = False,
    **values: Any,
) -> HTMLResponse:
    """The page as an answer. Without a visitor, the one who is signed in is looked up; not so
    when `anonymous`, for an answer that must need no database."""
    if visitor is None and not anonymous:
        visitor = visitor_of(request)
    page = _ENVIRONMENT.get_template(template).render(
        person=visitor.person if visitor else None,
        links=_links(visitor, request.url.path),
        **values,
    )
    return HTMLResponse(page, status)


def _links(visitor: Visitor | None, path: str) -> list[Link]:
    if visitor is None:
        return []
    home = "Practice" if visitor.practice_team else "Team" if visitor.led_teams else "Home"
    library = [("Library", "/library")] if visitor.has("team_lead") else []
    pages = (home, "/"), *library, ("Engines", "/engines")
    return [Link(label, href, _is_under(path, href)) for label, href in pages]


def _is_under(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
