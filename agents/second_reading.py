"""A model reads the rep's words beside the rules, while the buyer's reply is already being made."""

from collections.abc import Awaitable, Callable
from typing import Final

from agents.buyer import Acts
from agents.model_acts import ActsModel, classified, merged
from configs.scenario import Objection
from scoring.dialogue_acts import acts

ReadAgain = Callable[[str, Objection | None], Awaitable[Acts | None]]
"""What a model makes of the rep's words; see SecondReading.of."""
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

    async def of(self, text: str, in_the_air: Objection | None = None) -> Acts | None:
        """Where the model has the say over the rules, and who had it wherever the two disagree;
        None when no reading came. `in_the_air` is the objection that the words are an answer to,
        if any. Never raises for what an endpoint does."""
        if self._n_missed >= GIVE_UP_AFTER or not text.strip():
            return None
        found = await classified(
            self._model,
            text,
            limit_s=self._limit_s,
            concern=in_the_air.concern if in_the_air else None,
        )
        if found is None:
            self._n_missed += 1
            return None
        self._n_missed = 0
        concern, answer = (
            (in_the_air.concern_words, in_the_air.answer_words) if in_the_air else ((), ())
        )
        rules = acts(text, concern_words=concern, answer_words=answer)
        both = merged(text, rules, found)
        return Acts(
            added=tuple(sorted(both.acts - rules)),
            removed=tuple(sorted(rules - both.acts)),
            disagreed=tuple((act, both.decided_by[act]) for act in both.disagreed),
        )
