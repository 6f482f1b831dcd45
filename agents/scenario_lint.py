"""Scenario lint: synthetic reps hold hundreds of calls, and the figures say whether a good rep can
pass, a weak one cannot, and everything that was written can be met with."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from agents.buyer_mind import BuyerState
from agents.lint_call import LintCall, held
from agents.lint_reps import POLICIES, Policy
from configs.persona import Persona
from configs.rubric import Rubric
from configs.scenario import Scenario
from scoring.buyer_result import BuyerResult
from scoring.card import Scorecard
from scoring.gatekeeper import AtTheGate
from scoring.grade import first_grade

N_CALLS: Final = 60
"""Of each policy."""
PASS_BAR: Final = 65.0
"""Points out of 100."""
STRONG_PASSES: Final = 0.9
"""Least share of strong calls at or above the bar."""
WEAK_PASSES: Final = 0.05
"""Greatest share of weak calls at or above it."""
MARGIN: Final = 25.0
"""Least distance of the medians of strong and weak, points."""
OBJECTION_SHARE: Final = 0.9
"""Least share of full-length calls in which each objection appears."""
FACT_SHARE: Final = 0.5
"""Least share of strong calls in which each hidden fact is found."""
WON_SHARE: Final = 0.9
"""Least share of strong calls that end with a next step."""
MET, MISSED = 80.0, 50.0
"""Points from which a criterion counts as met, and below which as missed."""


@dataclass(frozen=True, slots=True)
class PolicyFigures:
    name: str
    n_calls: int
    total_median: float | None
    """Points; None when no call could be scored as a whole."""
    total_low: float | None
    """The 10th percentile."""
    total_high: float | None
    """The 90th percentile."""
    pass_share: float
    won_share: float
    hung_up_share: float
    turns_median: float


@dataclass(frozen=True, slots=True)
class Share:
    """How often something that was written came about."""

    id: str
    share: float
    of: int
    """Calls."""


@dataclass(frozen=True, slots=True)
class CriterionReach:
    id: str
    name: str
    met: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class SampleLine:
    speaker: str
    text: str
    beat: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    policy: str
    total: float | None
    outcome: str
    lines: tuple[SampleLine, ...]


@dataclass(frozen=True, slots=True)
class LintReport:
    scenario_id: str
    problems: tuple[str, ...]
    """What keeps it from being published, whole sentences; () when it passes."""
    policies: tuple[PolicyFigures, ...]
    objections: tuple[Share, ...]
    """Of full-length calls."""
    facts: tuple[Share, ...]
    """Of the strong rep's calls."""
    concessions: tuple[Share, ...]
    """Of the strong rep's calls."""
    criteria: tuple[CriterionReach, ...]
    samples: tuple[Sample, ...]
    """One a policy."""

    @property
    def passed(self) -> bool:
        return not self.problems

    def to_data(self) -> dict[str, Any]:
        """JSON values only."""
        return {**asdict(self), "passed": self.passed}


@dataclass(frozen=True, slots=True)
class _Scored:
    call: LintCall
    card: Scorecard


def lint(
    scenario: Scenario,
    personas: Mapping[str, Persona],
    rubric: Rubric,
    *,
    n_calls: int = N_CALLS,
    seed: int = 1,
) -> LintReport:
    """The same arguments give the same report."""
    persona = personas[scenario.persona]
    gatekeeper = personas[scenario.gatekeeper.persona] if scenario.gatekeeper else None
    by_policy = {
        policy.name: [
            _scored(held(scenario, persona, gatekeeper, policy, 1000 * seed + n), scenario, rubric)
            for n in range(n_calls)
        ]
        for policy in POLICIES
    }
    every = [one for scored in by_policy.values() for one in scored]
    strong = [one.call for one in by_policy["strong"]]
    figures = tuple(_figures(policy, by_policy[policy.name]) for policy in POLICIES)
    objections = _objections(scenario, [one.call for one in every])
    facts = tuple(
        Share(f.id, _share(f.id in c.state.revealed for c in strong), len(strong))
        for f in scenario.facts
    )
    concessions = tuple(
        Share(c.id, _share(c.id in call.state.granted for call in strong), len(strong))
        for c in scenario.concessions
    )
    criteria = _criteria(rubric, [one.card for one in every])
    return LintReport(
        scenario_id=scenario.id,
        problems=(
            *_of_policies(figures),
            *_too_rare(objections, OBJECTION_SHARE, "objection", "of full-length calls"),
            *_too_rare(facts, FACT_SHARE, "hidden fact", "of the strong rep's calls"),
            *_too_rare(concessions, FACT_SHARE, "concession", "of the strong rep's calls"),
            *_of_criteria(criteria),
            *_dead_ends([one.call for one in every]),
        ),
        policies=figures,
        objections=objections,
        facts=facts,
        concessions=concessions,
        criteria=criteria,
        samples=tuple(_sample(by_policy[policy.name]) for policy in POLICIES),
    )


def _scored(call: LintCall, scenario: Scenario, rubric: Rubric) -> _Scored:
    grade = first_grade(
        scenario=scenario,
        rubric=rubric,
        transcript=call.transcript,
        recording=None,
        voiced=call.voiced,
        engines={},
        duration_s=call.duration_s,
        gate=AtTheGate(call.put_through_s) if scenario.gatekeeper else None,
        result=_result(call.state, scenario),
    )
    return _Scored(call, grade.scorecard)


