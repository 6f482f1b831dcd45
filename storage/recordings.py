"""A call's files: one folder a call, with the sound of both sides and the log of events."""

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any, Self

from configs.fault import Fault
from storage.call_id import checked_call_id
from storage.disk import disk_faults, disk_full, free_bytes

_TAIL_BYTES = 64 * 1024


class Recordings:
    """All methods raise Fault call-id-not-valid for what is no call's id."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made with the first call."""
        self._folder = folder

    def folder_of(self, call_id: str) -> Path:
        """The call's folder, made if it is not there and closed to other people of this
        machine. Raises Fault: disk-full, recording-not-writable."""
        folder = self._path(call_id)
        with disk_faults("recording"):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def recording_path(self, call_id: str) -> Path:
        """Two-channel Ogg Opus, rep left, buyer right. It may not be there."""
        return self._path(call_id) / "call.ogg"

    def events_path(self, call_id: str) -> Path:
        """The event log, one JSON object a line. It may not be there."""
        return self._path(call_id) / "events.jsonl"

    def has_recording(self, call_id: str) -> bool:
        """True when there is a recording with something in it."""
        path = self.recording_path(call_id)
        return path.is_file() and path.stat().st_size > 0

    def open_events(self, call_id: str) -> "EventLog":
        """The call's log to write to; see EventLog. Raises Fault."""
        return EventLog(self.folder_of(call_id) / "events.jsonl")

    def read_events(self, call_id: str) -> list[dict[str, Any]]:
        """Every whole line in order; [] when there is no log. A last line that was cut off by
        a killed process is left out. Raises Fault: events-not-readable, events-not-written."""
        path = self.events_path(call_id)
        with disk_faults("events"):
            lines = path.read_bytes().split(b"\n") if path.exists() else []
        events = [_event(line) for line in lines if line]
        if events and events[-1] is None:
            events.pop()
        whole = [event for event in events if event is not None]
        if len(whole) < len(events):
            said = f"{len(events) - len(whole)} lines of the call's event log cannot be read."
            raise Fault("events-not-readable", said, "Score the call from its recording.")
        return whole

    def is_held(self, call_id: str) -> bool:
        """True while an EventLog of this or another process writes to the call's log."""
        path = self.events_path(call_id)
        if not path.exists():
            return False
        with disk_faults("events"), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def adopt(self, call_id: str, source_file: Path) -> Path:
        """Copies a recording that lies elsewhere in: wholly there or not at all, even when the
        process is killed. Raises Fault: disk-full, recording-not-there, recording-not-writable."""
        if not source_file.is_file():
            said = "expected a file with a recording, and there is none at this place."
            raise Fault("recording-not-there", said, "Check the path.")
        self.require_space(source_file.stat().st_size)
        folder, target = self.folder_of(call_id), self.recording_path(call_id)
        if target.exists() and target.samefile(source_file):
            return target
        part = folder / "call.ogg.part"
        with disk_faults("recording"):
            try:
                _copy(source_file, part)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
            _sync_folder(folder)
        return target

    def free_bytes(self) -> int:
        return free_bytes(self._folder)

    def require_space(self, n_bytes: int) -> None:
        """Raises Fault disk-full when there is less: ask before a call, not in it."""
        free = self.free_bytes()
        if free < n_bytes:
            megabytes = 1024 * 1024
            said = f"expected {n_bytes / megabytes:.1f} MiB of free space on the disk"
            raise disk_full(f"{said}, and there are {free / megabytes:.1f} MiB.")

    def _path(self, call_id: str) -> Path:
        return self._folder / checked_call_id(call_id)


class EventLog:
    """Writes events of one call, each one line that is with the system before append returns,
    so that a killed process loses none; close brings them to the disk. One thread at a time."""

    def __init__(self, path: Path) -> None:
        """Goes on after the last whole line when there is a log. Raises Fault: disk-full,
        events-not-writable, call-held-elsewhere (another EventLog has it open)."""
        with disk_faults("events"):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            _hold(self._file)
            self._end = _end_of_whole_lines(self._file)
            os.ftruncate(self._file, self._end)
        self._closed = False

    def append(self, event: dict[str, Any]) -> None:
        """JSON values only. The log holds the whole line or none of it. Raises Fault: disk-full,
        events-not-written; a later append may go through."""
        text = json.dumps(event, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        # A recognizer or a model can give half a surrogate pair, which json.loads takes as well.
        line = text.encode("utf-8", "surrogatepass") + b"\n"
        with disk_faults("events"):
            try:
                self._write(line)
            except OSError:
                os.ftruncate(self._file, self._end)
                raise
        self._end += len(line)

    def close(self) -> None:
        """Brings what was written to the disk; closing twice does nothing. Raises Fault:
        disk-full, events-not-written."""
        if self._closed:
            return
        self._closed = True
        with disk_faults("events"):
            try:
                os.fsync(self._file)
            finally:
                os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, line: bytes) -> None:
        n_written = 0
        while n_written < len(line):
            n_written += os.pwrite(self._file, line[n_written:], self._end + n_written)


def _hold(file: int) -> None:
    """Until the file is closed, or the process dies. Raises Fault "call-held-elsewhere"."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        said = "expected a call that nobody holds, and this one is held already."
        raise Fault("call-held-elsewhere", said, "End it there first.") from None


def _end_of_whole_lines(file: int) -> int:
    """Offset after the last line break, bytes; 0 when there is none."""
    end = os.fstat(file).st_size
    while end > 0:
        start = max(0, end - _TAIL_BYTES)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _copy(source_file: Path, part: Path) -> None:
    with source_file.open("rb") as source, part.open("wb") as target:
        part.chmod(0o600)
        shutil.copyfileobj(source, target, 1024 * 1024)
        target.flush()
        os.fsync(target.fileno())


def _sync_folder(folder: Path) -> None:
    """Without it the new name may be gone after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
