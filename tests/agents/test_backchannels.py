"""Murmurs into long turns: late enough, seldom enough, and the same on a replay."""

from concurrent.futures import Future
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.backchannels import BETWEEN_S, FIRST_S, Backchannels
from agents.openers import VoiceOpeners
from speech.clip import Clip


def rendered(*texts: str) -> VoiceOpeners:
    clip: Future[Clip] = Future()
    clip.set_result(Clip(np.zeros(10, np.float32), 24_000))
    return VoiceOpeners([(text, clip) for text in texts])


def murmurs(seed: int, n_turn: int = 1, start_s: float = 3.0) -> list[tuple[float, str]]:
    """Of a turn of two minutes with a pause a second."""
    ours = Backchannels(rendered("Mm-hm.", "Right."), seed)
    said = [(start_s + s, ours.at_pause(start_s, start_s + s, n_turn)) for s in range(120)]
    return [(at_s, murmur.text) for at_s, murmur in said if murmur is not None]


@given(st.integers(), st.integers(1, 50))
def test_the_first_comes_after_six_seconds_and_the_next_seven_to_twelve_later(
    seed: int, n_turn: int
) -> None:
    said = murmurs(seed, n_turn)
    assert said[0][0] == 3.0 + FIRST_S
    for (one_s, one), (next_s, following) in pairwise(said):
        assert BETWEEN_S[0] <= next_s - one_s <= BETWEEN_S[1] + 1.0  # a pause a second
        assert one != following


def test_the_same_seed_murmurs_the_same_and_another_otherwise() -> None:
    assert murmurs(7) == murmurs(7)
    assert murmurs(7) != murmurs(8)


def test_each_turn_begins_anew() -> None:
    ours = Backchannels(rendered("Mm-hm.", "Right."), 1)
    assert ours.at_pause(0.0, 6.5, 1)
    assert ours.at_pause(20.0, 24.0, 2) is None
    assert ours.at_pause(20.0, 26.5, 2)


def test_a_silent_listener_never_murmurs() -> None:
    assert Backchannels(rendered(), 1).at_pause(0.0, 100.0, 1) is None
