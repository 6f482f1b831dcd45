"""What is said in one turn reaches the recognizer once, in order, and is never mixed up."""

import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.stretch import PART_S, Stretch
from speech.clip import Clip
from speech.pool import InferencePool, Urgency
from speech.words import Word

RATE_HZ = 100


class Counting:
    """Its ears give one word for every second that they were fed: its number."""

    name = "counting"
    rough = False

    def __init__(self, *, keeps_pace: bool = False) -> None:
        self.keeps_pace = keeps_pace
        self.ears: list[CountingEar] = []

    def listen(self) -> "CountingEar":
        self.ears.append(CountingEar())
        return self.ears[-1]

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        raise AssertionError("a live call listens")


class CountingEar:
    def __init__(self) -> None:
        self.fed: list[float] = []
        self.closed = False
        self._lock = threading.Lock()

    def feed(self, sound: Clip) -> None:
        with self._lock:
            self.fed += sound.samples.tolist()

    def words(self) -> tuple[Word, ...]:
        whole = self.fed[::RATE_HZ][: len(self.fed) // RATE_HZ]
        return tuple(Word(f"{n:g}", float(i), i + 1.0) for i, n in enumerate(whole))

    def close(self) -> None:
        self.closed = True


def second(number: int) -> Clip:
    return Clip(np.full(RATE_HZ, number, np.float32), RATE_HZ)


def texts(words: tuple[Word, ...]) -> list[str]:
    return [w.text for w in words]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=12))
def test_however_it_is_cut_every_second_is_heard_once_and_in_order(
    steps: list[tuple[int, bool]],
) -> None:
    """Each step adds seconds, asks, and perhaps keeps what was understood."""
    pool = InferencePool(2)
    stretch, n = Stretch(Counting(), pool), 0
    try:
        for n_seconds, keeps in steps:
            for _ in range(n_seconds):
                stretch.add(second(n))
                n += 1
            words = stretch.ask(Urgency.SPECULATIVE).result(10)
            assert texts(words) == [str(i) for i in range(n)]
            assert [w.start_s for w in words] == [float(i) for i in range(n)]
            if keeps:
                stretch.keep(words, stretch.duration_s)
    finally:
        pool.close()


def test_overlapping_jobs_keep_the_order_of_the_sound() -> None:
    pool, counting = InferencePool(2), Counting()
    stretch = Stretch(counting, pool)
    jobs = []
    for n in range(20):
        stretch.add(second(n))
        jobs.append(stretch.ask(Urgency.INTERIM))
    for job in jobs:
        job.result(10)
    assert texts(stretch.ask(Urgency.FINAL).result(10)) == [str(n) for n in range(20)]
    pool.close()


def test_a_short_part_is_not_kept_apart_and_a_long_one_is_decoded_no_more() -> None:
    pool, counting = InferencePool(1), Counting()
    stretch = Stretch(counting, pool)
    for n in range(round(PART_S) + 1):
        stretch.add(second(n))
        words = stretch.ask(Urgency.FINAL).result(10)
        stretch.keep(words, stretch.duration_s)
    stretch.add(second(9))
    assert texts(stretch.ask(Urgency.FINAL).result(10))[-1] == "9"
    assert len(counting.ears) == 2
    assert counting.ears[0].closed
    pool.close()


def test_an_engine_that_keeps_pace_has_one_ear_for_the_whole_turn() -> None:
    pool, counting = InferencePool(1), Counting(keeps_pace=True)
    stretch = Stretch(counting, pool)
    for n in range(12):
        stretch.add(second(n))
        stretch.keep(stretch.ask(Urgency.FINAL).result(10), stretch.duration_s)
    assert len(counting.ears) == 1
    pool.close()


def test_a_forgotten_stretch_closes_its_ear_and_has_no_words() -> None:
    pool, counting = InferencePool(1), Counting()
    stretch = Stretch(counting, pool)
    stretch.add(second(0))
    stretch.ask(Urgency.FINAL).result(10)
    stretch.close()
    assert counting.ears[0].closed
    assert stretch.ask(Urgency.FINAL).result(10) == ()
    pool.close()
