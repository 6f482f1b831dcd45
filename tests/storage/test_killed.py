"""A process is killed while it writes; what it had been told was written is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.calls import Calls
from storage.database import Database
from storage.recordings import Recordings

pytestmark = pytest.mark.slow

WRITER = """
import sys
from pathlib import Path
from storage.calls import Calls
from storage.database import Database
from storage.recordings import Recordings
from storage.seed import seed_people

data = Path(sys.argv[1])
database = Database.open(data / "rehearse.db")
seed_people(database, [("ann", "Ann")], [("north", "North")], [("ann", "north", "rep")])
calls = Calls(database)
log = Recordings(data / "calls").open_events("ab")
for n in range(1_000_000):
    calls.start("ann", "north", "s", f"{n:08x}")
    log.append({"kind": "caption", "n": n, "text": "x" * (n % 5000)})
    print(n, flush=True)
"""


def test_a_process_killed_while_writing_loses_nothing_it_was_told_is_written(
    tmp_path: Path, program: Callable[..., Any]
) -> None:
    writer = program(WRITER, tmp_path)
    for line in writer.stdout:
        if int(line) >= 40:
            break
    writer.kill()
    told = [40, *map(int, writer.stdout.read().split())][-1]
    assert writer.wait() == -9

    events = Recordings(tmp_path / "calls").read_events("ab")
    assert [event["n"] for event in events] == list(range(len(events)))
    assert len(events) > told
    database = Database.open(tmp_path / "rehearse.db")
    left = Calls(database).unfinished()
    assert [call.id for call in left] == [f"{n:08x}" for n in range(len(left))]
    assert len(left) > told
    database.close()


COPIER = """
import sys
from pathlib import Path
from storage.recordings import Recordings

recordings = Recordings(Path(sys.argv[1]))
while True:
    for source in sys.argv[2:]:
        recordings.adopt("ab", Path(source))
        print("adopted", flush=True)
"""


def test_a_process_killed_while_copying_leaves_one_whole_recording(
    tmp_path: Path, program: Callable[..., Any]
) -> None:
    sounds = {name: name.encode() * 4_000_000 for name in ("a", "b")}
    for name, sound in sounds.items():
        (tmp_path / name).write_bytes(sound)
    copier = program(COPIER, tmp_path / "calls", tmp_path / "a", tmp_path / "b")
    for _ in range(4):
        copier.stdout.readline()
    copier.kill()
    copier.wait()
    kept = Recordings(tmp_path / "calls").recording_path("ab").read_bytes()
    assert kept in sounds.values()
