"""When a listening persona murmurs "Mm-hm." into a long turn of the rep, and what."""

import random
from typing import Final

from agents.openers import Opener, VoiceOpeners

FIRST_S: Final = 6.0
"""Of a turn, before the first."""
BETWEEN_S: Final = (7.0, 12.0)
"""From one to the next in the same turn."""

SAME_TURN_S: Final = 0.5
"""The start of a turn may be known a little better at each pause."""


class Backchannels:
    """One persona's on one call: the same for the same seed and the same pauses."""

    def __init__(self, rendered: VoiceOpeners, seed: int) -> None:
        """Nothing rendered: a silent listener."""
        self._rendered = rendered
        self._seed = seed
        self._turn_start_s = -SAME_TURN_S - 1
        self._due_s = 0.0
        self._n_said = 0

    def at_pause(self, turn_start_s: float, now_s: float, n_turn: int) -> Opener | None:
        """What to murmur into a pause of a turn; None for nothing. Seconds of the call; n_turn:
        of the rep, counted from 1."""
        if turn_start_s > self._turn_start_s + SAME_TURN_S:
            self._turn_start_s, self._due_s = turn_start_s, turn_start_s + FIRST_S
        if now_s < self._due_s:
            return None
        murmur = self._rendered.take(self._seed, self._n_said)
        if murmur is not None:
            self._n_said += 1
            chance = random.Random(f"{self._seed} backchannel {n_turn} {self._n_said}")
            self._due_s = now_s + chance.uniform(*BETWEEN_S)
        return murmur
