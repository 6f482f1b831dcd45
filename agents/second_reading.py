"""A model reads the rep's words beside the rules, while the buyer's reply is already being made."""

from typing import Final

from agents.buyer import Acts
from agents.model_acts import ActsModel, classified, merged
from scoring.dialogue_acts import acts

LIMIT_S: Final = 0.8
"""A reading that takes longer comes after the turn has been answered."""
GIVE_UP_AFTER: Final = 3
"""Readings in a row that did not come, after which the rules are left alone for this call."""


class SecondReading:
    """Of one call."""

    def __init__(self, model: ActsModel, limit_s: float = LIMIT_S) -> None:
        self._model = model
        self._limit_s = limit_s
        self._n_missed = 0

    async def of(self, text: str) -> Acts | None:
        """Where the model has the say over the rules, and who had it wherever the two disagree;
        None when no reading came. Never raises for what an endpoint does."""
        if self._n_missed >= GIVE_UP_AFTER or not text.strip():
            return None
        found = await classified(self._model, text, limit_s=self._limit_s)
        if found is None:
            self._n_missed += 1
            return None
        self._n_missed = 0
        rules = acts(text)
        both = merged(text, rules, found)
        return Acts(
            added=tuple(sorted(both.acts - rules)),
            removed=tuple(sorted(rules - both.acts)),
            disagreed=tuple((act, both.decided_by[act]) for act in both.disagreed),
        )
