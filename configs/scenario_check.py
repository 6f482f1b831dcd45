"""What a scenario, persona or rubric must hold beyond the types of its keys."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import partial
from itertools import pairwise

from configs.fault import PlacedFault
from configs.manner import Manner
from configs.nearest import did_you_mean
from configs.persona import Persona
from configs.rubric import BUYER_FIGURES, GATE_CHECKS, Criterion, Rubric
from configs.scenario import Concession, HiddenFact, Lines, Objection, Scenario
from configs.toml_reader import Place

MIN_OBJECTIONS = 3
MIN_WORDINGS = 2
MOOD = (-5, 5)
RATE = (0.5, 2.0)
TURN_PATIENCE_S = (0.3, 5.0)
TALKS_OVER_S = (10.0, 300.0)
_OF = {"gatekeeper": GATE_CHECKS, "buyer": BUYER_FIGURES}
_NO_BAND = {
    "check": "no band, as a check is met or not",
    "gatekeeper": "no band, as a check is met or not",
    "buyer": "no band, as points are the share that was reached",
}


def check_scenario(scenario: Scenario, place: Place) -> None:
    """Raises Fault: scenario-too-few-objections, scenario-id-twice, scenario-value-not-valid,
    scenario-reference-unknown."""
    for check in _checks(scenario, place):
        check()


def faults_of_scenario(scenario: Scenario, place: Place) -> Iterator[PlacedFault]:
    """Everything that check_scenario would stumble over, one after the other."""
    for check in _checks(scenario, place):
        try:
            check()
        except PlacedFault as fault:
            yield fault


def _checks(scenario: Scenario, place: Place) -> Iterator[Callable[[], None]]:
    yield partial(_check_enough_objections, scenario, place)
    yield partial(_check_once, [one.id for one in scenario.objections], place.at("objections"))
    yield partial(_check_once, [one.id for one in scenario.facts], place.at("facts"))
    yield partial(_check_one_or_more, scenario.minutes, place.at("minutes"))
    if scenario.turn_patience_s is not None:
        at = place.at("turn_patience_s")
        yield partial(_check_between, scenario.turn_patience_s, TURN_PATIENCE_S, at)
    for index, objection in enumerate(scenario.objections):
        at = place.at("objections").nth(index).at("by_turn")
        yield partial(_check_one_or_more, objection.by_turn, at)
    for at, lines in _all_wordings(scenario, place):
        yield partial(_check_wordings, [(at, lines)])
    yield from _concession_checks(scenario, place.at("concessions"))
    for at, words, needed in _all_listened_for(scenario, place):
        yield partial(_check_listened_for, words, at, needed)


def check_manner(manner: Manner, place: Place) -> None:
    """Raises Fault "manner-value-not-valid"."""
    _check_wordings(_of_lines(manner.lines, place.at("lines")))


def check_persona(persona: Persona, place: Place) -> None:
    """Raises Fault "persona-value-not-valid"."""
    for key in ("trust", "interest"):
        _check_between(getattr(persona, key), MOOD, place.at(key))
    _check_between(persona.voice.rate, RATE, place.at("voice").at("rate"))
    if persona.patience < 1:
        place.at("patience").refuse("1 or more", persona.patience)
    if persona.turn_patience_s is not None:
        _check_between(persona.turn_patience_s, TURN_PATIENCE_S, place.at("turn_patience_s"))
    if persona.talks_over_s is not None:
        _check_between(persona.talks_over_s, TALKS_OVER_S, place.at("talks_over_s"))


def check_rubric(rubric: Rubric, place: Place) -> None:
    """Raises Fault: rubric-id-twice, rubric-value-not-valid."""
    if not rubric.criteria:
        place.at("criteria").refuse("one criterion or more", [])
    _check_once((one.id for one in rubric.criteria), place.at("criteria"))
    for index, criterion in enumerate(rubric.criteria):
        _check_criterion(criterion, place.at("criteria").nth(index))


def _check_criterion(criterion: Criterion, place: Place) -> None:
    if criterion.weight <= 0:
        place.at("weight").refuse("a number above 0", criterion.weight)
    edges = ("zero_below", "low", "high", "zero_above")
    given = [(key, getattr(criterion, key)) for key in edges if getattr(criterion, key) is not None]
    known = _OF.get(criterion.source)
    if known is not None and criterion.of not in known:
        place.at("of").refuse(" or ".join(f'"{name}"' for name in known), criterion.of)
    if criterion.source in _NO_BAND and given:
        place.at(given[0][0]).refuse(_NO_BAND[criterion.source], given[0][1])
    if criterion.source == "measure" and criterion.low is None and criterion.high is None:
        place.at("low").refuse("low, high or both for a measure", None)
    for (_, below), (key, value) in pairwise(given):
        if value < below:
            place.at(key).refuse(f"{below:g} or more (zero_below, low, high, zero_above)", value)


def _all_wordings(scenario: Scenario, place: Place) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for index, fact in enumerate(scenario.facts):
        yield place.at("facts").nth(index).at("lines"), fact.lines
    for index, objection in enumerate(scenario.objections):
        for key in ("lines", "harder", "explained", "settled"):
            yield place.at("objections").nth(index).at(key), getattr(objection, key)
    for index, concession in enumerate(scenario.concessions):
        yield place.at("concessions").nth(index).at("lines"), concession.lines
    yield from _of_lines(scenario.lines, place.at("lines"))
    if scenario.gatekeeper is not None:
        for key in _GATEKEEPER_SAYS:
            yield place.at("gatekeeper").at(key), getattr(scenario.gatekeeper, key)


_GATEKEEPER_SAYS = (
    "opening",
    "ask_who",
    "ask_why",
    "push_back",
    "put_through",
    "refuse",
    "silence",
)


def _of_lines(lines: Lines, place: Place) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for one in fields(lines):
        yield place.at(one.metadata.get("toml", one.name)), getattr(lines, one.name)


def _check_wordings(wordings: Iterable[tuple[Place, tuple[str, ...]]]) -> None:
    """A buyer with one wording says the same twice within a call."""
    for place, lines in wordings:
        if len(lines) < MIN_WORDINGS:
            place.refuse(f"{MIN_WORDINGS} wordings or more", lines)


def _check_enough_objections(scenario: Scenario, place: Place) -> None:
    if len(scenario.objections) < MIN_OBJECTIONS:
        said = f"expected {MIN_OBJECTIONS} objections or more, not {len(scenario.objections)}."
        raise place.at("objections").fault("too-few-objections", said, "Add [[objections]].")


def _check_one_or_more(value: int, place: Place) -> None:
    if value < 1:
        place.refuse("1 or more", value)


def _concession_checks(scenario: Scenario, place: Place) -> Iterator[Callable[[], None]]:
    yield partial(_check_once, [one.id for one in scenario.concessions], place)
    known = {fact.id for fact in scenario.facts} | {one.id for one in scenario.objections}
    for index, concession in enumerate(scenario.concessions):
        yield partial(_check_needs, concession, known, place.nth(index).at("needs"))


def _check_needs(concession: Concession, known: set[str], place: Place) -> None:
    if not concession.needs:
        place.refuse("the id of a fact or objection, one or more", [])
    for need in concession.needs:
        if need not in known:
            said = f'expected the id of a fact or objection, and there is none called "{need}".'
            raise place.fault("reference-unknown", said, did_you_mean(need, known))


def _all_listened_for(
    scenario: Scenario, place: Place
) -> Iterator[tuple[Place, tuple[str, ...], bool]]:
    """Place, words, and whether there must be some."""
    yield from _listened_for(scenario.facts, ("topics",), place.at("facts"))
    keys = ("concern_words", "answer_words", "raised_by")
    yield from _listened_for(scenario.objections, keys, place.at("objections"))
    yield from _listened_for(scenario.concessions, ("asked_by",), place.at("concessions"))
    if scenario.gatekeeper is not None:
        at = place.at("gatekeeper").at("reason_words")
        yield at, scenario.gatekeeper.reason_words, False


def _listened_for(
    entries: Iterable[HiddenFact | Objection | Concession], keys: tuple[str, ...], place: Place
) -> Iterator[tuple[Place, tuple[str, ...], bool]]:
    for index, entry in enumerate(entries):
        for key in keys:
            yield place.nth(index).at(key), getattr(entry, key), key != "raised_by"


def _check_listened_for(words: tuple[str, ...], place: Place, needed: bool) -> None:
    if needed and not words:
        place.refuse("one word or more", [])
    for index, word in enumerate(words):
        if word != word.lower():
            place.nth(index).refuse("lower case", word)


def _check_once(ids: Iterable[str], place: Place) -> None:
    for name, times in Counter(ids).items():
        if times > 1:
            said = f'expected every id once, and "{name}" is there {times} times.'
            raise place.fault("id-twice", said, "Rename one of them.")


def _check_between(value: float, limits: tuple[float, float], place: Place) -> None:
    if not limits[0] <= value <= limits[1]:
        place.refuse(f"a number from {limits[0]:g} to {limits[1]:g}", value)
