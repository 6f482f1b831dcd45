"""How well fillers are found in hand-annotated phone talk.

    python tests/benchmarks/fillers.py FOLDER

FOLDER holds switchboard_fillers.jsonl; without it, one line says so. Prints precision, recall and
F1 for each item and pooled; true words, so what a recognizer leaves out is not in these figures.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from scoring.fillers import FILLED_PAUSE, fillers
from speech.words import Word

FILE = "switchboard_fillers.jsonl"


def kinds(words: list[dict[str, Any]], i: int) -> str | None:
    """The item that starts at this word, whatever its job."""
    pair = (words[i]["w"], words[i + 1]["w"] if i + 1 < len(words) else "")
    if FILLED_PAUSE.fullmatch(pair[0]):
        return "um/uh"
    if pair in (("you", "know"), ("i", "mean")):
        return " ".join(pair)
    return pair[0] if pair[0] in ("well", "like") else None


def count(words: list[dict[str, Any]], counts: Counter[tuple[str, str]]) -> None:
    starts = [i for i, w in enumerate(words) if w["first"]]
    timed = [Word(w["w"], w["t0"], w["t1"]) for w in words]
    # Word indices are told by the start times, which are unique only per index: count by position.
    indexed = [Word(w.text, float(i), float(i)) for i, w in enumerate(timed)]
    found = {int(f.start_s) for f in fillers(indexed, starts)}
    for i, word in enumerate(words):
        item = kinds(words, i)
        if item is None:
            continue
        gold = word["F"] or word["D"] or word["E"]
        counts[item, "gold"] += gold
        counts[item, "found"] += i in found
        counts[item, "hit"] += gold and i in found


def line(name: str, hit: int, found: int, gold: int) -> str:
    p, r = hit / max(found, 1), hit / max(gold, 1)
    f1 = 2 * p * r / (p + r) if hit else 0.0
    return f"{name:10} gold {gold:5}  found {found:5}  P {p:.3f}  R {r:.3f}  F1 {f1:.3f}"


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(f"Not run: needs a folder with {FILE} (make bench DATA=folder).")
        sys.exit()
    path = Path(sys.argv[1]) / FILE
    if not path.is_file():
        sys.exit(f"The folder given lacks {FILE}.")
    counts: Counter[tuple[str, str]] = Counter()
    for speaker in path.read_text(encoding="utf-8").splitlines():
        count(json.loads(speaker)["words"], counts)
    items = ("um/uh", "you know", "i mean", "well", "like")
    parts = ("hit", "found", "gold")
    for item in items:
        print(line(item, *(counts[item, part] for part in parts)))
    for name, pooled in (("discourse", items[1:]), ("pooled", items)):
        print(line(name, *(sum(counts[item, part] for item in pooled) for part in parts)))
