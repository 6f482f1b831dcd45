"""A voice that stops is heard to stop at once where the room lets it."""

import numpy as np
import pytest

from agents.level_drop import LevelDrop

RATE_HZ, WINDOW_S = 16_000, 0.032
N = 512


def window(level: float, seed: int = 0) -> np.ndarray:
    return (level * np.random.default_rng(seed).standard_normal(N)).astype(np.float32)


def spoken(level: float = 0.1, n: int = 30) -> LevelDrop:
    drop = LevelDrop()
    for i in range(n):
        assert not drop.dropped(window(level, i), WINDOW_S)
    return drop


def test_the_first_quiet_window_after_a_voice_is_noticed() -> None:
    assert spoken().dropped(window(0.0005), WINDOW_S)


@pytest.mark.parametrize("syllable", [0.05, 0.02, 0.01])
def test_a_weak_syllable_is_still_the_voice(syllable: float) -> None:
    assert not spoken().dropped(window(syllable), WINDOW_S)


def test_in_a_noisy_room_nothing_drops() -> None:
    assert not spoken(0.1).dropped(window(0.012), WINDOW_S)


def test_a_soft_voice_after_a_shout_is_heard_again() -> None:
    drop = spoken(0.5)
    heard = [not drop.dropped(window(0.01, i), WINDOW_S) for i in range(round(3 / WINDOW_S))]
    assert heard[-1]


def test_a_voice_that_is_hardly_there_is_left_to_the_detector() -> None:
    assert not spoken(0.0005).dropped(np.zeros(N, np.float32), WINDOW_S)


def test_no_sound_at_all_is_no_drop() -> None:
    assert not spoken().dropped(np.zeros(0, np.float32), WINDOW_S)
