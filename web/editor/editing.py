"""The page that a scenario is written on."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from configs.catalogue import Catalogue
from configs.fault import Fault, PlacedFault
from configs.scenario_reader import scenario_faults, scenario_of_table, whole_table
from configs.toml_reader import Place
from configs.toml_writer import scenario_toml
from storage.access import may
from storage.held_with import HeldWith
from storage.scenario_versions import changed_meanwhile
from web.context import Context, context_of
from web.editor.briefing_view import BriefingView
from web.editor.form import REPEATED
from web.editor.posted import Posted
from web.editor.values import (
    SOURCE,
    Values,
    compacted,
    sources_of,
    table_of,
    values_of,
    with_entry,
    without_entry,
)
from web.editor.view import form_view
from web.editor.written import Written, all_written, around_of, written
from web.grants import Having, NotAllowed, Visitor
from web.pages import render
from web.scenarios import require_room

router = APIRouter()
Writer = Annotated[Visitor, Depends(Having("team_lead"))]
_FROM_A_FILE: Final = 0
"""Instead of a version's id, on a call that tries what no version was written of."""


@router.get("/library/{scenario_id}")
def edit(request: Request, scenario_id: str, visitor: Writer) -> Response:
    shown = written(context_of(request).library, scenario_id)
    values = _as_typed(shown)
    return _page(request, visitor, shown, values)


@router.post("/library/{scenario_id}")
def change(request: Request, scenario_id: str, visitor: Writer, posted: Posted) -> Response:
    """`do` says what: save, look, add:<group>, remove:<group>.<n>, check, try."""
    context = context_of(request)
    shown = written(context.library, scenario_id)
    do, _, what = posted.pop("do", "save").partition(":")
    stamp = posted.pop("stamp", "")
    values = compacted(posted)
    if do == "add" and what in REPEATED:
        return _page(request, visitor, shown, with_entry(values, what), stamp=stamp, fresh=what)
    if do == "remove":
        group, _, n = what.partition(".")
        # Of the entries as they were sent: the empty ones still count.
        left = without_entry(posted, group, int(n)) if n.isdigit() else values
        return _page(request, visitor, shown, left, stamp=stamp, fresh=group)
    if do == "look":
        return _page(request, visitor, shown, values, stamp=stamp)
    try:
        shown = _saved(context, visitor, shown, values, stamp)
    except Fault as fault:
        return _page(request, visitor, shown, values, stamp=stamp, fault=fault)
    if do == "try":
        try:
            return _tried(context, visitor, shown)
        except Fault as fault:
            return _page(request, visitor, shown, values, fault=fault)
    return RedirectResponse(f"/library/{scenario_id}{'/check' if do == 'check' else ''}", 303)


@router.post("/library/{scenario_id}/preview")
def preview(request: Request, scenario_id: str, visitor: Writer, posted: Posted) -> Response:
    """What stands beside the form, for a form that is being filled in."""
    context = context_of(request)
    written(context.library, scenario_id)
    return render(
        request,
        "editor_preview.html",
        visitor=visitor,
        **_seen(context, scenario_id, compacted(posted)),
    )


def _page(
    request: Request,
    visitor: Visitor,
    shown: Written,
    values: Values,
    *,
    stamp: str | None = None,
    fault: Fault | None = None,
    fresh: str = "",
) -> Response:
    """`fresh`: the group that was just added to or taken from."""
    context = context_of(request)
    return render(
        request,
        "editor.html",
        status=200 if fault is None else 409,
        visitor=visitor,
        scenario_id=shown.scenario_id,
        shown=shown,
        stamp=shown.stamp if stamp is None else stamp,
        unsaved=stamp is not None,
        variants=_variants(context, shown.scenario_id),
        fault=fault,
        fresh=fresh,
        **_seen(context, shown.scenario_id, values),
    )


def _seen(context: Context, scenario_id: str, values: Values) -> dict[str, Any]:
    """The form, and what the rep would read of it."""
    table = table_of(values)
    around = around_of(context.library, table)
    faults = scenario_faults(scenario_id, table, around)
    whole = _whole(table, around)
    base = around.scenarios.get(str(table.get("variant_of")))
    return {
        "form": form_view(values, faults, around),
        "brief": BriefingView.of(whole),
        "persona": around.personas.get(str(whole.get("persona"))),
        "variant_of": table.get("variant_of"),
        "base_title": base.title if base else table.get("variant_of"),
    }


def _whole(table: Mapping[str, Any], around: Catalogue) -> Mapping[str, Any]:
    try:
        return whole_table(table, around, Place("scenario", ""))
    except PlacedFault:
        return table


def _variants(context: Context, scenario_id: str) -> dict[str, str]:
    """Id to title, drafts too."""
    tables = {one: row.table for one, row in all_written(context.library).items()}
    return {
        one: str(table.get("title", one))
        for one, table in tables.items()
        if table.get("variant_of") == scenario_id
    }


def _saved(
    context: Context, visitor: Visitor, shown: Written, values: Values, stamp: str
) -> Written:
    """As a draft, unless nothing was changed. Raises Fault scenario-changed-meanwhile."""
    table = table_of(values)
    if table == table_of(values_of(shown.table)):
        return shown
    if shown.stamp != stamp:
        raise changed_meanwhile()
    context.library.versions.save(
        shown.scenario_id,
        scenario_toml(table),
        visitor.person.id,
        before=shown.newest_toml,
        sources=sources_of(values),
    )
    return written(context.library, shown.scenario_id)


def _tried(context: Context, visitor: Visitor, shown: Written) -> Response:
    """A call of the lead's own with what is written. Raises Fault: as the scenario's reader,
    disk-full."""
    me = visitor.person.id, visitor.roles
    leads = sorted(team for team, role in visitor.roles if role == "team_lead")
    team_id = next((one for one in leads if may(*me, "try_draft", team_id=one)), None)
    if team_id is None:
        raise NotAllowed
    around = around_of(context.library, shown.table)
    place = Place("scenario", shown.scenario_id)
    scenario = scenario_of_table(shown.scenario_id, shown.table, around, place)
    require_room(context, scenario)
    call = context.calls.start(
        visitor.person.id,
        team_id,
        scenario.id,
        held_with=HeldWith.of(scenario, around.personas),
        tried_version_id=shown.version.id if shown.version else _FROM_A_FILE,
    )
    return RedirectResponse(f"/calls/{call.id}/call", 303)


def _as_typed(shown: Written) -> Values:
    values = values_of(shown.table)
    return values | {name + SOURCE: text for name, text in shown.sources.items()}
