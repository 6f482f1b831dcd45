"""How quickly the buyer decides: the time from the final transcript to the beat, without a model.

    python tests/benchmarks/buyer.py [--calls 40] [--json]

Synthetic reps (agents/lint_reps.py) call every shipped scenario; each of their turns is decided
once more with a clock around it: rules, state and beat, no words. Aim: p95 under 5 ms.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from agents import buyer_state
from agents.lint_call import held
from agents.lint_reps import POLICIES
from configs.load import load_catalogue
from tests.benchmarks.machine import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=4, help="of each rep with each scenario")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    catalogue = load_catalogue()
    took_ms: list[float] = []
    late_ms: list[float] = []
    for scenario in catalogue.scenarios.values():
        persona = catalogue.personas[scenario.persona]
        gate = catalogue.personas[scenario.gatekeeper.persona] if scenario.gatekeeper else None
        for policy in POLICIES:
            for seed in range(asked.calls):
                call = held(scenario, persona, gate, policy, seed)
                state, _ = buyer_state.begin(scenario, persona, seed)
                for n, exchange in enumerate(e for e in call.exchanges if e.speaker == "rep"):
                    if state.gate is not None and state.gate.through and not state.n_turns:
                        state, _ = buyer_state.transferred(state)
                    start = time.perf_counter()
                    state, _ = buyer_state.hear(
                        state, scenario, persona, exchange.text, at_s=9.0 * n, speech_s=6.0
                    )
                    took = 1000 * (time.perf_counter() - start)
                    (late_ms if n >= 15 else took_ms).append(took)
    every = sorted(took_ms + late_ms)
    figures = {
        "machine": load(),
        "decisions": len(every),
        "decisions_per_s": round(1000 / statistics.fmean(every)),
        "p50_ms": round(statistics.median(every), 2),
        "p95_ms": round(every[int(0.95 * len(every))], 2),
        "max_ms": round(every[-1], 2),
        "aim_p95_ms": 5.0,
        "late_turns_to_early": round(statistics.fmean(late_ms) / statistics.fmean(took_ms), 2),
    }
    if asked.json:
        print(json.dumps(figures, indent=1))
        return
    for name, value in figures.items():
        print(f"{name:22} {value}")


if __name__ == "__main__":
    main()
