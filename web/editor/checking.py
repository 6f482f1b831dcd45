"""The check before publishing: synthetic reps hold calls, and what came of them is a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from agents.scenario_lint import MARGIN, N_CALLS, PASS_BAR
from configs.catalogue import Catalogue
from configs.fault import Fault
from configs.scenario import Scenario
from configs.scenario_reader import scenario_of_table
from configs.toml_reader import Place
from storage.scenario_versions import VersionRow
from web.context import Context, context_of
from web.editor.editing import Writer
from web.editor.lint_runs import LintProgress, LintWork
from web.editor.posted import clean
from web.editor.written import Written, all_written, around_of, written
from web.pages import render
from web.wording import OUTCOMES

router = APIRouter()
MIN_REASON: Final = 10
"""Characters of a reason for publishing what did not pass."""


@dataclass(frozen=True, slots=True)
class CheckStatus:
    """What the page asks for every second while the check goes on."""

    going_on: bool
    n_done: int
    n: int


@router.get("/library/{scenario_id}/check")
def report(request: Request, scenario_id: str, visitor: Writer) -> Response:
    return _page(request, visitor, written(context_of(request).library, scenario_id))


@router.get("/library/{scenario_id}/check.json")
def status(request: Request, scenario_id: str, visitor: Writer) -> CheckStatus:
    context = context_of(request)
    written(context.library, scenario_id)
    progress = context.lint_runs.progress(scenario_id) or LintProgress(0, 0)
    return CheckStatus(progress.going_on, progress.n_done, progress.n)


@router.post("/library/{scenario_id}/check")
def start(request: Request, scenario_id: str, visitor: Writer) -> Response:
    """The report is kept with the draft of this very text. A scenario that is no draft becomes
    one, so that there is something to keep it with."""
    context = context_of(request)
    shown = written(context.library, scenario_id)
    try:
        work = _work(context, shown)
        toml = shown.toml
        if shown.state != "draft":
            context.library.versions.save(
                scenario_id, toml, visitor.person.id, before=shown.newest_toml
            )
    except Fault as fault:
        return _page(request, visitor, shown, fault=fault)

    def keep(reports: list[dict[str, Any]]) -> None:
        passed = all(one["passed"] for one in reports)
        kept = {"passed": passed, "scenarios": reports, "n_calls": N_CALLS}
        context.library.versions.keep_report(scenario_id, toml, kept)

    context.lint_runs.start(scenario_id, work, keep)
    return RedirectResponse(f"/library/{scenario_id}/check", 303)


@router.post("/library/{scenario_id}/publish")
def publish(
    request: Request, scenario_id: str, visitor: Writer, reason: Annotated[str, Form()] = ""
) -> Response:
    """When the check passed on this very text, or with a written reason."""
    context = context_of(request)
    shown = written(context.library, scenario_id)
    reason = clean(reason).strip()
    try:
        _require_readable(context, shown)
        passed = _passed(shown.version)
        if not passed and len(reason) < MIN_REASON:
            said = (
                "expected a check that passed on this very text, or a reason of "
                f"{MIN_REASON} characters or more."
            )
            raise Fault(
                "scenario-not-passed", said, "Check it, or write why it is good all the same."
            )
        context.library.versions.publish(scenario_id, shown.toml, reason=None if passed else reason)
    except Fault as fault:
        return _page(request, visitor, shown, fault=fault, reason=reason)
    return RedirectResponse("/library", 303)


def _page(
    request: Request,
    visitor: Any,
    shown: Written,
    *,
    fault: Fault | None = None,
    reason: str = "",
) -> Response:
    context = context_of(request)
    version = shown.version
    kept: Mapping[str, Any] = (version.report if version else None) or {}
    progress = context.lint_runs.progress(shown.scenario_id)
    return render(
        request,
        "editor_check.html",
        status=200 if fault is None else 422,
        visitor=visitor,
        shown=shown,
        scenario_id=shown.scenario_id,
        title=shown.table.get("title") or shown.scenario_id,
        reports=list(_reports(context, kept)),
        passed=_passed(version),
        progress=progress,
        fault=fault or (progress.fault if progress else None),
        reason=reason,
        n_calls=kept.get("n_calls", N_CALLS),
        pass_bar=PASS_BAR,
        margin=MARGIN,
        min_reason=MIN_REASON,
        outcomes=OUTCOMES,
    )


def _reports(context: Context, kept: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """With titles instead of ids, where they are known."""
    titles = {
        one: row.table.get("title") or one for one, row in all_written(context.library).items()
    }
    for one in kept.get("scenarios", ()):
        yield {**one, "title": titles.get(one["scenario_id"], one["scenario_id"])}


def _passed(version: VersionRow | None) -> bool:
    return bool(version and version.report and version.report.get("passed"))


def _work(context: Context, shown: Written) -> LintWork:
    """The scenario, and of a base its variants laid over it as it is drafted. Raises Fault: as the
    scenario's reader."""
    table = shown.table
    around = around_of(context.library, table)
    scenario = _read(shown.scenario_id, table, around)
    around = replace(around, sources={**around.sources, shown.scenario_id: table})
    variants = [
        _read(one, row.table, around)
        for one, row in all_written(context.library).items()
        if row.table.get("variant_of") == shown.scenario_id and row.state != "archived"
    ]
    return LintWork([scenario, *variants], around.personas, around.rubrics)


def _require_readable(context: Context, shown: Written) -> None:
    """With what reps have, not with drafts. Raises Fault: as the scenario's reader."""
    _read(shown.scenario_id, shown.table, context.catalogue)


def _read(scenario_id: str, table: Mapping[str, Any], around: Catalogue) -> Scenario:
    return scenario_of_table(scenario_id, table, around, Place("scenario", scenario_id))
