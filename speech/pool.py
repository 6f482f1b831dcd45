"""One pool of threads in which a process runs its speech models, the urgent work first."""

import heapq
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from speech.fault import SpeechFault

T = TypeVar("T")

LOAD_WINDOW_S = 10.0


class Urgency(IntEnum):
    """What a piece of work is for; the lower goes first."""

    FINAL = 0
    """The words of a turn that is over: somebody waits for the answer."""
    VOICE = 1
    """The sound of the answer."""
    SPECULATIVE = 2
    """Words of a turn that may be over."""
    INTERIM = 3
    """Words to show while somebody speaks."""
    AFTER_CALL = 4
    """What nobody waits for. Never takes the last worker where there are two or more."""


@dataclass(frozen=True, slots=True)
class Load:
    busy_share: float
    """Of the workers' time in the last 10 s, in [0, 1]."""
    n_queued: int
    wait_s: float
    """The longest in the queue among the work that began in the last 10 s."""


@dataclass(slots=True, eq=False)
class _Job:
    urgency: Urgency
    number: int
    work: Callable[[], Any]
    queued_s: float
    future: Future[Any] = field(default_factory=Future)
    abandoned: bool = False
    worker: threading.Thread = field(default_factory=threading.current_thread)
    """The thread that runs it, once one does."""

    def __lt__(self, other: "_Job") -> bool:
        return (self.urgency, self.number) < (other.urgency, other.number)


@dataclass(slots=True, eq=False)
class _Stint:
    """A worker's time on one job."""

    wait_s: float
    start_s: float
    end_s: float | None = None


