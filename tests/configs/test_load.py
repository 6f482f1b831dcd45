from collections.abc import Callable
from pathlib import Path

import pytest

from configs.fault import Fault
from configs.load import check, load_catalogue
from configs.persona import Persona
from configs.rubric import Rubric
from configs.scenario import Scenario

Write = Callable[[str, str, str], Path]
PRICING = "scenarios/pricing-objection"


def fault_of(file: Path) -> Fault:
    with pytest.raises(Fault) as caught:
        check(file)
    return caught.value


def test_everything_shipped_loads_without_a_fault() -> None:
    catalogue = load_catalogue()
    assert catalogue.faults == ()
    assert {"discovery-route-planning", "pricing-objection"} <= set(catalogue.scenarios)
    assert "sales-call" in catalogue.rubrics
    used = {one.persona for one in catalogue.scenarios.values()}
    gates = {one.gatekeeper.persona for one in catalogue.scenarios.values() if one.gatekeeper}
    assert set(catalogue.personas) - used - gates <= {"tom-becker"}


def test_a_folder_of_ones_own_is_added_to_what_is_shipped(
    own_folder: Path, write_changed: Write
) -> None:
    write_changed(PRICING, "minutes = 6", "minutes = 3")
    catalogue = load_catalogue(own_folder)
    assert catalogue.faults == ()
    assert catalogue.scenarios["mine"].minutes == 3
    assert len(catalogue.scenarios) == len(load_catalogue().scenarios) + 1


def test_a_scenario_may_have_a_patience_of_its_own_with_the_reps_pauses(
    own_folder: Path, write_changed: Write
) -> None:
    write_changed(PRICING, "minutes = 6", "minutes = 6\nturn_patience_s = 2.5")
    catalogue = load_catalogue(own_folder)
    assert catalogue.scenarios["mine"].turn_patience_s == 2.5
    assert catalogue.scenarios["pricing-objection"].turn_patience_s is None


def test_a_folder_that_is_not_there_adds_nothing(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "none") == load_catalogue()


def test_a_broken_file_does_not_take_down_the_others(
    own_folder: Path, write_changed: Write
) -> None:
    write_changed(PRICING, "minutes = 6", "minuets = 6")
    catalogue = load_catalogue(own_folder)
    assert [fault.code for fault in catalogue.faults] == ["scenario-key-unknown"]
    assert set(catalogue.scenarios) == set(load_catalogue().scenarios)


def test_a_scenario_may_name_a_persona_of_the_same_folder(
    own_folder: Path, write_changed: Write
) -> None:
    write_changed("personas/tom-becker", "trust = 1", "trust = 2")
    file = write_changed(PRICING, 'persona = "martin-hale"', 'persona = "mine"')
    item = check(file)
    assert isinstance(item, Scenario)
    assert item.persona == "mine"
    assert "mine" in load_catalogue(own_folder).scenarios


def test_an_id_that_is_taken_by_a_shipped_file_is_a_fault(
    own_folder: Path, write_changed: Write
) -> None:
    file = write_changed(PRICING, "minutes = 6", "minutes = 3")
    file.rename(file.with_name("pricing-objection.toml"))
    catalogue = load_catalogue(own_folder)
    assert [fault.code for fault in catalogue.faults] == ["scenario-id-twice"]
    assert catalogue.scenarios["pricing-objection"].minutes == 6


def test_check_knows_what_a_file_is_by_its_folder(write_changed: Write) -> None:
    assert isinstance(check(write_changed("personas/tom-becker", "m", "m")), Persona)
    assert isinstance(check(write_changed("rubrics/sales-call", "c", "c")), Rubric)


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("minutes = 6", "minuets = 6", "scenario-key-unknown", '"minutes"'),
        ("by_turn = 2", "by_trun = 2", "scenario-key-unknown", '"by_turn"'),
        ("continue = [", "continue_ = [", "scenario-key-unknown", '"continue"'),
        ("minutes = 6", "", "scenario-key-missing", '"minutes"'),
        ("minutes = 6", "minutes = '6'", "scenario-value-not-valid", "a whole number"),
        ("minutes = 6", "minutes = true", "scenario-value-not-valid", "a whole number"),
        ("minutes = 6", "minutes = 0", "scenario-value-not-valid", "1 or more"),
        ("minutes = 6", "minutes = 6\nturn_patience_s = 9", "scenario-value-not-valid", "0.3"),
        ("minutes = 6", "minutes = 6\nturn_patience_s = 'x'", "scenario-value-not-valid", "number"),
        ('language = "en"', 'language = " "', "scenario-value-not-valid", "not empty"),
        ('kind = "price"', 'kind = "prise"', "scenario-value-not-valid", '"price"'),
        ("by_turn = 2", "by_turn = 0", "scenario-value-not-valid", "objections #1 > by_turn"),
        ('"Go on.",', "7,", "scenario-value-not-valid", "lines > continue #1"),
        ('["priya", ', '["Priya", ', "scenario-value-not-valid", "facts #1 > topics #1"),
        ("minutes = 6", "minutes = ", "scenario-not-toml", "line 6"),
        ('"martin-hale"', '"martin-hall"', "scenario-reference-unknown", '"martin-hale"'),
        ('rubric = "sales-call"', 'rubric = "sale"', "scenario-reference-unknown", "sales-call"),
        ('id = "fuel-spend"', 'id = "other-quote"', "scenario-id-twice", '"other-quote"'),
        ('id = "cheaper-quote"', 'id = "price-too-high"', "scenario-id-twice", "price-too-high"),
        ('title = "', 'id = "x"\ntitle = "', "scenario-key-unknown", "name"),
    ],
)
def test_a_slip_in_a_scenario_gets_its_own_fault(
    write_changed: Write, old: str, new: str, code: str, says: str
) -> None:
    fault = fault_of(write_changed(PRICING, old, new))
    assert fault.code == code
    assert says in str(fault)
    assert fault.said.startswith("mine.toml")


