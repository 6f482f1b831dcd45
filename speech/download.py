"""Models fetched from the hub: resumed where they broke off, checked, put in place whole."""

import contextlib
import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from speech import hub as model_hub
from speech.fault import SpeechFault
from speech.hub import RemoteFile
from speech.models import CHECKSUMS, Checksum, Model, folder_of

_TRIES = 3
"""In a row without a new byte."""


@dataclass(frozen=True, slots=True)
class Progress:
    model: Model
    n_bytes: int
    """On this disk, of the model's files."""
    n_bytes_total: int


OnProgress = Callable[[Progress], None]


def download(
    model: Model,
    folder: Path,
    hub: str = "https://huggingface.co",
    on_progress: OnProgress = lambda progress: None,
    connect_timeout_s: float = 5.0,
) -> None:
    """Fetches what is missing or damaged of the model into its own folder below folder, and
    records the checksums that the hub told beside it. Blocks; an exception from on_progress stops
    it. What came stays in a .part file, and the next download goes on from there.

    Raises SpeechFault "hub-unreachable" (within connect_timeout_s), "hub-address-wrong",
    "hub-refused", "model-not-on-hub", "model-checksum-missing", "model-checksum-mismatch",
    "download-broken-off", "disk-full", "models-not-writable".
    """
    model_hub.reach(hub, connect_timeout_s)
    own = folder_of(model, folder)
    with model_hub.client(connect_timeout_s) as http:
        files = model_hub.remote_files(model, hub, http)
        try:
            own.mkdir(parents=True, exist_ok=True)
            _fetch_all(model, files, own, http, on_progress)
            _record(model, files, own)
        except OSError as error:
            raise _not_written(error) from error


def _fetch_all(
    model: Model, files: list[RemoteFile], own: Path, http: httpx.Client, on_progress: OnProgress
) -> None:
    there = {file.name: _n_there(file, own) for file in files}
    total = sum(file.checksum.n_bytes for file in files)
    missing = total - sum(there.values())
    if missing > shutil.disk_usage(own).free:
        raise _disk_full(missing)
    on_progress(Progress(model, total - missing, total))
    for file in files:
        if _in_place(file, own):
            continue
        for n_bytes in _fetch(file, own, http):
            there[file.name] = n_bytes
            on_progress(Progress(model, sum(there.values()), total))
        _put_in_place(file, own)


def _n_there(file: RemoteFile, own: Path) -> int:
    """Bytes of the file that need no fetching."""
    if _in_place(file, own):
        return file.checksum.n_bytes
    part = _part(file.name, file.checksum, own)
    return part.stat().st_size if part.is_file() else 0


def _in_place(file: RemoteFile, own: Path) -> bool:
    path = own / file.name
    return path.is_file() and file.checksum.matches(path)


def _part(name: str, checksum: Checksum, own: Path) -> Path:
    # Named by the checksum: a part of what the hub had before is never mixed with what it has now.
    return own / f"{name}.{checksum.digest[:16]}.part"


def _fetch(file: RemoteFile, own: Path, http: httpx.Client) -> Iterator[int]:
    """Fills the part; yields its size as it grows. Begins again where the line broke."""
    part = _part(file.name, file.checksum, own)
    _drop_other_parts(file.name, part)
    part.touch()
    tries = _TRIES
    while (before := part.stat().st_size) < file.checksum.n_bytes:
        # A line can break with an error or, where the length was not told, without one.
        with contextlib.suppress(httpx.RequestError):
            yield from _fetch_rest(file, part, http)
        tries = _TRIES if part.stat().st_size > before else tries - 1
        if tries == 0:
            raise _broken_off()


def _drop_other_parts(name: str, part: Path) -> None:
    for other in part.parent.glob(f"{name}.*.part"):
        if other != part:
            other.unlink()


def _fetch_rest(file: RemoteFile, part: Path, http: httpx.Client) -> Iterator[int]:
    n_bytes = part.stat().st_size
    headers = {"Range": f"bytes={n_bytes}-"} if n_bytes else {}
    with http.stream("GET", file.url, headers=headers, follow_redirects=True) as answer:
        if answer.status_code >= 400:
            raise model_hub.refused(answer.status_code)
        goes_on = _goes_on_at(n_bytes, answer)
        n_bytes = n_bytes if goes_on else 0
        with part.open("ab" if goes_on else "wb") as out:
            # In blocks as they come: fixed ones would lose what came before the line broke.
            for block in answer.iter_raw():
                if n_bytes + len(block) > file.checksum.n_bytes:
                    raise _mismatch(part)
                out.write(block)
                n_bytes += len(block)
                yield n_bytes


def _goes_on_at(n_bytes: int, answer: httpx.Response) -> bool:
    """Whether the answer holds the rest, not the whole."""
    if answer.status_code != httpx.codes.PARTIAL_CONTENT:
        return False
    return re.match(rf"bytes {n_bytes}-", answer.headers.get("Content-Range", "")) is not None


def _put_in_place(file: RemoteFile, own: Path) -> None:
    part = _part(file.name, file.checksum, own)
    if not file.checksum.matches(part):
        raise _mismatch(part)
    os.replace(part, own / file.name)


def _record(model: Model, files: list[RemoteFile], own: Path) -> None:
    document = {
        "repo": model.repo,
        "revision": model.revision,
        "files": {file.name: asdict(file.checksum) for file in files},
    }
    part = own / f"{CHECKSUMS}.part"
    part.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    os.replace(part, own / CHECKSUMS)


def _mismatch(part: Path) -> SpeechFault:
    with contextlib.suppress(OSError):
        part.unlink()
    return SpeechFault(
        "model-checksum-mismatch",
        "The file that came was expected to have the checksum the hub tells, and has another.",
        "It was removed. Try again; if it stays so, something on the way changes files.",
        retry=True,
    )


def _broken_off() -> SpeechFault:
    return SpeechFault(
        "download-broken-off",
        "The download was expected to go on, but the line broke off several times in a row.",
        "Try again: it goes on where it stopped.",
        retry=True,
    )


def _disk_full(n_bytes: int | None = None) -> SpeechFault:
    needed = "Room" if n_bytes is None else f"{n_bytes / 1e6:,.0f} MB of room"
    return SpeechFault(
        "disk-full",
        f"{needed} for the model was expected, but the disk is full.",
        "Free some space, or set models.folder to another disk, and try again.",
        retry=True,
    )


def _not_written(error: OSError) -> SpeechFault:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _disk_full()
    return SpeechFault(
        "models-not-writable",
        "The models folder was expected to be writable, and is not.",
        "Check its permissions, or set models.folder to another one.",
    )
