"""A persona's small openers, such as "Hm.", as sound that is there before it is needed."""

import concurrent.futures
import random
import re
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from agents.speaker import said_by
from speech.clip import Clip
from speech.loudness import VoiceGains
from speech.pool import InferencePool, Urgency
from speech.synthesizer import Synthesizer


@dataclass(frozen=True, slots=True, eq=False)
class Opener:
    text: str
    clip: Clip


class VoiceOpeners:
    """Openers in one voice. Safe to use from several threads."""

    def __init__(self, rendered: Sequence[tuple[str, Future[Clip]]]) -> None:
        self._rendered = tuple(rendered)

    def take(self, seed: int, turn: int) -> Opener | None:
        """The opener for a turn, the same for the same seed and turn, never the one of the turn
        before while there are others; None when there are none, or this one is not there yet."""
        if not self._rendered:
            return None
        text, clip = self._rendered[self._nth(seed, turn)]
        if not clip.done() or clip.cancelled() or clip.exception() is not None:
            return None
        return Opener(text, clip.result())

    def wait(self, timeout_s: float) -> None:
        """Until each is rendered or has failed. Blocks."""
        concurrent.futures.wait([clip for _, clip in self._rendered], timeout_s)

    def _nth(self, seed: int, turn: int) -> int:
        """Round after round through shuffled openers; a round never starts with the last one's
        end."""
        n = len(self._rendered)
        chance = random.Random(f"{seed} opener")
        order, last = list(range(n)), -1
        for _ in range(turn // n + 1):
            chance.shuffle(order)
            if n > 1 and order[0] == last:
                order.append(order.pop(0))
            last = order[-1]
        return order[turn % n]


class Openers:
    """Every opener of this process, rendered once for each voice, in the background."""

    def __init__(self, pool: InferencePool, gains: VoiceGains, rate_hz: int) -> None:
        """`rate_hz`: of the clips; that of the replies."""
        self._pool = pool
        self._gains = gains
        self._rate_hz = rate_hz
        self._lock = threading.Lock()
        self._voices: dict[tuple[int, tuple[str, ...]], tuple[Synthesizer, VoiceOpeners]] = {}

    def for_voice(self, voice: Synthesizer, texts: Sequence[str]) -> VoiceOpeners:
        """The openers `texts` in this voice; rendering starts at the first call."""
        key = (id(voice), tuple(texts))
        with self._lock:
            if key not in self._voices:  # the voice is kept, so that its id stays its own
                self._voices[key] = (voice, VoiceOpeners(self._render(voice, texts)))
            return self._voices[key][1]

    def _render(self, voice: Synthesizer, texts: Sequence[str]) -> list[tuple[str, Future[Clip]]]:
        return [
            (
                text,
                self._pool.submit(
                    Urgency.AFTER_CALL, partial(said_by, voice, text, self._gains, self._rate_hz)
                ),
            )
            for text in texts
        ]


def without_opener(piece: str, opener: str) -> str:
    """The piece without an opener that was just said, where it begins with the same: not
    "Hm. Hm. We plan by hand." """
    word = opener.strip().rstrip(".,…!")
    if not word:
        return piece
    return re.sub(rf"^\s*{re.escape(word)}\s*[.,;:…!—-]+\s*", "", piece, flags=re.IGNORECASE)
