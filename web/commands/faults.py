"""How a fault reaches the person at a terminal, and what the shell is told."""

import errno
import os
import sys
import traceback
from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.markup import escape

from configs.fault import Fault
from speech.fault import SpeechFault

FAULT: Final = 1
USAGE: Final = 2
UNEXPECTED: Final = 70
"""EX_SOFTWARE of sysexits.h."""

DEBUG_ENV: Final = "REHEARSE_DEBUG"


def report(error: Exception, env: Mapping[str, str] = os.environ) -> int:
    """Say on stderr what went wrong; returns the exit code. Only DEBUG_ENV brings a traceback."""
    if env.get(DEBUG_ENV):
        traceback.print_exception(error)
    fault = as_fault(error)
    if fault is not None:
        print_fault(fault)
        return FAULT
    print_fault(
        Fault(
            "unexpected",
            f"Something happened that Rehearse did not expect ({type(error).__name__}).",
            f"Set {DEBUG_ENV}=1 and run the same again to see the details.",
        )
    )
    return UNEXPECTED


def print_fault(fault: Fault | SpeechFault) -> None:
    """One fault on stderr."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]error\\[{fault.code}][/]: {escape(fault.said)}")
    if fault.remedy:
        console.print(f"  {escape(fault.remedy)}")
    sys.stderr.flush()


def as_fault(error: BaseException) -> Fault | SpeechFault | None:
    """The fault in an error: itself, the first of a group, or what the system refused."""
    if isinstance(error, Fault | SpeechFault):
        return error
    if isinstance(error, BaseExceptionGroup):
        found = (as_fault(one) for one in error.exceptions)
        return next((fault for fault in found if fault is not None), None)
    return _of_system(error) if isinstance(error, OSError) else None


def _of_system(error: OSError) -> Fault | None:
    where = f" to {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        said = f"Rehearse was about to write{where}, and the disk is full."
        return Fault("disk-full", said, "Free some space and run the same again.", retry=True)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        said = f"Rehearse was about to read or write{where}, and is not allowed to."
        remedy = "Change the rights, or set REHEARSE_DATA_FOLDER to a folder of your own."
        return Fault("not-permitted", said, remedy)
    return None
