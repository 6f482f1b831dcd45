"""Why a manager would listen to a call, and from which second on."""

from dataclasses import dataclass

from scoring.card import Scorecard
from scoring.objection import CheckName, Handling, VerdictWord
from storage.calls import CallRow


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, and the moment to hear."""

    said: str
    at_s: float | None
    """None when there is no moment to hear."""
    attention: bool
    """True when a manager's minutes are likely to pay here."""


def why_hear(call: CallRow, card: Scorecard | None) -> Reason:
    """The first thing that stands out; from the checks alone, never from a guess."""
    if call.state == "failed":
        return Reason("It could not be scored.", None, False)
    if card is None:
        return Reason("It is not scored yet.", None, False)
    missed = next(filter(None, (_missed(one) for one in card.objections)), None)
    if missed is not None:
        return missed
    if not card.objections:
        return Reason("No objection came up.", None, False)
    first_s, n_raised = card.objections[0].raised_at_s, len(card.objections)
    if not all(_all_met(one, "acknowledge", "explore") for one in card.objections):
        return Reason("Nothing in it stands out.", first_s, False)
    held = "The objection was" if n_raised == 1 else f"All {n_raised} objections were"
    return Reason(f"{held} acknowledged and explored.", first_s, False)


def _all_met(one: Handling, *names: CheckName) -> bool:
    return all(check.verdict == "yes" for check in one.checks if check.name in names)


def _missed(one: Handling) -> Reason | None:
    """What went wrong first with an objection, the gravest first; None when nothing did."""
    concern, verdicts = one.concern, {check.name: check.verdict for check in one.checks}
    no: VerdictWord = "no"
    for is_so, said in (
        (one.first_move == "silent", f"Objection left unanswered: {concern}."),
        (one.first_move == "argued", f"Argued with a concern: {concern}."),
        (verdicts.get("listen") == no, f"Spoke into an objection: {concern}."),
        (verdicts.get("acknowledge") == no, f"Objection not acknowledged: {concern}."),
        (verdicts.get("explore") == no, f"Answered without asking what is behind it: {concern}."),
    ):
        if is_so:
            return Reason(said, one.raised_at_s, True)
    return None
