"""From what was seen of each arm's calls to the figures of issue 3."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from live_call import ANSWER_LIMIT_S
from live_set import OVERLAPS, TURNS

SeenStep = Mapping[str, Any]
STAGES: Final = ("vad", "preflight", "committed", "words", "clause", "sound", "played")


def figures(calls: Sequence[Mapping[str, Any]], peak_mib: float | None) -> dict[str, Any]:
    """Of one arm; every list of gaps counts an unanswered turn as ANSWER_LIMIT_S."""
    steps = [step for call in calls for step in call["steps"] if not step["void"]]
    turns = [s for s in steps if s["kind"] in ("turn", "interrupt")]
    return {
        "gap": _gaps(turns)
        | {
            "after_interruption": _gaps(s for s in turns if s["after_interruption"]),
            "other_turns": _gaps(s for s in turns if not s["after_interruption"]),
            "human": _gaps(s for s in turns if s["human"]),
            "by_class": {g: _gaps(s for s in turns if s["group"] == g) for g in TURNS},
        },
        "half_turns": {
            "paused": _half(s for s in turns if s["group"] == "paused"),
            "all": _half(turns),
        },
        "interruption_to_silence": _silences(turns),
        "overlaps": {
            "all": _overlaps(s for s in steps if s["kind"] == "overlap"),
            "by_class": {
                g: _overlaps(s for s in steps if s["kind"] == "overlap" and s["group"] == g)
                for g in OVERLAPS
            },
        },
        "cpu": {
            "talking": _share(calls, "cpu_s", "wall_s"),
            "silent": _share(calls, "silent_cpu_s", "silent_wall_s"),
        },
        "peak_mib": peak_mib,
        "stages": _stages([stage for call in calls for stage in call["stages"]]),
    }


def percentile(values: Sequence[float], q: float) -> float | None:
    return round(float(np.percentile(values, q)), 3) if values else None


def _spread(values: Sequence[float]) -> dict[str, Any]:
    return {"n": len(values), "p50_s": percentile(values, 50), "p95_s": percentile(values, 95)}


def _gaps(turns: Iterable[SeenStep]) -> dict[str, Any]:
    gaps_s = [step["gap_s"] for step in turns]
    counted = [ANSWER_LIMIT_S if gap_s is None else gap_s for gap_s in gaps_s]
    longest = round(max(counted), 3) if counted else None
    return _spread(counted) | {"longest_s": longest, "n_unanswered": gaps_s.count(None)}


def _half(turns: Iterable[SeenStep]) -> dict[str, int]:
    begun = [step["n_half"] > 0 for step in turns]
    return {"n": len(begun), "n_begun": sum(begun)}


def _silences(turns: Iterable[SeenStep]) -> dict[str, Any]:
    seen = [s for s in turns if s["after_interruption"]]
    silenced_s = [s["silenced_s"] for s in seen]
    return _spread([one for one in silenced_s if one is not None]) | {
        "n_not_stopped": silenced_s.count(None),
        "n_went_on": sum(s["went_on"] for s in seen),
    }


def _overlaps(steps: Iterable[SeenStep]) -> dict[str, Any]:
    seen = list(steps)
    holds_s = [s["hold_s"] for s in seen if s["hold_s"] is not None]
    return {
        "n": len(seen),
        "n_stopped": sum(s["stopped"] for s in seen),
        "n_held": len(holds_s),
        "longest_hold_s": round(max(holds_s), 3) if holds_s else None,
    }


def _share(calls: Sequence[Mapping[str, Any]], cpu: str, wall: str) -> float | None:
    wall_s = sum(call[wall] for call in calls)
    return round(sum(call[cpu] for call in calls) / wall_s, 4) if wall_s else None


def _stages(stages: Sequence[Mapping[str, float | None]]) -> dict[str, dict[str, Any]]:
    """Of each stage, seconds after the end of speech."""
    found = {}
    for name in STAGES:
        after = [
            stage[name] - stage["speech_end"]
            for stage in stages
            if stage.get(name) is not None and stage.get("speech_end") is not None
        ]
        found[name] = _spread(after)
    return found


def ratios(arms: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, float | None]]:
    """Each arm's main figures, stock's being 1."""
    stock = arms.get("stock")
    if stock is None:
        return {}
    return {
        name: {key: _ratio(found, stock, path) for key, path in _RATIOS.items()}
        for name, found in arms.items()
        if name != "stock"
    }


_RATIOS: Final = {
    "gap_p50": ("gap", "p50_s"),
    "gap_p95": ("gap", "p95_s"),
    "gap_after_interruption_p50": ("gap", "after_interruption", "p50_s"),
    "interruption_to_silence_p50": ("interruption_to_silence", "p50_s"),
    "interruption_to_silence_p95": ("interruption_to_silence", "p95_s"),
    "cpu_talking": ("cpu", "talking"),
    "cpu_silent": ("cpu", "silent"),
    "peak_mib": ("peak_mib",),
    "n_calls": ("capacity", "n_calls"),
}


def _ratio(mine: Any, stock: Any, path: Sequence[str]) -> float | None:
    for key in path:
        mine, stock = (one.get(key) if isinstance(one, dict) else None for one in (mine, stock))
    return round(mine / stock, 3) if mine is not None and stock else None


# -- as people read it ------------------------------------------------------------------------


def table(arms: Mapping[str, dict[str, Any]]) -> list[str]:
    """Lines of text, one column an arm."""
    rows = [("", list(arms))]
    rows += [(name, [_cell(found, path) for found in arms.values()]) for name, path in _ROWS]
    wide = max(len(name) for name, _ in rows)
    lines = [f"{name:<{wide}}" + "".join(f"{c:>22}" for c in cells) for name, cells in rows]
    stages = arms.get("ours", {}).get("stages", {})
    if stages:
        lines += ["", "ours, seconds after the end of speech:  p50    p95    n"]
        for name, row in stages.items():
            lines.append(f"  {name:<36}{_s(row['p50_s']):>6} {_s(row['p95_s']):>6} {row['n']:>4}")
    for name, found in arms.items():
        for run in found.get("capacity", {}).get("runs", []):
            gaps = f"p50 {_s(run['p50_s'])}, p95 {_s(run['p95_s'])} s"
            lines.append(f"{run['n_calls']:>3} calls at once, {name}: gap {gaps} of {run['n']}")
    return lines


_ROWS: Final = (
    ("response gap p50 / p95 / longest, s", ("gap",)),
    *((f"  {group} turns", ("gap", "by_class", group)) for group in TURNS),
    ("  after an interruption", ("gap", "after_interruption")),
    ("  every other turn", ("gap", "other_turns")),
    ("  people's speech", ("gap", "human")),
    ("reply begun in a turn with a pause", ("half_turns", "paused")),
    ("reply begun in any turn", ("half_turns", "all")),
    ("interruption to silence p50 / p95, s", ("interruption_to_silence",)),
    ("stopped, held by sounds (of n)", ("overlaps", "all")),
    *((f"  {group}", ("overlaps", "by_class", group)) for group in OVERLAPS),
    ("CPU s a second of talk", ("cpu", "talking")),
    ("CPU s a second of silence", ("cpu", "silent")),
    ("peak memory, MiB", ("peak_mib",)),
    ("calls at once, authored words", ("capacity", "n_calls")),
)


def _cell(found: Any, path: Sequence[str]) -> str:
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        return "-" if found is None else f"{found:g}"
    if "n_begun" in found:
        return f"{found['n_begun']} of {found['n']}"
    if "n_stopped" in found:
        longest = found["longest_hold_s"]
        held = f", {found['n_held']}" + ("" if longest is None else f" (<= {longest:.1f} s)")
        return f"{found['n_stopped']}{held} of {found['n']}"
    shown = f"{_s(found['p50_s'])} / {_s(found['p95_s'])}"
    n_not = found.get("n_not_stopped", 0) + found.get("n_went_on", 0)
    if n_not:
        shown += f", {n_not} not"
    return shown + (f" / {_s(found['longest_s'])}" if "longest_s" in found else "")


def _s(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
