"""The live call against livekit-agents' stock pipeline, with identical models, in one run.

    python tests/benchmarks/live.py [--turns 40] [--quick] [--data FOLDER] [--voice piper]
                                    [--arms stock,tuned,ours] [--capacity] [--json]

README.md beside this file says what is measured and how. Each arm runs in a process of its own;
calls are held in turn by every arm, in real time, so a run takes about 30 s a turn.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))  # tests.fakes, tests.models

from live_arm import ARMS  # noqa: E402
from live_figures import figures, ratios, table  # noqa: E402
from live_set import Step, TestSet  # noqa: E402
from machine import load  # noqa: E402

from configs.load import load_catalogue  # noqa: E402
from speech.models import PIPER_VOICES, WHISPER_MODELS, path_of  # noqa: E402
from tests.fakes.openai_server import OpenAIServer  # noqa: E402
from tests.models.tiny_piper import build_tiny_piper_voice  # noqa: E402
from tests.models.tiny_whisper import build_shaped_whisper  # noqa: E402

FIRST_TOKEN_S: Final = 0.15
TOKEN_S: Final = 0.02
REPLIES: Final = (
    "Well, we looked at something like that last year. It came out more expensive than what we do "
    "today.",
    "I see. But my drivers know their routes by heart, and I do not want to lose any of them over "
    "this.",
    "That depends on what it does to our costs, and on how long it takes until we see any of that. "
    "I would want numbers.",
    "Honestly, the plan that we have works well enough. I would need a good reason to change it "
    "this year.",
)
QUICK_TURNS: Final = 8
CROWDS: Final = (1, 2, 3, 4, 6, 8, 12, 16)
LIMIT_S: Final = 1.5
"""The p95 that no more calls at once may pass."""
APART_S: Final = 1.3
"""Between the starts of calls at once, so that their turns do not all end together."""


class Arm:
    """A process that holds calls."""

    def __init__(self, name: str, options: Sequence[str]) -> None:
        self.name = name
        self.calls: list[dict[str, Any]] = []
        self.peak_mib: float | None = None
        command = [sys.executable, str(HERE / "live_arm.py"), "--arm", name, *options]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._read()

    def hold(self, calls: Sequence[Sequence[Step]], apart_s: float = 0.0) -> list[dict[str, Any]]:
        """Calls at the same time, so many seconds apart."""
        asked = {"calls": [[s.document() for s in steps] for steps in calls], "apart_s": apart_s}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        found = self._read()
        self.peak_mib = found["peak_mib"]
        return list(found["calls"])

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the arm {self.name} ended; its error is above")
        return dict(json.loads(line))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def arms_of(chosen: argparse.Namespace, models: Path, base_url: str) -> Iterator[list[Arm]]:
    options = ["--models", str(models), "--voice", chosen.voice, "--base-url", base_url]
    if chosen.data:
        options += ["--data", str(chosen.data)]
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="rehearse-live-") as folder:
        arms = []
        for name in chosen.arms:
            arms.append(Arm(name, [*options, "--folder", str(Path(folder) / name)]))
            stack.callback(arms[-1].close)
        yield arms


def build_models(folder: Path, voice: str) -> None:
    """Of the real shape: a Whisper `base` of random weights; tiny Piper voices, if asked for."""
    build_shaped_whisper(path_of(WHISPER_MODELS["base.en"], folder), "base")
    if voice == "piper":
        for persona in load_catalogue().personas.values():
            model = PIPER_VOICES[persona.voice.piper]
            build_tiny_piper_voice(path_of(model, folder).parent, model.name)


def measure(chosen: argparse.Namespace, test_set: TestSet, models: Path) -> dict[str, Any]:
    calls = test_set.calls(chosen.turns)
    replies = [tuple(word + " " for word in reply.split()) for reply in REPLIES]
    server = OpenAIServer(first_piece_s=FIRST_TOKEN_S, piece_s=TOKEN_S)
    with server, arms_of(chosen, models, server.base_url) as arms:
        order = list(arms)
        for i, steps in enumerate(calls):
            server.pieces = replies[i % len(replies)]
            for arm in order:
                arm.calls += arm.hold([steps])
                _progress(f"call {i + 1} of {len(calls)}, {arm.name}: done")
            order.append(order.pop(0))
        return {arm.name: figures(arm.calls, arm.peak_mib) | {"calls": arm.calls} for arm in arms}


def crowd(chosen: argparse.Namespace, test_set: TestSet, models: Path) -> dict[str, Any]:
    """How many calls at once each arm holds before its p95 passes LIMIT_S."""
    found: dict[str, Any] = {}
    with arms_of(chosen, models, "") as arms:
        left = {arm.name: arm for arm in arms}
        for n in CROWDS:
            for name, arm in list(left.items()):
                row = _at_once(arm, test_set, n)
                held = found.setdefault(name, {"n_calls": 0, "runs": []})
                held["runs"].append({"n_calls": n, **row})
                _progress(f"{n} calls at once, {name}: p95 {row['p95_s']} s")
                if row["p95_s"] is None or row["p95_s"] > LIMIT_S:
                    del left[name]
                else:
                    held["n_calls"] = n
    return found


def _at_once(arm: Arm, test_set: TestSet, n: int) -> dict[str, Any]:
    seen = arm.hold(test_set.crowd(n), APART_S)
    gap = figures(seen, None)["gap"]
    return {key: gap[key] for key in ("n", "p50_s", "p95_s", "n_unanswered")}


def _progress(said: str) -> None:
    print(said, file=sys.stderr, flush=True)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=40, help="Of each arm; 40 unless given.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_TURNS} turns.")
    parser.add_argument("--data", type=Path, help="A folder with recordings of people.")
    parser.add_argument("--voice", choices=("espeak", "piper"), default="espeak")
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--capacity", action="store_true", help="Calls at once, authored words.")
    parser.add_argument("--only-capacity", action="store_true")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    chosen.arms = chosen.arms.split(",")
    if chosen.quick:
        chosen.turns = QUICK_TURNS
    return chosen


def main() -> None:
    chosen, before = parsed(), load()
    os.environ.setdefault("LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE", "0")
    with tempfile.TemporaryDirectory(prefix="rehearse-models-") as folder:
        models = Path(folder)
        build_models(models, chosen.voice)
        test_set = TestSet(chosen.data)
        found: dict[str, Any] = {name: {} for name in chosen.arms}
        if not chosen.only_capacity:
            found = measure(chosen, test_set, models)
        if chosen.capacity or chosen.only_capacity:
            for name, row in crowd(chosen, test_set, models).items():
                found[name]["capacity"] = row
    document = {
        "arms": found,
        "ratio_to_stock": ratios(found),
        "before": before,
        "after": load(),
        "voice": chosen.voice,
        "people": chosen.data is not None,
    }
    if chosen.json:
        print(json.dumps(document))
        return
    print(f"before: {before}; after: {document['after']}; two busy cores make figures noisy")
    print("\n".join(table(found)))
    print("ratio to stock:", json.dumps(document["ratio_to_stock"]))


if __name__ == "__main__":
    main()
