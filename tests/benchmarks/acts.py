"""How well dialogue acts are found on dialogues that nobody here wrote.

    python tests/benchmarks/acts.py FOLDER

FOLDER holds annomi_dev.csv, persuasion_dev.csv and switchboard_fillers.jsonl; without it, one line
says so. Prints precision, recall and F1. "bare" is the same text in lower case without marks, as a
rough recognizer prints it.
The label sets were made for counselling and charity, so they are near to sales acts, not the same.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from scoring.dialogue_acts import acts

QUESTION = {"question_open", "question_closed"}
FILES = ("annomi_dev.csv", "persuasion_dev.csv", "switchboard_fillers.jsonl")
ASKING = {
    "source-related-inquiry",
    "personal-related-inquiry",
    "task-related-inquiry",
    "ask-donation-amount",
}
Example = tuple[str, bool]


def bare(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[^\w'\s]|(?<!\w)'|'(?!\w)", " ", text.lower())).strip()


def asks(text: str) -> bool:
    return bool(acts(text) & QUESTION)


def has(act: str) -> Callable[[str], bool]:
    return lambda text: act in acts(text)


def report(name: str, found: Callable[[str], bool], examples: Iterable[Example]) -> None:
    pairs = [(found(text), gold) for text, gold in examples]
    hits = sum(f and g for f, g in pairs)
    n_found, n_gold = sum(f for f, _ in pairs), sum(g for _, g in pairs)
    p, r = hits / max(n_found, 1), hits / max(n_gold, 1)
    f1 = 2 * p * r / (p + r) if hits else 0.0
    print(f"{name:44} n {len(pairs):5}  gold {n_gold:4}  P {p:.2f}  R {r:.2f}  F1 {f1:.2f}")


def both(name: str, found: Callable[[str], bool], examples: list[Example]) -> None:
    report(name, found, examples)
    report(f"{name}, bare", found, ((bare(t), g) for t, g in examples))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def annomi(folder: Path) -> None:
    therapist = [r for r in rows(folder / "annomi_dev.csv") if r["interlocutor"] == "therapist"]
    for quality in ("high", "low"):
        part = [r for r in therapist if r["mi_quality"] == quality]

        def gold(kind: str, part: list[dict[str, str]] = part) -> list[Example]:
            return [(r["utterance_text"], r["main_therapist_behaviour"] == kind) for r in part]

        both(f"AnnoMI {quality}: question", asks, gold("question"))
        both(f"AnnoMI {quality}: reflection", has("acknowledgement"), gold("reflection"))
        both(f"AnnoMI {quality}: input as directive", has("directive"), gold("therapist_input"))


def persuasion(folder: Path) -> None:
    said = [r for r in rows(folder / "persuasion_dev.csv") if r["er_label_1"]]
    labels = [{r["er_label_1"], r["er_label_2"]} for r in said]

    def gold(kinds: set[str]) -> list[Example]:
        return [(r["Unit"], bool(k & kinds)) for r, k in zip(said, labels, strict=True)]

    marked = [(r["Unit"], "?" in r["Unit"]) for r in said]
    both("Persuasion: question (by its mark)", asks, marked)
    both("Persuasion: inquiry", asks, gold(ASKING))
    both("Persuasion: acknowledgement", has("acknowledgement"), gold({"acknowledgement"}))
    appeals = {"logical-appeal", "credibility-appeal", "donation-information"}
    both("Persuasion: appeal as claim", has("claim"), gold(appeals))


def switchboard(folder: Path) -> None:
    """Act-tagged stretches of one turn, in lower case, without marks."""
    examples: list[Example] = []
    for line in (folder / "switchboard_fillers.jsonl").read_text(encoding="utf-8").splitlines():
        words = json.loads(line)["words"]
        for (_, act), part in groupby(words, key=lambda w: (w["turn"], w["da"] or "")):
            text = " ".join(w["w"] for w in part)
            examples.append((text, re.match(r"q[ywrho]|q[yw]\^d", act) is not None))
    report("Switchboard: question, bare", asks, examples)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(f"Not run: needs a folder with {', '.join(FILES)} (make bench DATA=folder).")
        sys.exit()
    data = Path(sys.argv[1])
    if missing := [name for name in FILES if not (data / name).is_file()]:
        sys.exit(f"The folder given lacks {', '.join(missing)}.")
    annomi(data)
    persuasion(data)
    switchboard(data)
