"""How long `rehearse serve` takes from process start to the first page answered.

    python tests/benchmarks/startup.py [--rounds 5] [--json]

Each round starts, one after the other: a bare FastAPI and uvicorn hello-world, Rehearse in an empty
data folder, and Rehearse in that folder again. The second start finds the sample calls that the
first was stopped in the middle of scoring, so it is the worst second start there is. Downloads are
off. Python's compiled files and the disk cache are warm from the run before the first round.
Memory is the most that the process and its children held until the first page.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import httpx
from machine import children, load, peak_mib

AIM_S: Final = 10.0
"""For the first page of a second start."""
LIMIT_S: Final = 120.0
HELLO: Final = """
import sys
import uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
def home() -> str:
    return "hello"
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""
REHEARSE: Final = str(Path(sys.executable).with_name("rehearse"))
ARMS: Final = ("hello-world", "first start", "second start")


@dataclass(slots=True)
class Arm:
    taken_s: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    """Empty where the system does not tell."""

    def document(self) -> dict[str, object]:
        return {
            "median_s": round(median(self.taken_s), 3),
            "min_s": round(min(self.taken_s), 3),
            "max_s": round(max(self.taken_s), 3),
            "peak_rss_mib": round(median(self.peak_mib), 1) if self.peak_mib else None,
            "taken_s": [round(one, 3) for one in self.taken_s],
        }


def environment(data: Path) -> dict[str, str]:
    """Ours without anybody's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REHEARSE_", "OPENAI_"))}
    return kept | {
        "REHEARSE_DATA_FOLDER": str(data),
        "REHEARSE_MODELS_DOWNLOAD": "never",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs in `folder`, so that no settings file of ours is found; stopped as by Ctrl-C."""
    started = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(folder / "data"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def first_page(started: subprocess.Popen[bytes], port: int, since_s: float) -> float:
    """Seconds since `since_s` when the first page came. The socket may be there long before the
    page, so one patient request is made, not many."""
    with httpx.Client(trust_env=False, timeout=LIMIT_S, follow_redirects=True) as browser:
        while time.perf_counter() - since_s < LIMIT_S:
            if started.poll() is not None:
                sys.exit(f"{started.args!r} ended with {started.returncode} before the first page.")
            try:
                browser.get(f"http://127.0.0.1:{port}/").raise_for_status()
                return time.perf_counter() - since_s
            except httpx.ConnectError:
                time.sleep(0.01)
    sys.exit(f"No page within {LIMIT_S:.0f} s.")


def tree_peak_mib(pid: int) -> float | None:
    """Peak resident memory of the process and its children, added up; None where unknown."""
    peaks = [peak_mib(one) for one in (pid, *children(pid))]
    known = [one for one in peaks if one is not None]
    return sum(known) if known else None


def start(arm: Arm, command: Sequence[str], folder: Path, port: int) -> None:
    since_s = time.perf_counter()
    with process(command, folder) as started:
        arm.taken_s.append(first_page(started, port, since_s))
        peak = tree_peak_mib(started.pid)
        if peak is not None:
            arm.peak_mib.append(peak)


def one_round(arms: dict[str, Arm]) -> None:
    with tempfile.TemporaryDirectory(prefix="rehearse-startup-") as name:
        folder, port = Path(name), free_port()
        hello = [sys.executable, "-c", HELLO, str(port)]
        start(arms["hello-world"], hello, folder, port)
        for arm in ("first start", "second start"):
            port = free_port()
            serve = [REHEARSE, "serve", "--no-open", "--port", str(port)]
            start(arms[arm], serve, folder, port)


def help_s(n_rounds: int) -> list[float]:
    taken: list[float] = []
    for _ in range(n_rounds):
        since_s = time.perf_counter()
        subprocess.run([REHEARSE, "--help"], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - since_s)
    return taken


def show(document: dict[str, dict[str, object]], ratio: float) -> None:
    print(f"{'':14} {'median':>8} {'min':>8} {'max':>8} {'peak MiB':>9}")
    for name, row in document.items():
        times = "".join(f" {row[key]:7.2f}s" for key in ("median_s", "min_s", "max_s"))
        print(f"{name:14}{times} {row['peak_rss_mib'] or '-':>9}")
    print(f"second start : hello-world = {ratio:.1f} : 1; aim: within {AIM_S:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    before = load()
    arms = {name: Arm() for name in ARMS}
    one_round({name: Arm() for name in ARMS})  # compiles what was never imported
    for _ in range(chosen.rounds):
        one_round(arms)
    document = {name: arm.document() for name, arm in arms.items()}
    document["--help"] = Arm(help_s(chosen.rounds)).document()
    ratio = median(arms["second start"].taken_s) / median(arms["hello-world"].taken_s)
    if chosen.json:
        print(json.dumps({"arms": document, "ratio": round(ratio, 2), "before": before}))
        return
    print(f"{before} before, {chosen.rounds} rounds")
    show(document, ratio)


if __name__ == "__main__":
    main()
