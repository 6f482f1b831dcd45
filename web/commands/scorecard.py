"""A scorecard as a terminal shows it."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scoring.card import Moment, Points, Scorecard
from scoring.gatekeeper import GateReview
from scoring.measure import Measure
from scoring.objection import Check, Handling, VerdictWord
from web import wording

STYLES: Final[dict[VerdictWord, str]] = {"yes": "green", "no": "red", "not_applicable": "dim"}


def print_scorecard(card: Scorecard, console: Console) -> None:
    """The whole card, from its total to what to take with care."""
    console.print(Group(*_parts(card)))


def _parts(card: Scorecard) -> Iterator[RenderableType]:
    yield Text(f"\n{_total(card)}", style="bold")
    if card.criteria:
        yield _criteria(card.criteria)
    yield _measures(card.measures)
    if card.gatekeeper is not None:
        yield from _gate(card.gatekeeper)
    if card.objections:
        for one in card.objections:
            yield from _objection(one)
    else:
        yield Text("\nNo objection was voiced.")
    yield from _moment("Keep", card.keep)
    yield from _moment("Fix", card.fix)
    for note in card.notes:
        yield Text(f"\nNote: {note}", style="yellow")


def _total(card: Scorecard) -> str:
    first = " (first scorecard, from the live words)" if card.provisional else ""
    if card.total is None:
        return f"Scorecard{first}: no total. {card.reason or ''}".rstrip()
    return f"Scorecard{first}: {card.total:.0f} of 100"


def _criteria(criteria: tuple[Points, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("criterion")
    table.add_column("points", justify="right")
    table.add_column("why", overflow="fold")
    for one in criteria:
        points = "–" if one.points is None else f"{one.points:.0f}"
        table.add_row(escape(one.name), points, escape(one.reason or one.evidence))
    return table


def _measures(measures: tuple[Measure, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("\nmeasure")
    table.add_column("\nvalue", justify="right")
    table.add_column("\nover", overflow="fold")
    for one in measures:
        table.add_row(escape(one.label), *(escape(text) for text in _measured(one)))
    return table


def _measured(one: Measure) -> tuple[str, str]:
    if one.value is None:
        return "–", one.reason or ""
    value = f"{_figure(one.value)} {one.unit}"
    if one.low is None or one.high is None:
        return value, one.denominator
    return value, f"{_figure(one.low)} to {_figure(one.high)} (95 %), {one.denominator}"


def _figure(value: float) -> str:
    """Three figures, as many as anybody reads; whole numbers stay whole."""
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def _objection(one: Handling) -> Iterator[RenderableType]:
    gap = (
        "the rep did not speak again" if one.gap_s is None else f"answered after {one.gap_s:.1f} s"
    )
    yield Text(f"\nObjection at {clock(one.raised_at_s)}: {one.concern} ({gap})", style="bold")
    yield Text(f"“{one.text}”", style="italic")
    yield _checks(one.checks)


def _gate(one: GateReview) -> Iterator[RenderableType]:
    when = (
        "never put through"
        if one.put_through_s is None
        else f"put through at {clock(one.put_through_s)}"
    )
    yield Text(f"\nGetting past the gatekeeper ({when})", style="bold")
    yield _checks(one.checks)


def _checks(checks: Iterable[Check]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column()
    table.add_column(overflow="fold")
    for check in checks:
        mark = wording.mark(check)
        table.add_row(Text(mark.sign, style=STYLES[check.verdict]), mark.name, escape(check.reason))
    return table


def _moment(heading: str, moment: Moment | None) -> Iterator[RenderableType]:
    if moment is not None:
        yield Text(f"\n{heading} ({clock(moment.at_s)}): {moment.text}")


def clock(at_s: float) -> str:
    """Minutes and seconds of the call, such as "1:07"."""
    minutes, seconds = divmod(int(at_s), 60)
    return f"{minutes}:{seconds:02d}"
