"""How well the guard tells what a buyer may say, on all shipped scenarios, and what it costs.

    python tests/benchmarks/guard.py [FOLDER] [--show]

"Without itself" leaves the line that is tried out of what the guard knows, so that it stands for a
paraphrase that nobody wrote down: of an allowed line the guard should let it pass, of a locked one
it should not. Prints shares, then what a sentence and a script (made once a reply) cost. --show
also prints the lines that go the wrong way.
FOLDER holds annomi_dev.csv and persuasion_dev.csv, dialogues in which hardly anybody speaks of
machines or scoring: how often they are taken for it (agents/persona_break.py).
"""

import csv
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agents.beat import Beat, BeatKind
from agents.buyer_state import begin
from agents.guard import refusal
from agents.guard_script import script
from agents.number_words import numbers
from agents.persona_break import breaks_frame
from configs.load import load_catalogue
from configs.persona import Persona
from configs.scenario import Scenario

Try = tuple[str, Beat, Scenario]


def without(lines: tuple[str, ...], line: str) -> tuple[str, ...]:
    return tuple(x for x in lines if x != line)


def locked(scenario: Scenario, *, known: bool) -> Iterator[Try]:
    """Lines of facts that are not told, against a beat that answers something else."""
    beat = Beat("answer", "asked")
    for n, fact in enumerate(scenario.facts):
        for line in fact.lines:
            rest = replace(fact, lines=without(fact.lines, line))
            facts = (*scenario.facts[:n], rest, *scenario.facts[n + 1 :])
            yield line, beat, scenario if known else replace(scenario, facts=facts)


def locked_figures(scenario: Scenario, *, known: bool) -> Iterator[Try]:
    """Those of the locked lines that name a number of the fact."""
    texts = {line: f.text for f in scenario.facts for line in f.lines}
    tries = locked(scenario, known=known)
    return (t for t in tries if numbers(t[0]) & numbers(texts[t[0]]))


def allowed(scenario: Scenario, *, known: bool) -> Iterator[Try]:
    """Lines of the beat that they were written for, every fact else being locked."""
    kinds: tuple[tuple[BeatKind, str], ...] = (
        ("answer", "answer"),
        ("hold_back", "hold_back"),
        ("push_back", "push_back"),
        ("continue", "continue_"),
        ("defer", "defer"),
        ("refuse", "refuse"),
        ("deflect", "deflect"),
        ("ask", "ask"),
        ("soften", "soften"),
        ("go_quiet", "go_quiet"),
        ("hang_up", "hang_up"),
    )
    for kind, name in kinds:
        for line in getattr(scenario.lines, name):
            rest = without(getattr(scenario.lines, name), line)
            changed = replace(scenario, lines=replace(scenario.lines, **{name: rest}))
            yield line, Beat(kind, "r"), scenario if known else changed
    for n, fact in enumerate(scenario.facts):
        for line in fact.lines:
            few = replace(fact, lines=without(fact.lines, line))
            facts = (*scenario.facts[:n], few, *scenario.facts[n + 1 :])
            beat = Beat("reveal", "r", fact_ids=(fact.id,))
            yield line, beat, scenario if known else replace(scenario, facts=facts)
    for n, objection in enumerate(scenario.objections):
        for part, does in (
            ("lines", "raise_objection"),
            ("explained", "explain_objection"),
            ("harder", "push_back"),
            ("settled", "settle"),
        ):
            for line in getattr(objection, part):
                fewer = replace(objection, **{part: without(getattr(objection, part), line)})
                others = (*scenario.objections[:n], fewer, *scenario.objections[n + 1 :])
                beat = Beat(does, "r", objection.id)  # type: ignore[arg-type]
                yield line, beat, scenario if known else replace(scenario, objections=others)


def reasons(
    tries: Iterator[Try], persona: Persona, wrong: list[str], to_refuse: bool
) -> Counter[str]:
    found: Counter[str] = Counter()
    for line, beat, scenario in tries:
        state, _ = begin(scenario, persona, 1)
        why = refusal(line, script(beat, state, scenario, persona))
        found[why or "may be said"] += 1
        if (why is None) == to_refuse:
            wrong.append(f"  {scenario.id} {beat.kind} {why}: {line}")
    return found


def said(name: str, found: Counter[str]) -> None:
    n = sum(found.values())
    shares = ", ".join(f"{why} {k / n:.1%}" for why, k in found.most_common())
    print(f"{name:34} n {n:5}  {shares}")


def costs() -> None:
    catalogue = load_catalogue()
    scenario = catalogue.scenarios["pricing-objection"]
    persona = catalogue.personas[scenario.persona]
    state, _ = begin(scenario, persona, 1)
    holds = script(Beat("answer", "r"), state, scenario, persona)
    each: list[float] = []
    for n in range(2_000):
        sentence = f"Number {n} is not something that I would talk about, so let us see, {n} times."
        started = time.perf_counter()
        refusal(sentence, holds)
        each.append((time.perf_counter() - started) * 1000)
    made: list[float] = []
    for _ in range(200):
        started = time.perf_counter()
        script(Beat("answer", "r"), state, scenario, persona)
        made.append((time.perf_counter() - started) * 1000)
    p99 = statistics.quantiles(each, n=100)[98]
    print(f"a sentence: median {statistics.median(each):.3f} ms, p99 {p99:.3f} ms")
    print(f"a script (once a reply): median {statistics.median(made):.3f} ms")


def false_alarms(folder: Path) -> None:
    for name, column in (("annomi_dev.csv", "utterance_text"), ("persuasion_dev.csv", "Unit")):
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            texts = [row[column] for row in csv.DictReader(lines)]
        n = sum(breaks_frame(text) is not None for text in texts)
        print(f"taken for breaking the frame: {n} of {len(texts)} utterances of {name}")


def main() -> None:
    catalogue = load_catalogue()
    for name, tried, known in (
        ("locked lines", locked, True),
        ("locked, without itself", locked, False),
        ("locked figures, without itself", locked_figures, False),
        ("allowed lines", allowed, True),
        ("allowed, without itself", allowed, False),
    ):
        total: Counter[str] = Counter()
        wrong: list[str] = []
        for scenario in catalogue.scenarios.values():
            persona = catalogue.personas[scenario.persona]
            total += reasons(
                tried(scenario, known=known), persona, wrong, name.startswith("locked")
            )
        said(name, total)
        if "--show" in sys.argv:
            print(*wrong, sep="\n")
    costs()
    for folder in (a for a in sys.argv[1:] if a != "--show"):
        false_alarms(Path(folder))


if __name__ == "__main__":
    main()
