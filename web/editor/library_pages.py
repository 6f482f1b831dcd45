"""What there is to rehearse, for those who write it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, UploadFile
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from agents.worker import words_model_name
from configs.fault import Fault
from configs.scenario_reader import parse_scenario, scenario_faults
from configs.toml_reader import Place
from configs.toml_writer import scenario_toml
from storage.scenario_versions import VersionRow
from web.context import Context, context_of
from web.editor.editing import Writer
from web.editor.posted import clean, require_small
from web.editor.values import slug, table_of, values_of
from web.editor.written import all_written, around_of, written
from web.grants import NotThere, Visitor
from web.library import Library
from web.pages import render

router = APIRouter()
OF_A_BASE: Final = (
    "briefing",
    "goal",
    "product_facts",
    "facts",
    "objections",
    "concessions",
    "gatekeeper",
)
"""What a new variant starts with a copy of: its writer is to change all of it."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A row of the library."""

    id: str
    title: str
    kind: str | None
    persona: str
    """The name; "" when none was chosen yet."""
    state: str
    """draft, published, archived, or file."""
    in_use: bool
    """That reps meet it as it is published or shipped, whatever is drafted."""
    checked: bool | None
    """Whether the check passed on this very text; None when it was not run."""
    variants: tuple["Shelved", ...]


@router.get("/library")
def library(request: Request, visitor: Writer) -> Response:
    context = context_of(request)
    return render(
        request,
        "library.html",
        visitor=visitor,
        shelf=list(_shelf(context)),
        faults=context.catalogue.faults,
    )


@router.get("/library/new")
def new(request: Request, visitor: Writer) -> Response:
    return new_page(request, visitor)


def new_page(request: Request, visitor: Visitor, *, status: int = 200, **typed: Any) -> Response:
    """The ways to begin; `typed`: what was sent, and the fault with it."""
    shown: dict[str, Any] = {"title": "", "text": "", "name": "", "document": ""}
    shown |= {"title_fault": None, "import_fault": None, "draft_fault": None}
    shown["draft_model"] = words_model_name(context_of(request).settings)
    return render(request, "library_new.html", status=status, visitor=visitor, **{**shown, **typed})


@router.post("/library")
def begin(request: Request, visitor: Writer, title: Annotated[str, Form()] = "") -> Response:
    """An empty draft with a title."""
    library = context_of(request).library
    title = clean(title).strip()
    if not slug(title):
        fault = Fault("scenario-no-title", "Expected a title, a few words.", "Write one.")
        return new_page(request, visitor, status=422, title=title, title_fault=fault)
    scenario_id = free_id(library, slug(title))
    table = {"title": title, "language": "en"}
    library.versions.save(scenario_id, scenario_toml(table), visitor.person.id)
    return RedirectResponse(f"/library/{scenario_id}", 303)


@router.post("/library/import")
def take_in(
    request: Request,
    visitor: Writer,
    file: UploadFile | None = None,
    text: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
) -> Response:
    """A draft from a TOML file or pasted text. What the form has no field for is refused, so that
    nothing is lost on the way."""
    require_small(request)
    library = context_of(request).library
    try:
        if file is not None and file.filename:
            text = _decoded(file)
            name = name or file.filename.removesuffix(".toml")
        table = _taken_in(clean(text), library)
    except Fault as fault:
        return new_page(request, visitor, status=422, text=text, name=name, import_fault=fault)
    wanted = slug(name, 8) or slug(str(table.get("title", ""))) or "imported"
    scenario_id = free_id(library, wanted)
    library.versions.save(scenario_id, scenario_toml(table), visitor.person.id)
    return RedirectResponse(f"/library/{scenario_id}", 303)


@router.get("/library/{scenario_id}/toml")
def export(request: Request, visitor: Writer, scenario_id: str, n: int | None = None) -> Response:
    """The text as a file to be kept; `n`: of that version."""
    shown = written(context_of(request).library, scenario_id)
    text = shown.toml if n is None else _version(shown.history, n).toml
    disposition = f'attachment; filename="{scenario_id}.toml"'
    headers = {"content-disposition": disposition}
    return PlainTextResponse(text, media_type="application/toml", headers=headers)


