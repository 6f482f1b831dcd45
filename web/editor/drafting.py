"""Drafting a scenario with the configured model, from a pasted document or a finished call."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from agents.scenario_draft import Draft, call_text, checked_document, drafted
from agents.worker import words_model
from configs.fault import Fault
from configs.settings import Settings
from configs.toml_writer import scenario_toml
from web.context import Context, context_of
from web.editor.editing import Writer
from web.editor.library_pages import free_id, new_page
from web.editor.posted import clean, require_small
from web.editor.values import DRAFT_NOTES, UNSOURCED, name_of, slug, table_of, values_of
from web.grants import Granted, NotThere, OfCall

router = APIRouter()


@router.post("/library/draft")
def from_document(
    request: Request, visitor: Writer, document: Annotated[str, Form()] = ""
) -> Response:
    require_small(request)
    context, text = context_of(request), clean(document)
    try:
        draft = _drafted(context.settings, checked_document(text))
    except Fault as fault:
        return new_page(request, visitor, status=422, document=text, draft_fault=fault)
    return _kept(context, visitor.person.id, draft, {})


@router.post("/calls/{call_id}/draft")
def from_call(
    request: Request, visitor: Writer, granted: Annotated[Granted, Depends(OfCall("see_call"))]
) -> Response:
    """What the rep is called does not leave this machine with the transcript."""
    context, call = context_of(request), granted.call
    transcript = context.calls.transcript(call.id)
    if transcript is None:
        raise NotThere
    rep = context.people.get(call.rep_id)
    held_with = context.held_with(call)
    known: dict[str, Any] = {}
    if held_with and held_with.persona.id in context.catalogue.personas:
        scenario = held_with.scenario
        known = {"persona": held_with.persona.id, "rubric": scenario.rubric}
        known |= {"minutes": scenario.minutes}
    try:
        text = checked_document(call_text(transcript, [rep.name] if rep else []))
        draft = _drafted(context.settings, text)
    except Fault as fault:
        return new_page(request, visitor, status=422, draft_fault=fault)
    return _kept(context, visitor.person.id, draft, known)


def _drafted(settings: Settings, document: str) -> Draft:
    """One request of a minute, on this thread. Raises Fault as drafted() does."""

    async def ask() -> Draft:
        model = words_model(settings)
        try:
            return await drafted(model, document)
        finally:
            if model is not None:
                await model.aclose()

    return asyncio.run(ask())


def _kept(context: Context, person_id: str, draft: Draft, known: dict[str, Any]) -> Response:
    library = context.library
    table = {**draft.table, **known}
    sources = {name_of(keys): one or UNSOURCED for keys, one in draft.sources.items()}
    if draft.notes:
        sources[DRAFT_NOTES] = "\n".join(draft.notes)
    # Through the form, as all that is saved here: ids are made there.
    written = table_of(values_of(table))
    scenario_id = free_id(library, slug(str(table.get("title", ""))) or "drafted")
    library.versions.save(scenario_id, scenario_toml(written), person_id, sources=sources)
    return RedirectResponse(f"/library/{scenario_id}", 303)
