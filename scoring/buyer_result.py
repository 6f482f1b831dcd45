"""What the rep reached with the buyer, in counts. From the call's log, never guessed from text."""

from dataclasses import dataclass

from configs.rubric import Criterion

NO_LOG = "Only a call's log tells what the buyer gave, and this recording has none."


@dataclass(frozen=True, slots=True)
class BuyerResult:
    n_facts: int
    """Of the scenario, those that have to be asked for."""
    n_found: int
    """Of these, the ones that the rep was told."""
    agreed: bool | None
    """Whether a next step was agreed; None when the call was cut off before it could be."""
    n_concessions: int
    n_granted: int
    reached: bool = True
    """False when a gatekeeper never put the rep through."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One criterion's share, in [0, 1], or None with a reason."""

    share: float | None
    reason: str | None
    evidence: str


def reach(criterion: Criterion, result: BuyerResult | None) -> Reach:
    """criterion.of is one of configs.rubric.BUYER_FIGURES; result is None without a log."""
    if result is None:
        return Reach(None, NO_LOG, "")
    match criterion.of:
        case "facts_found":
            return _share(
                result.n_found, result.n_facts, "facts", "The buyer had no secrets.", result.reached
            )
        case "concessions":
            return _share(
                result.n_granted,
                result.n_concessions,
                "concessions",
                "The buyer had nothing to grant.",
                result.reached,
            )
        case _:
            return _next_step(result)


def _share(n: int, of: int, noun: str, nothing: str, reached: bool) -> Reach:
    if of == 0:
        return Reach(None, nothing, "")
    if not reached:
        return Reach(None, "You never came to speak with the buyer.", f"0 of {of} {noun}")
    return Reach(n / of, None, f"{n} of {of} {noun if of != 1 else noun[:-1]}")


def _next_step(result: BuyerResult) -> Reach:
    if result.agreed is None:
        return Reach(None, "The call was cut off before a next step could be agreed.", "")
    if result.agreed:
        return Reach(1.0, None, "a next step was agreed")
    if not result.reached:
        return Reach(0.0, None, "you were not put through")
    return Reach(0.0, None, "no next step was agreed")
