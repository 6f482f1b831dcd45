"""Measures and checks weighed by a rubric. The arithmetic is code's alone."""

from collections.abc import Sequence

from configs.rubric import Criterion, Rubric
from scoring.buyer_result import BuyerResult, reach
from scoring.card import Points
from scoring.gatekeeper import GateReview
from scoring.measure import Measure
from scoring.objection import Handling

SCORECARD_VERSION = 1
"""Raised whenever figures can change for the same call."""
LEAST_SHARE = 0.5
"""Of the rubric's weight that must have points for a total to be given."""


def weigh(
    rubric: Rubric,
    measures: Sequence[Measure],
    handlings: Sequence[Handling],
    gate: GateReview | None = None,
    result: BuyerResult | None = None,
) -> tuple[Points, ...]:
    """Points for each criterion in the rubric's order, 0 to 100, or None with a reason.

    A measure: 100 inside the band, falling in a straight line to 0 at zero_below and zero_above. A
    check: the share of yes among the objections it applies to. The gatekeeper: 100 for yes, 0 for
    no; gate is None on a call without one. The buyer: the share that was reached; result is None
    of a recording without a log.
    """

    def points(criterion: Criterion) -> Points:
        match criterion.source:
            case "measure":
                return _of_measure(criterion, measures)
            case "check":
                return _of_check(criterion, handlings)
            case "gatekeeper":
                return _of_gate(criterion, gate)
            case "buyer":
                return _of_buyer(criterion, result)

    return tuple(points(criterion) for criterion in rubric.criteria)


def total(criteria: Sequence[Points]) -> tuple[float | None, str | None]:
    """The weighted mean over criteria with points, 0 to 100, and None; or None and the reason when
    they carry less than LEAST_SHARE of the weight."""
    counted = [(c.points, c.weight) for c in criteria if c.points is not None]
    weight = sum(w for _, w in counted)
    share = weight / sum(c.weight for c in criteria) if criteria else 0.0
    if not counted or share < LEAST_SHARE:
        return None, (
            f"Too little to judge the call as a whole: {100 * share:.0f} % of the scorecard's "
            f"weight could be judged, {100 * LEAST_SHARE:.0f} % needed."
        )
    return sum(p * w for p, w in counted) / weight, None


def _of_measure(criterion: Criterion, measures: Sequence[Measure]) -> Points:
    measure = next((m for m in measures if m.name == criterion.of), None)
    if measure is None:
        return _points(criterion, None, "There is no such measure on this call.", "")
    if measure.value is None:
        return _points(criterion, None, measure.reason, measure.denominator)
    evidence = f"{_figure(measure.value)} {measure.unit}"
    return _points(criterion, band_points(measure.value, criterion), None, evidence)


def band_points(value: float, band: Criterion) -> float:
    """0 to 100 by the criterion's band; without a zero point a value outside has none."""
    if band.low is not None and value < band.low:
        return _slope(value, band.zero_below, band.low)
    if band.high is not None and value > band.high:
        return _slope(value, band.zero_above, band.high)
    return 100.0


def _slope(value: float, zero: float | None, full: float) -> float:
    if zero is None or zero == full:
        return 0.0
    return 100 * min(max((value - zero) / (full - zero), 0.0), 1.0)


def _of_check(criterion: Criterion, handlings: Sequence[Handling]) -> Points:
    verdicts = [c.verdict for h in handlings for c in h.checks if c.name == criterion.of]
    applied = [v for v in verdicts if v != "not_applicable"]
    if not handlings:
        return _points(criterion, None, "The buyer raised no objection.", "no objections")
    if not applied:
        reason = "It did not apply to any objection of this call."
        return _points(criterion, None, reason, f"0 of {len(handlings)} objections")
    n_yes = applied.count("yes")
    noun = "objection" if len(applied) == 1 else "objections"
    evidence = f"{n_yes} of {len(applied)} {noun}"
    return _points(criterion, 100 * n_yes / len(applied), None, evidence)


def _of_gate(criterion: Criterion, gate: GateReview | None) -> Points:
    check = next((c for c in gate.checks if c.name == criterion.of), None) if gate else None
    if check is None:
        return _points(criterion, None, "No gatekeeper was met on this call.", "")
    if check.verdict == "not_applicable":
        return _points(criterion, None, check.reason, "")
    return _points(criterion, 100.0 if check.verdict == "yes" else 0.0, None, check.reason)


def _of_buyer(criterion: Criterion, result: BuyerResult | None) -> Points:
    reached = reach(criterion, result)
    points = None if reached.share is None else 100 * reached.share
    return _points(criterion, points, reached.reason, reached.evidence)


def _points(
    criterion: Criterion, points: float | None, reason: str | None, evidence: str
) -> Points:
    return Points(criterion.id, criterion.name, points, criterion.weight, reason, evidence)


def _figure(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"
