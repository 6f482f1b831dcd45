"""The rep's side of a call that was recorded beforehand, so that a call can be shown."""

from collections import Counter
from dataclasses import dataclass
from importlib.resources import files

from configs.fault import Fault
from configs.nearest import did_you_mean
from configs.scenario import Scenario
from configs.toml_reader import Place, read_dataclass, read_table

DEFAULT_DEMO = "pricing-objection"
"""The scenario whose recorded rep shows how it is done well."""


@dataclass(frozen=True, slots=True)
class DemoTurn:
    id: str
    """Lower case with hyphens; also the name of its sound."""
    text: str
    """As the rep says it, 3 to 12 s."""
    answers: str = ""
    """The id of the objection it answers; "" for a turn that comes in order."""


@dataclass(frozen=True, slots=True)
class DemoScript:
    """Turns wait for the buyer to finish. When the buyer's last reply was about an objection, the
    next unused turn that answers it comes; else the next unused one that answers none."""

    scenario: str
    """A scenario's id."""
    rep: str
    """Whose call this is and how it goes, one sentence."""
    turns: tuple[DemoTurn, ...]


def load_demo(scenario: Scenario) -> DemoScript:
    """The shipped demo of a scenario.

    Raises Fault: demo-not-there, demo-not-toml, demo-key-unknown, demo-key-missing,
    demo-value-not-valid, demo-id-twice, demo-reference-unknown.
    """
    names = demo_ids()
    if scenario.id not in names:
        said = f'There is no recorded rep for the scenario "{scenario.id}".'
        raise Fault("demo-not-there", said, did_you_mean(scenario.id, names))
    file = files("configs") / "demo" / f"{scenario.id}.toml"
    place = Place("demo", file.name)
    script = read_dataclass(DemoScript, read_table(file, "demo"), place)
    _check(script, scenario, place)
    return script


def demo_ids() -> tuple[str, ...]:
    """Ids of the scenarios that have a demo, sorted."""
    found = (file.name for file in (files("configs") / "demo").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def _check(script: DemoScript, scenario: Scenario, place: Place) -> None:
    if script.scenario != scenario.id:
        place.at("scenario").refuse(f'"{scenario.id}", as the file is called', script.scenario)
    twice = [name for name, n in Counter(turn.id for turn in script.turns).items() if n > 1]
    if twice:
        said = f'expected every id once, and "{twice[0]}" is there again.'
        raise place.at("turns").fault("id-twice", said, "Rename one of them.")
    known = {objection.id for objection in scenario.objections}
    for index, turn in enumerate(script.turns):
        if turn.answers and turn.answers not in known:
            said = f'expected the id of an objection, and there is none called "{turn.answers}".'
            at = place.at("turns").nth(index).at("answers")
            raise at.fault("reference-unknown", said, did_you_mean(turn.answers, known))
