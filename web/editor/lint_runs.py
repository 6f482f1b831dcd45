"""Checks of drafts that go on: each in a process of its own, one after the other, so that calls
that go on at the same time are not held up."""

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from agents.scenario_lint import lint
from configs.fault import Fault
from configs.persona import Persona
from configs.rubric import Rubric
from configs.scenario import Scenario

logger = logging.getLogger(__name__)
_PROCESSES: Final = multiprocessing.get_context("spawn")
_NICE: Final = 10
"""Steps behind the calls."""


@dataclass(frozen=True, slots=True)
class LintWork:
    scenarios: Sequence[Scenario]
    """The one that is checked, then its variants."""
    personas: Mapping[str, Persona]
    rubrics: Mapping[str, Rubric]


@dataclass(frozen=True, slots=True)
class LintProgress:
    n_done: int
    n: int
    """Scenarios."""
    fault: Fault | None = None
    """Why it came to nothing."""

    @property
    def going_on(self) -> bool:
        return self.fault is None and self.n_done < self.n


class LintRuns:
    """Safe to share between threads. What is going on ends with the server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._progress: dict[str, LintProgress] = {}

    def progress(self, key: str) -> LintProgress | None:
        """Of the newest run under this key; None when there was none."""
        with self._lock:
            return self._progress.get(key)

    def start(
        self, key: str, work: LintWork, keep: Callable[[list[dict[str, Any]]], object]
    ) -> None:
        """`keep` gets the reports, in order, on a thread of ours. Does nothing while a run under
        this key goes on."""
        with self._lock:
            before = self._progress.get(key)
            if before is not None and before.going_on:
                return
            self._progress[key] = LintProgress(0, len(work.scenarios))
        thread = threading.Thread(
            target=self._run, args=(key, work, keep), name="lint-run", daemon=True
        )
        thread.start()

    def _run(
        self, key: str, work: LintWork, keep: Callable[[list[dict[str, Any]]], object]
    ) -> None:
        n = len(work.scenarios)
        try:
            with self._one_at_a_time:
                reports = self._reports(key, work)
            keep(reports)
        except Fault as fault:
            logger.warning("a check of a scenario came to nothing: %s", fault.code)
            self._set(key, LintProgress(0, n, fault))
        else:
            self._set(key, LintProgress(n, n))

    def _reports(self, key: str, work: LintWork) -> list[dict[str, Any]]:
        reports: list[dict[str, Any]] = []
        ours, theirs = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=_work, args=(theirs, work), daemon=True)
        process.start()
        theirs.close()
        try:
            while len(reports) < len(work.scenarios):
                reports.append(ours.recv())
                # The last step is done when the reports are kept.
                self._set(key, LintProgress(len(reports) - 1, len(work.scenarios)))
        except EOFError:
            said = "The check ended before its time, so there is no report."
            raise Fault("lint-not-finished", said, "Start it again.", retry=True) from None
        finally:
            process.kill()
            process.join()
            ours.close()
        return reports

    def _set(self, key: str, progress: LintProgress) -> None:
        with self._lock:
            self._progress[key] = progress


def _work(told: Connection, work: LintWork) -> None:
    os.nice(_NICE)
    for scenario in work.scenarios:
        told.send(lint(scenario, work.personas, work.rubrics[scenario.rubric]).to_data())