class InferencePool:
    """Threads that take the most urgent queued work first and, among equals, the oldest.

    What is running runs to its end, so long work is handed over in pieces. The models free the
    interpreter's lock while they compute; n_workers is how many of them may do so at once.
    clock: seconds, only ever forward.
    """

    def __init__(
        self, n_workers: int, n_queued: int = 64, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if n_workers < 1 or n_queued < 1:
            raise ValueError("a pool has one worker and one place to wait or more")
        self._n_queued_most = n_queued
        self._n_after_call_most = max(1, n_workers - 1)
        self._clock = clock
        self._began_s = clock()
        self._changed = threading.Condition()
        self._queue: list[_Job] = []
        self._stints: list[_Stint] = []
        self._running: list[_Job] = []
        self._n_submitted = 0
        self._n_after_call = 0
        self._closed = False
        self._workers: list[threading.Thread] = []
        for _ in range(n_workers):
            self._hire()

    @property
    def n_workers(self) -> int:
        return len(self._workers)

    def submit(self, urgency: Urgency, work: Callable[[], T]) -> Future[T]:
        """Queues work; never blocks, never raises. cancel() of the future takes it out while it
        is queued.

        A full queue drops its least urgent, youngest work, be it this or another: its future
        raises SpeechFault "inference-overloaded". After close(): "inference-closed".
        """
        with self._changed:
            job = _Job(urgency, self._n_submitted, work, self._clock())
            self._n_submitted += 1
            dropped, fault = (job, _closed()) if self._closed else (self._enqueue(job), _full())
        # Futures are told outside the lock: who waits for one may come straight back.
        job.future.add_done_callback(lambda _: self._forget(job))
        if dropped is not None:
            _fail(dropped.future, fault)
        return job.future

    def abandon(self, future: Future[Any]) -> bool:
        """Its work hangs: another worker takes the place of the one that is stuck in it, which
        ends if it ever comes back. Queued work is cancelled. False when it was done already."""
        if future.cancel():
            return True
        with self._changed:
            stuck = next((job for job in self._running if job.future is future), None)
            if stuck is None or stuck.abandoned:
                return False
            stuck.abandoned = True
            self._n_after_call -= stuck.urgency is Urgency.AFTER_CALL
            if not self._closed:
                self._workers.remove(stuck.worker)
                self._hire()
            return True

    def load(self) -> Load:
        with self._changed:
            now_s = self._clock()
            since_s = max(self._began_s, now_s - LOAD_WINDOW_S)
            self._trim(since_s)
            busy_s = sum(
                (now_s if stint.end_s is None else stint.end_s) - max(stint.start_s, since_s)
                for stint in self._stints
            )
            begun = [stint.wait_s for stint in self._stints if stint.start_s >= since_s]
            whole_s = (now_s - since_s) * len(self._workers)
            share = min(1.0, busy_s / whole_s) if whole_s > 0 else 0.0
            return Load(share, len(self._queue), max(begun, default=0.0))

    def close(self, within_s: float = 5.0) -> None:
        """Cancels what is queued and waits for what is running, so long; safe twice."""
        with self._changed:
            self._closed = True
            left, self._queue = self._queue, []
            self._changed.notify_all()
        for job in left:
            _cancel(job.future)
        until_s = time.monotonic() + within_s
        for worker in self._workers:
            if worker is not threading.current_thread():
                worker.join(max(0.0, until_s - time.monotonic()))

    def _enqueue(self, job: _Job) -> _Job | None:
        """Returns what had to go for it, maybe itself."""
        heapq.heappush(self._queue, job)
        if len(self._queue) <= self._n_queued_most:
            self._changed.notify()
            return None
        worst = max(self._queue)
        self._remove(worst)
        self._changed.notify()
        return worst

    def _remove(self, job: _Job) -> None:
        self._queue.remove(job)
        heapq.heapify(self._queue)

    def _forget(self, job: _Job) -> None:
        """Takes a cancelled job out of the queue at once, so that it fills no place there."""
        if not job.future.cancelled():
            return
        with self._changed:
            if job not in self._queue:
                return
            self._remove(job)
        job.future.set_running_or_notify_cancel()

    def _hire(self) -> None:
        # A daemon: an engine that hangs must not keep the process from ending.
        worker = threading.Thread(target=self._serve, name="inference", daemon=True)
        self._workers.append(worker)
        worker.start()

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            self._run(job)
            if job.abandoned:
                return
            del job  # what it held is free while this worker waits

    def _next(self) -> _Job | None:
        """Waits for work; None when the pool is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._may_begin())
            if self._closed:
                return None
            job = heapq.heappop(self._queue)
            self._n_after_call += job.urgency is Urgency.AFTER_CALL
            job.worker = threading.current_thread()
            self._running.append(job)
            return job

    def _may_begin(self) -> bool:
        if not self._queue:
            return False
        # The heap's first is after-call work only when all of it is.
        patient = self._queue[0].urgency is Urgency.AFTER_CALL
        return not patient or self._n_after_call < self._n_after_call_most

    def _run(self, job: _Job) -> None:
        # Whether a job was cancelled is asked once, by whoever took it from the queue.
        wanted = job.future.set_running_or_notify_cancel()
        answer, fault = self._timed(job) if wanted else (None, None)
        with self._changed:
            self._running.remove(job)
            if not job.abandoned:
                self._n_after_call -= job.urgency is Urgency.AFTER_CALL
            self._changed.notify_all()
        # Told last: who waits for it finds the worker free and the load counted.
        if wanted and fault is None:
            job.future.set_result(answer)
        elif wanted:
            job.future.set_exception(fault)

    def _timed(self, job: _Job) -> tuple[Any, BaseException | None]:
        with self._changed:
            start_s = self._clock()
            stint = _Stint(start_s - job.queued_s, start_s)
            self._trim(start_s - LOAD_WINDOW_S)
            self._stints.append(stint)
        try:
            return job.work(), None
        except BaseException as error:  # noqa: BLE001 - the future carries it to who waits
            return None, error
        finally:
            with self._changed:
                stint.end_s = self._clock()

    def _trim(self, since_s: float) -> None:
        self._stints = [s for s in self._stints if s.end_s is None or s.end_s > since_s]


def _fail(future: Future[Any], fault: SpeechFault) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(fault)


def _cancel(future: Future[Any]) -> None:
    future.cancel()
    future.set_running_or_notify_cancel()


def _full() -> SpeechFault:
    return SpeechFault(
        "inference-overloaded",
        "The speech models were expected to keep up, but more work is waiting than has room.",
        "Hold fewer calls at once on this machine, or choose a smaller model.",
        retry=True,
    )


def _closed() -> SpeechFault:
    return SpeechFault(
        "inference-closed",
        "The speech models were expected to be in use, but they are shut down.",
        "Start Rehearse again.",
    )