@pytest.mark.parametrize(
    ("shipped", "old", "new", "code"),
    [
        ("personas/tom-becker", "rate = 1.05", "rate = 3", "persona-value-not-valid"),
        ("personas/tom-becker", "trust = 1", "trust = 6", "persona-value-not-valid"),
        ("personas/tom-becker", "patience = 6", "patience = 0", "persona-value-not-valid"),
        ("personas/tom-becker", "[voice]", "[vioce]", "persona-key-unknown"),
        ("personas/tom-becker", 'espeak = "en-us+m3"', "", "persona-key-missing"),
        ("rubrics/sales-call", "weight = 2.0", "weight = 0", "rubric-value-not-valid"),
        ("rubrics/sales-call", "weight = 2.0", "weight = nan", "rubric-value-not-valid"),
        ("rubrics/sales-call", "high = 60.0", "high = 5.0", "rubric-value-not-valid"),
        ("rubrics/sales-call", 'of = "listen"', 'of = "listen"\nlow = 1', "rubric-value-not-valid"),
        ("rubrics/sales-call", "low = 4.0", "", "rubric-value-not-valid"),
        ("rubrics/sales-call", 'id = "explore"', 'id = "listen"', "rubric-id-twice"),
        ("rubrics/cold-call", '"next_step"', '"next_steps"', "rubric-value-not-valid"),
        ("rubrics/cold-call", '"said_who"', '"listen"', "rubric-value-not-valid"),
        (
            "rubrics/cold-call",
            'of = "said_who"',
            'of = "said_who"\nlow = 1',
            "rubric-value-not-valid",
        ),
        ("rubrics/discovery-call", '"facts_found"', '"facts"', "rubric-value-not-valid"),
        (
            "rubrics/discovery-call",
            'of = "facts_found"',
            'of = "facts_found"\nhigh = 1',
            "rubric-value-not-valid",
        ),
    ],
)
def test_a_slip_in_a_persona_or_rubric_gets_its_own_fault(
    write_changed: Write, shipped: str, old: str, new: str, code: str
) -> None:
    assert fault_of(write_changed(shipped, old, new)).code == code


def test_fewer_than_three_objections_are_too_few(write_changed: Write) -> None:
    file = write_changed(PRICING, "m", "m")
    head, *blocks = file.read_text(encoding="utf-8").split("[[objections]]")
    lines = "[lines]" + blocks[-1].split("[lines]")[1]
    file.write_text(head + "".join("[[objections]]" + b for b in blocks[:2]) + lines, "utf-8")
    assert fault_of(file).code == "scenario-too-few-objections"


def test_one_wording_is_too_few(write_changed: Write) -> None:
    file = write_changed(PRICING, "opening = [", 'opening = ["Hello."]\nx = [')
    text = file.read_text(encoding="utf-8")
    cut = text.index("x = [")
    file.write_text(text[:cut] + text[text.index("answer = [") :], encoding="utf-8")
    fault = fault_of(file)
    assert fault.code == "scenario-value-not-valid"
    assert "lines > opening" in fault.said


def test_a_file_that_is_not_there_or_not_text_is_a_fault(own_folder: Path) -> None:
    file = own_folder / "scenarios" / "mine.toml"
    assert fault_of(file).code == "scenario-not-read"
    file.write_bytes(b'title = "a"\nskill = "\xff"\n')
    fault = fault_of(file)
    assert fault.code == "scenario-not-toml"
    assert "line 2" in fault.said


def test_a_file_name_that_makes_no_id_is_a_fault(write_changed: Write) -> None:
    file = write_changed(PRICING, "m", "m")
    assert fault_of(file.rename(file.with_name("My Call.toml"))).code == "scenario-value-not-valid"
