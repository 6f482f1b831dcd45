"""A real SQLite file, a small organisation in it, and programs that are killed or out of room."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from scoring.card import Moment, Points, Scorecard
from scoring.measure import Measure
from scoring.objection import Check, Handling
from storage.calls import CallRow, Calls
from storage.database import Database
from storage.people import People
from storage.recordings import Recordings
from storage.seed import seed_people

ROOT = Path(__file__).parents[2]

Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "data" / "rehearse.db")
    yield opened
    opened.close()


@pytest.fixture
def people(database: Database) -> People:
    """Ann and Ben sell in north, Mia manages north, Lee leads south, Ada is admin of both."""
    seed_people(
        database,
        [("ann", "Ann A"), ("ben", "Ben B"), ("mia", "Mia M"), ("lee", "Lee L"), ("ada", "Ada D")],
        [("north", "North"), ("south", "South")],
        [
            ("ann", "north", "rep"),
            ("ben", "north", "rep"),
            ("mia", "north", "manager"),
            ("lee", "south", "team_lead"),
            ("ada", "north", "admin"),
            ("ada", "south", "admin"),
        ],
    )
    return People(database)


@pytest.fixture
def calls(database: Database, people: People) -> Calls:
    return Calls(database)


@pytest.fixture
def call(calls: Calls) -> CallRow:
    return calls.start("ann", "north", "pricing-drill")


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path / "data" / "calls")


@pytest.fixture
def scorecard() -> Callable[..., Scorecard]:
    def make(*, provisional: bool = False, total: float | None = 71.5) -> Scorecard:
        pace = Measure(
            "pace", "Pace", 151.0, "words/min", 140.2, 163.0, None, "82 s of rep speech", "d", ""
        )
        check = Check("explore", "yes", 12.5, "What is it compared with?", "A question came first.")
        handling = Handling(
            "price", "price", "cost", "Too much.", 10.0, 11.5, None, None, "silent", (check,)
        )
        return Scorecard(
            scenario_id="pricing-drill",
            rubric_id="first",
            version=1,
            provisional=provisional,
            engines={"speech_to_text": "pocketsphinx"},
            notes=("A rough engine.",),
            duration_s=182.25,
            measures=(pace,),
            objections=(handling,),
            criteria=(Points("listen", "Listen", None, 0.25, "Too little.", "1 of 1"),),
            total=total,
            reason=None if total is not None else "Too little speech.",
            keep=Moment("You asked.", 12.5, 14.0),
            fix=None,
        )

    return make


@pytest.fixture
def program() -> Iterator[Program]:
    """Starts Python code in a process of its own, with our packages importable."""
    started: list[subprocess.Popen[str]] = []

    def start(
        code: str, *arguments: object, before: Sequence[object] = ()
    ) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [*map(str, before), sys.executable, "-c", code, *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