def _result(state: BuyerState, scenario: Scenario) -> BuyerResult:
    """Every word of a synthetic call is heard, so the buyer's state says it all."""
    secrets = {fact.id for fact in scenario.facts if fact.unlock != "free"}
    return BuyerResult(
        n_facts=len(secrets),
        n_found=len(secrets & set(state.revealed)),
        agreed=state.agreed,
        n_concessions=len(scenario.concessions),
        n_granted=len(state.granted),
        reached=state.gate is None or state.gate.through,
    )


def _figures(policy: Policy, scored: Sequence[_Scored]) -> PolicyFigures:
    totals = sorted(s.card.total for s in scored if s.card.total is not None)
    return PolicyFigures(
        name=policy.name,
        n_calls=len(scored),
        total_median=_at(totals, 0.5),
        total_low=_at(totals, 0.1),
        total_high=_at(totals, 0.9),
        pass_share=_share((s.card.total or 0.0) >= PASS_BAR for s in scored),
        won_share=_share(s.call.state.ended == "next_step_agreed" for s in scored),
        hung_up_share=_share(s.call.state.ended in ("hung_up", "not_put_through") for s in scored),
        turns_median=statistics.median(
            sum(e.speaker == "rep" for e in s.call.exchanges) for s in scored
        ),
    )


def _objections(scenario: Scenario, calls: Sequence[LintCall]) -> tuple[Share, ...]:
    """Over calls that the buyer did not cut short and that went on past the last deadline."""
    last = max(o.by_turn for o in scenario.objections)
    full = [
        c
        for c in calls
        if c.state.ended not in ("hung_up", "not_put_through", None) and c.state.n_turns > last
    ]
    return tuple(
        Share(o.id, _share(o.id in {v.objection_id for v in c.voiced} for c in full), len(full))
        for o in scenario.objections
    )


def _criteria(rubric: Rubric, cards: Sequence[Scorecard]) -> tuple[CriterionReach, ...]:
    reach = []
    for criterion in rubric.criteria:
        given = [p.points for card in cards for p in card.criteria if p.id == criterion.id]
        points = [p for p in given if p is not None]
        met = any(p >= MET for p in points)
        reach.append(
            CriterionReach(criterion.id, criterion.name, met, min(points, default=MET) < (MISSED))
        )
    return tuple(reach)


def _of_policies(figures: Sequence[PolicyFigures]) -> list[str]:
    by_name = {f.name: f for f in figures}
    strong, weak = by_name["strong"], by_name["weak"]
    problems = []
    if strong.pass_share < STRONG_PASSES:
        problems.append(
            f"The strong rep reaches {PASS_BAR:.0f} points in {strong.pass_share:.0%} of calls; "
            f"expected {STRONG_PASSES:.0%} or more."
        )
    if strong.won_share < WON_SHARE:
        problems.append(
            f"The strong rep comes to a next step in {strong.won_share:.0%} of calls; expected "
            f"{WON_SHARE:.0%} or more."
        )
    if weak.pass_share > WEAK_PASSES:
        problems.append(
            f"The weak rep reaches {PASS_BAR:.0f} points in {weak.pass_share:.0%} of calls; "
            f"expected {WEAK_PASSES:.0%} or fewer."
        )
    if weak.won_share > WEAK_PASSES:
        problems.append(
            f"The weak rep comes to a next step in {weak.won_share:.0%} of calls; expected "
            f"{WEAK_PASSES:.0%} or fewer."
        )
    margin = (strong.total_median or 0.0) - (weak.total_median or 0.0)
    if margin < MARGIN:
        problems.append(
            f"Between the strong and the weak rep lie {margin:.0f} points; expected {MARGIN:.0f} "
            "or more."
        )
    return problems


def _too_rare(shares: Sequence[Share], least: float, noun: str, of: str) -> list[str]:
    return [
        f'The {noun} "{one.id}" appears in {one.share:.0%} {of}; expected {least:.0%} or more.'
        for one in shares
        if one.of == 0 or one.share < least
    ]


def _of_criteria(criteria: Sequence[CriterionReach]) -> list[str]:
    never_met = [f'The criterion "{c.id}" is met in no call.' for c in criteria if not c.met]
    return never_met + [
        f'The criterion "{c.id}" is missed in no call.' for c in criteria if not c.missed
    ]


def _dead_ends(calls: Sequence[LintCall]) -> list[str]:
    n_endless = sum(c.state.ended is None for c in calls)
    return [f"{n_endless} of {len(calls)} calls came to no end."] if n_endless else []


def _sample(scored: Sequence[_Scored]) -> Sample:
    """The call whose total is the median of its policy's."""
    ordered = sorted(scored, key=lambda s: s.card.total or 0.0)
    middle = ordered[len(ordered) // 2]
    return Sample(
        policy=middle.call.policy,
        total=middle.card.total,
        outcome=middle.call.state.ended or "no end",
        lines=tuple(
            SampleLine(
                e.speaker,
                e.text,
                e.beat.kind if e.beat else "",
                e.beat.reason if e.beat else "",
            )
            for e in middle.call.exchanges
        ),
    )


def _share(hits: Any) -> float:
    found = [bool(one) for one in hits]
    return sum(found) / len(found) if found else 0.0


def _at(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
