"""What the benchmarks ask of the machine."""

import os
from pathlib import Path


def peak_mib(pid: int) -> float | None:
    """Peak resident memory of one process; None where there is no /proc, or the process ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    found = next((one.split()[1] for one in lines if one.startswith("VmHWM:")), None)
    return None if found is None else round(int(found) / 1024, 1)


def children(pid: int) -> list[int]:
    """Process ids of its children and theirs; [] where there is no /proc."""
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            found += [child, *children(child)]
    return found


def load() -> str:
    """Cores and how busy they were in the last minute, as one line."""
    return f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