@router.post("/library/{scenario_id}/variant")
def duplicate(request: Request, visitor: Writer, scenario_id: str) -> Response:
    """A draft of a variant: the base's facts and objections to be changed, wordings as there. Of
    a variant, another variant of its base."""
    library = context_of(request).library
    table = written(library, scenario_id).table
    base_id = str(table.get("variant_of", scenario_id))
    base = written(library, base_id).table
    whole = {**base, **table}
    n = 2 + sum(row.table.get("variant_of") == base_id for row in all_written(library).values())
    copied: dict[str, Any] = {
        "variant_of": base_id,
        "title": f"{base.get('title', '')} {n}".strip(),
    }
    copied |= {key: whole[key] for key in ("persona", *OF_A_BASE) if key in whole}
    new_id = free_id(library, f"{base_id}-{n}")
    library.versions.save(new_id, scenario_toml(copied), visitor.person.id)
    return RedirectResponse(f"/library/{new_id}", 303)


@router.post("/library/{scenario_id}/archive")
def archive(request: Request, visitor: Writer, scenario_id: str) -> Response:
    """Raises Fault: scenario-not-there for a shipped one, scenario-has-variants."""
    context = context_of(request)
    written(context.library, scenario_id)
    if scenario_id not in context.library.from_files.sources:
        variants = [one.id for one in context.catalogue.variants_of(scenario_id)]
        if variants:
            said = "expected no published variant, and this scenario is the base of some."
            raise Fault("scenario-has-variants", said, "Archive its variants first.")
    context.library.versions.archive(scenario_id)
    return RedirectResponse("/library", 303)


@router.post("/library/{scenario_id}/take-up")
def take_up(
    request: Request, visitor: Writer, scenario_id: str, n: Annotated[int, Form()]
) -> Response:
    """An old version's text as the draft."""
    library = context_of(request).library
    shown = written(library, scenario_id)
    old = _version(shown.history, n)
    library.versions.save(
        scenario_id, old.toml, visitor.person.id, before=shown.newest_toml, sources=old.sources
    )
    return RedirectResponse(f"/library/{scenario_id}", 303)


def free_id(library: Library, wanted: str) -> str:
    """An id that nothing has: the wanted one, or with a number behind it."""
    taken = {*library.catalogue.sources, *library.versions.newest()}
    n, found = 1, wanted
    while found in taken or found in ("new", "import"):
        n += 1
        found = f"{wanted}-{n}"
    return found


def _shelf(context: Context) -> Iterator[Shelved]:
    rows = all_written(context.library)
    tables = {one: row.table for one, row in rows.items()}
    published = set(context.catalogue.scenarios)
    personas = context.catalogue.personas

    def shelved(scenario_id: str, variants: tuple[Shelved, ...] = ()) -> Shelved:
        row, table = rows[scenario_id], tables[scenario_id]
        base = tables.get(str(table.get("variant_of")), {})
        persona = personas.get(str(table.get("persona", base.get("persona"))))
        report = row.version.report if row.version else None
        return Shelved(
            id=scenario_id,
            title=str(table.get("title", scenario_id)),
            kind=table.get("kind", base.get("kind")),
            persona=persona.name if persona else "",
            state=row.state,
            in_use=scenario_id in published,
            checked=None if report is None else bool(report.get("passed")),
            variants=variants,
        )

    for scenario_id, table in sorted(tables.items(), key=lambda one: str(one[1].get("title"))):
        base_id = table.get("variant_of")
        if base_id is None or base_id not in tables:
            of_it = [one for one, t in tables.items() if t.get("variant_of") == scenario_id]
            yield shelved(scenario_id, tuple(shelved(one) for one in sorted(of_it)))


def _version(history: tuple[VersionRow, ...], n: int) -> VersionRow:
    for row in history:
        if row.n == n:
            return row
    raise NotThere


def _decoded(file: UploadFile) -> str:
    try:
        return file.file.read().decode()
    except UnicodeDecodeError:
        said = "expected UTF-8 text, and the file holds something else."
        raise Fault("scenario-not-toml", said, "Save the file as UTF-8.") from None


def _taken_in(text: str, library: Library) -> dict[str, Any]:
    """Raises Fault: scenario-not-toml, scenario-key-unknown, scenario-value-not-valid."""
    if not text.strip():
        raise Fault("scenario-not-toml", "Expected TOML, and nothing came.", "Choose a file.")
    table = dict(parse_scenario(text, Place("scenario", "The text")))
    kept = table_of(values_of(table))
    if kept != _stripped(table):
        faults = scenario_faults("imported", table, around_of(library, table))
        for fault in faults:
            if fault.code in ("scenario-key-unknown", "scenario-value-not-valid"):
                raise fault
        said = "expected only what the form has a field for."
        raise Fault("scenario-value-not-valid", said, "Compare it with an exported scenario.")
    return kept


def _stripped(value: Any) -> Any:
    """As the form keeps it: without spaces around, and without what is empty."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        parts = {key: _stripped(one) for key, one in value.items()}
        return {key: one for key, one in parts.items() if one not in ("", [], {})}
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    return value
