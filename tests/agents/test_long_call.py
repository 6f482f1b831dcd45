"""A call of a thousand turns stays as small, and each turn as quick, as at its start."""

import sys
from dataclasses import fields, replace

from agents.buyer_mind import BuyerState
from agents.buyer_state import begin, hear
from agents.noted import MAX_NOTED
from tests.fakes.drill import PERSONA, PRICE, SCENARIO

WAYS_TO_ASK = ("how are things going", "what else is on your mind", "why is that")
LONG = replace(SCENARIO, minutes=1_000, objections=(replace(PRICE, by_turn=1_000),))


def size(state: BuyerState) -> int:
    """Bytes of the state with what it holds, each object once."""
    seen: set[int] = set()

    def of(value: object) -> int:
        if id(value) in seen:
            return 0
        seen.add(id(value))
        inner = value if isinstance(value, tuple) else ()
        if hasattr(value, "__dataclass_fields__"):
            inner = tuple(getattr(value, one.name) for one in fields(value))  # type: ignore[arg-type]
        return sys.getsizeof(value) + sum(of(one) for one in inner)

    return of(state)


def test_the_state_does_not_grow_with_the_call() -> None:
    state, _ = begin(LONG, PERSONA, 1)
    sizes = []
    for n in range(999):
        text = f"we save you {n} hours with our suite, {WAYS_TO_ASK[n % 3]}?"
        state, _ = hear(state, LONG, PERSONA, text, at_s=5.0 * n, speech_s=4)
        assert state.ended is None
        sizes.append(size(state))
    assert max(sizes[MAX_NOTED:]) < 1.3 * sizes[MAX_NOTED]
    assert len(state.noted) == MAX_NOTED
