"""The pool that runs the speech models: what goes first, what is dropped, that all of it ends."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.fault import SpeechFault
from speech.pool import InferencePool, Load, Urgency

LONG_S = 20.0
URGENCIES = st.sampled_from(Urgency)


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Busy:
    """A pool whose workers are all held until they are let go."""

    def __init__(self, n_workers: int = 1, n_queued: int = 64, **options: Clock) -> None:
        self.pool = InferencePool(n_workers, n_queued, **options)
        self._gate = threading.Event()
        started = threading.Semaphore(0)

        def hold() -> None:
            started.release()
            self._gate.wait(LONG_S)

        self.held = [self.pool.submit(Urgency.FINAL, hold) for _ in range(n_workers)]
        assert all(started.acquire(timeout=LONG_S) for _ in self.held)

    def let_go(self) -> None:
        self._gate.set()
        wait(self.held, LONG_S)

    def __enter__(self) -> "Busy":
        return self

    def __exit__(self, *_: object) -> None:
        self._gate.set()
        self.pool.close(LONG_S)


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    made = InferencePool(2)
    yield made
    made.close(LONG_S)


def code_of(future: Future[object]) -> str | None:
    if future.cancelled() or not future.done():
        return None
    fault = future.exception(0)
    return fault.code if isinstance(fault, SpeechFault) else None


def test_an_answer_comes_back(pool: InferencePool) -> None:
    assert pool.submit(Urgency.FINAL, lambda: 42).result(LONG_S) == 42


def test_a_fault_comes_back_and_the_worker_lives_on(pool: InferencePool) -> None:
    def fail() -> None:
        raise SpeechFault("whisper-failed", "It failed.")

    failed = [pool.submit(Urgency.FINAL, fail) for _ in range(5)]
    assert {code_of(f) for f in failed if wait([f], LONG_S)} == {"whisper-failed"}
    assert pool.submit(Urgency.FINAL, lambda: 42).result(LONG_S) == 42


@given(st.lists(st.tuples(URGENCIES, st.booleans()), max_size=30))
def test_the_most_urgent_goes_first_and_among_equals_the_oldest(
    jobs: list[tuple[Urgency, bool]],
) -> None:
    ran: list[int] = []
    with Busy() as busy:
        futures = [
            busy.pool.submit(urgency, lambda n=n: ran.append(n))  # type: ignore[misc]
            for n, (urgency, _) in enumerate(jobs)
        ]
        for future, (_, cancelled) in zip(futures, jobs, strict=True):
            assert not cancelled or future.cancel()
        busy.let_go()
        wait(futures, LONG_S)
    left = [n for n, (_, cancelled) in enumerate(jobs) if not cancelled]
    assert ran == sorted(left, key=lambda n: (jobs[n][0], n))


@given(st.integers(1, 5), st.lists(URGENCIES, max_size=20))
def test_a_full_queue_drops_the_least_urgent_youngest(
    n_queued: int, urgencies: list[Urgency]
) -> None:
    kept: list[tuple[Urgency, int]] = []
    with Busy(n_queued=n_queued) as busy:
        futures: list[Future[None]] = []
        for n, urgency in enumerate(urgencies):
            futures.append(busy.pool.submit(urgency, lambda: None))
            kept = sorted([*kept, (urgency, n)])[:n_queued]
            assert busy.pool.load().n_queued == len(kept)
        dropped = {n for n, future in enumerate(futures) if future.done()}
        busy.let_go()
        wait(futures, LONG_S)
    assert dropped == set(range(len(urgencies))) - {n for _, n in kept}
    assert {code_of(futures[n]) for n in dropped} <= {"inference-overloaded"}
    assert all(futures[n].result(0) is None for _, n in kept)


@given(
    st.integers(1, 3),
    st.integers(1, 4),
    st.lists(
        st.tuples(URGENCIES, st.sampled_from(["run", "fail", "cancel", "close"])), max_size=25
    ),
)
def test_every_future_ends(n_workers: int, n_queued: int, jobs: list[tuple[Urgency, str]]) -> None:
    def work(what: str) -> str:
        if what == "fail":
            raise ValueError(what)
        return what

    pool = InferencePool(n_workers, n_queued)
    futures = []
    for urgency, what in jobs:
        futures.append(pool.submit(urgency, lambda what=what: work(what)))  # type: ignore[misc]
        if what == "cancel":
            futures[-1].cancel()
        if what == "close":
            pool.close(LONG_S)
    assert not wait(futures, LONG_S).not_done
    pool.close(LONG_S)
    for future, (_, what) in zip(futures, jobs, strict=True):
        fault = None if future.cancelled() else future.exception(0)
        assert future.cancelled() or fault is None or isinstance(fault, SpeechFault | ValueError)
        assert fault is not None or future.cancelled() or future.result(0) == what


def test_many_threads_submit_and_cancel_at_once_and_every_future_ends() -> None:
    pool = InferencePool(2, 8)
    futures: list[Future[int]] = []

    def submit() -> None:
        for n in range(200):
            future = pool.submit(Urgency(n % 5), lambda: 1)
            futures.append(future)
            if n % 3 == 0:
                future.cancel()

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert not wait(futures, LONG_S).not_done
    assert pool.load().n_queued == 0
    pool.close(LONG_S)


def test_cancelled_work_leaves_its_place_at_once_and_never_runs() -> None:
    ran: list[str] = []
    with Busy(n_queued=1) as busy:
        first = busy.pool.submit(Urgency.SPECULATIVE, lambda: ran.append("first"))
        assert first.cancel()
        assert busy.pool.load().n_queued == 0
        second = busy.pool.submit(Urgency.AFTER_CALL, lambda: ran.append("second"))
        busy.let_go()
        wait([second], LONG_S)
    assert ran == ["second"]
    with pytest.raises(CancelledError):
        first.result(0)


def test_running_work_cannot_be_cancelled() -> None:
    with Busy() as busy:
        assert not busy.held[0].cancel()


def test_after_call_work_never_takes_the_last_worker(pool: InferencePool) -> None:
    gate = threading.Event()
    patient = [pool.submit(Urgency.AFTER_CALL, lambda: gate.wait(LONG_S)) for _ in range(3)]
    assert pool.submit(Urgency.INTERIM, lambda: 42).result(LONG_S) == 42
    assert sum(future.done() for future in patient) == 0
    gate.set()
    assert not wait(patient, LONG_S).not_done


def test_cancelled_after_call_work_holds_no_worker_back(pool: InferencePool) -> None:
    for _ in range(50):
        pool.submit(Urgency.AFTER_CALL, lambda: None).cancel()
    assert pool.submit(Urgency.AFTER_CALL, lambda: 42).result(LONG_S) == 42


def test_closing_cancels_what_waits_and_lets_what_runs_end() -> None:
    busy = Busy()
    waiting = busy.pool.submit(Urgency.FINAL, lambda: 1)
    closing = threading.Thread(target=busy.pool.close, args=(LONG_S,))
    closing.start()
    with pytest.raises(CancelledError):
        waiting.result(LONG_S)
    assert not busy.held[0].done()
    busy.let_go()
    closing.join(LONG_S)
    assert busy.held[0].result(0) is None
    busy.pool.close()


def test_closing_does_not_wait_for_ever_on_an_engine_that_hangs() -> None:
    busy = Busy()
    busy.pool.close(within_s=0.01)
    busy.let_go()


def test_a_closed_pool_takes_nothing(pool: InferencePool) -> None:
    pool.close(LONG_S)
    late: Future[object] = pool.submit(Urgency.FINAL, lambda: 1)
    assert code_of(late) == "inference-closed"


def test_work_may_hand_over_work_and_close_the_pool(pool: InferencePool) -> None:
    inner = pool.submit(Urgency.FINAL, lambda: pool.submit(Urgency.VOICE, lambda: 42))
    assert inner.result(LONG_S).result(LONG_S) == 42
    assert pool.submit(Urgency.FINAL, pool.close).result(LONG_S) is None


def test_a_dropped_futures_callback_may_come_straight_back() -> None:
    with Busy(n_queued=1) as busy:
        busy.pool.submit(Urgency.FINAL, lambda: 1)
        dropped = busy.pool.submit(Urgency.INTERIM, lambda: 1)
        again: list[Future[int]] = []
        dropped.add_done_callback(
            lambda _: again.append(busy.pool.submit(Urgency.FINAL, lambda: 2))
        )
        assert code_of(again[0]) == "inference-overloaded"


@pytest.mark.parametrize(("busy_s", "idle_s", "share"), [(3, 1, 0.75), (10, 0, 1), (20, 5, 0.5)])
def test_the_load_is_the_share_of_the_last_10_s(busy_s: float, idle_s: float, share: float) -> None:
    clock = Clock()
    with Busy(2, clock=clock) as busy:
        clock.now_s += busy_s
        busy.let_go()
        clock.now_s += idle_s
        assert busy.pool.load().busy_share == pytest.approx(share)


def test_the_load_tells_the_longest_wait_of_what_began_lately() -> None:
    clock = Clock()
    with Busy(clock=clock) as busy:
        waiting = busy.pool.submit(Urgency.FINAL, lambda: None)
        clock.now_s += 4
        assert busy.pool.load() == Load(1.0, 1, 0.0)
        busy.let_go()
        wait([waiting], LONG_S)
        assert busy.pool.load().wait_s == 4
        clock.now_s += 11
        assert busy.pool.load() == Load(0.0, 0, 0.0)


@pytest.mark.parametrize(("n_workers", "n_queued"), [(0, 1), (1, 0)])
def test_a_pool_without_a_worker_or_a_place_is_an_error(n_workers: int, n_queued: int) -> None:
    with pytest.raises(ValueError, match="one worker"):
        InferencePool(n_workers, n_queued)


def test_work_that_hangs_can_be_given_up_and_the_pool_is_as_strong_as_before() -> None:
    pool, stuck = InferencePool(1), threading.Event()
    try:
        hanging = pool.submit(Urgency.FINAL, lambda: stuck.wait(30))
        while not hanging.running():
            time.sleep(0.01)
        assert pool.abandon(hanging)
        assert pool.submit(Urgency.VOICE, lambda: "spoken").result(10) == "spoken"
        assert pool.n_workers == 1
    finally:
        stuck.set()
        pool.close()


def test_queued_work_that_is_given_up_never_begins() -> None:
    pool, stuck = InferencePool(1), threading.Event()
    try:
        pool.submit(Urgency.FINAL, lambda: stuck.wait(30))
        queued = pool.submit(Urgency.FINAL, lambda: "never")
        assert pool.abandon(queued)
        assert queued.cancelled()
    finally:
        stuck.set()
        pool.close()


def test_finished_work_cannot_be_given_up() -> None:
    pool = InferencePool(1)
    try:
        done = pool.submit(Urgency.FINAL, lambda: 1)
        assert done.result(10) == 1
        assert not pool.abandon(done)
    finally:
        pool.close()
