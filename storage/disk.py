"""Room on a disk, and what to say when the disk refuses."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from configs.fault import Fault

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk, the quota, or the size a file may have: for a person, all three are no room."""
_REFUSED = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EEXIST,
        errno.ENOENT,
    }
)
_REMEDY_FULL = "Free some space where data.folder is, or choose another data.folder."


@contextmanager
def disk_faults(what: str) -> Iterator[None]:
    """Turns an OSError of the block into a Fault: disk-full, <what>-not-writable or, for any
    other reason, <what>-not-written. `what` is a kebab-case noun such as "recording"."""
    try:
        yield
    except OSError as error:
        raise _fault(what, error) from error


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk of a folder that may not be there yet."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(there).free


def disk_full(said: str) -> Fault:
    return Fault("disk-full", said, _REMEDY_FULL, retry=True)


def _fault(what: str, error: OSError) -> Fault:
    if error.errno in _FULL:
        return disk_full(f"There is no room left on the disk for the {what}.")
    reason = errno.errorcode.get(error.errno or 0, "no reason given")
    if error.errno in _REFUSED:
        said = f"expected a place where the {what} can be written, and got {reason}."
        remedy = "Make data.folder a folder that you may write to."
        return Fault(f"{what}-not-writable", said, remedy)
    said = f"The {what} could not be written or read ({reason})."
    return Fault(f"{what}-not-written", said, "Check the disk of data.folder.", retry=True)
