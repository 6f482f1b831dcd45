"""No room left, for real: the kernel refuses to write, as it does on a full disk."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from storage.calls import Calls
from storage.database import Database
from storage.recordings import Recordings

pytestmark = pytest.mark.slow

# A disk of two megabytes that only the program sees; some containers do not allow one.
SMALL_DISK = (
    "unshare",
    "--mount",
    "--map-root-user",
    "sh",
    "-c",
    'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$@"',
)
HAS_SMALL_DISK = (
    subprocess.run([*SMALL_DISK, tempfile.gettempdir(), "true"], capture_output=True).returncode
    == 0
)

# RLIMIT_FSIZE answers EFBIG where a full disk answers ENOSPC, and needs no rights to set up.
LIMITED = """
import resource, sys
from pathlib import Path
from configs.fault import Fault
from storage.calls import Calls
from storage.database import Database
from storage.recordings import Recordings
from storage.seed import seed_people

data = Path(sys.argv[1])
recordings = Recordings(data / "calls")
database = Database.open(data / "rehearse.db")
seed_people(database, [("ann", "Ann")], [("north", "North")], [("ann", "north", "rep")])
calls = Calls(database)

def limit(n_bytes):
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, resource.RLIM_INFINITY))

def code_of(act):
    try:
        act()
    except Fault as fault:
        return fault.code
    return "none"
"""

EVENTS = (
    LIMITED
    + """
log = recordings.open_events("ab")
limit(1000)
print(code_of(lambda: [log.append({"n": n}) for n in range(1000)]))
limit(resource.RLIM_INFINITY)
log.append({"n": "room again"})
log.close()
"""
)

ADOPTED = (
    LIMITED
    + """
(data / "source").write_bytes(b"x" * 50_000)
recordings.adopt("ab", data / "source")
(data / "source").write_bytes(b"y" * 200_000)
limit(100_000)
print(code_of(lambda: recordings.adopt("ab", data / "source")))
"""
)

ROWS = (
    LIMITED
    + """
limit(400_000)
print(code_of(lambda: [calls.start("ann", "north", "s" * 2000, f"{n:08x}") for n in range(1000)]))
limit(resource.RLIM_INFINITY)
calls.start("ann", "north", "room again", "ffffffff")
"""
)


def _said(
    program: Callable[..., Any], code: str, folder: Path, before: Sequence[object] = ()
) -> str:
    said, complaint = program(code, folder, before=before).communicate(timeout=60)
    assert complaint == ""
    return str(said).strip()


def test_an_event_log_without_room_keeps_whole_lines_and_goes_on_when_there_is_room(
    tmp_path: Path, program: Callable[..., Any]
) -> None:
    assert _said(program, EVENTS, tmp_path) == "disk-full"
    events = Recordings(tmp_path / "calls").read_events("ab")
    assert [event["n"] for event in events[:-1]] == list(range(len(events) - 1))
    assert len(events) > 50
    assert events[-1] == {"n": "room again"}


def test_a_recording_without_room_leaves_the_one_before(
    tmp_path: Path, program: Callable[..., Any]
) -> None:
    assert _said(program, ADOPTED, tmp_path) == "disk-full"
    path = Recordings(tmp_path / "calls").recording_path("ab")
    assert path.read_bytes() == b"x" * 50_000
    assert [file.name for file in path.parent.iterdir()] == ["call.ogg"]


def test_a_database_without_room_keeps_every_call_before_and_goes_on_when_there_is_room(
    tmp_path: Path, program: Callable[..., Any]
) -> None:
    assert _said(program, ROWS, tmp_path) in ("disk-full", "database-not-written")
    database = Database.open(tmp_path / "rehearse.db")
    kept = [call.id for call in Calls(database).unfinished()]
    database.close()
    assert kept[-1] == "ffffffff"
    assert kept[:-1] == [f"{n:08x}" for n in range(len(kept) - 1)]
    assert len(kept) > 5


FULL = (
    LIMITED
    + """
LONG = "s" * 2000
(data / "filler").write_bytes(b"x" * (recordings.free_bytes() - 400_000))
with recordings.open_events("ab") as log:
    print(code_of(lambda: recordings.require_space(500_000)))
    print(code_of(lambda: [calls.start("ann", "north", LONG, f"{n:08x}") for n in range(999)]))
    print(code_of(lambda: [log.append({"n": n}) for n in range(100_000)]))
    print(code_of(lambda: Database.open(data / "other.db")))
    (data / "filler").unlink()
    log.append({"n": "room again"})
    calls.start("ann", "north", "room again", "ffffffff")
events = [event["n"] for event in recordings.read_events("ab")]
kept = [call.id for call in calls.unfinished()]
print(events == [*range(len(events) - 1), "room again"])
print(kept == [f"{n:08x}" for n in range(len(kept) - 1)] + ["ffffffff"])
"""
)


if HAS_SMALL_DISK:

    def test_a_full_disk_is_one_fault_everywhere_and_loses_nothing(
        tmp_path: Path, program: Callable[..., Any]
    ) -> None:
        on_small_disk = (*SMALL_DISK, tmp_path)
        said = _said(program, FULL, tmp_path, before=on_small_disk)
        assert said.split() == ["disk-full"] * 4 + ["True"] * 2


READ_ONLY = """
import os, sys
from pathlib import Path
from configs.fault import Fault
from storage.database import Database

if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Database.open(Path(sys.argv[1]))
except Fault as fault:
    print(fault.code)
"""


@pytest.mark.parametrize("locked", ["file", "folder"])
def test_a_database_of_somebody_else_is_not_writable(
    program: Callable[..., Any], locked: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rehearse.db"
        if locked == "file":
            Database.open(file).close()
            file.chmod(0o444)
        os.chmod(folder, 0o555)
        assert _said(program, READ_ONLY, file) == "database-not-writable"
        os.chmod(folder, 0o755)
