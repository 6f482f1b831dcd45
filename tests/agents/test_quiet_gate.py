"""The gate lets sound through and keeps the room out."""

import numpy as np
import pytest

from agents.quiet_gate import QuietGate

RATE_HZ = 16_000
N = 320


def frames(level: float, duration_s: float, seed: int = 0) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    n = round(duration_s * RATE_HZ / N)
    return [(level * 32767 * random.standard_normal(N)).clip(-32768, 32767).astype(np.int16)
            for _ in range(n)]  # fmt: skip


def passed(gate: QuietGate, some: list[np.ndarray]) -> float:
    """Share of frames that passed."""
    return sum(gate.passes(frame, RATE_HZ) for frame in some) / len(some)


@pytest.mark.parametrize("room", [0.0, 0.0001, 0.003, 0.02])
def test_a_steady_room_is_kept_out_once_it_is_known(room: float) -> None:
    gate = QuietGate()
    passed(gate, frames(room, 3.0))
    assert passed(gate, frames(room, 5.0, seed=1)) < 0.02


@pytest.mark.parametrize("room", [0.0, 0.0001, 0.003, 0.02])
def test_a_voice_clearly_above_the_room_comes_through(room: float) -> None:
    gate = QuietGate()
    passed(gate, frames(room, 5.0))
    assert passed(gate, frames(max(2.5 * room, 0.002), 0.5, seed=2)) > 0.95


def test_everything_comes_through_until_the_room_is_known() -> None:
    assert passed(QuietGate(), frames(0.003, 0.4)) == 1.0


def test_a_long_voice_does_not_become_the_room() -> None:
    """Speech has gaps, and the quietest moment of the last seconds is what counts."""
    gate = QuietGate()
    passed(gate, frames(0.001, 3.0))
    for _ in range(10):
        assert passed(gate, frames(0.1, 1.5)) == 1.0
        passed(gate, frames(0.001, 0.6))


def test_digital_silence_never_comes_through() -> None:
    assert passed(QuietGate(), frames(0.0, 1.0)) == 0.0
