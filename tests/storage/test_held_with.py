from dataclasses import replace

import pytest
from sqlalchemy import text

from configs.fault import Fault
from configs.load import load_catalogue
from storage.calls import Calls
from storage.database import Database
from storage.held_with import HeldWith

CATALOGUE = load_catalogue()


def held_with(scenario_id: str = "pricing-objection") -> HeldWith:
    return HeldWith.of(CATALOGUE.scenarios[scenario_id], CATALOGUE.personas)


@pytest.mark.parametrize("scenario_id", sorted(CATALOGUE.scenarios))
def test_a_call_gives_back_what_it_was_held_with(calls: Calls, scenario_id: str) -> None:
    pinned = held_with(scenario_id)
    call = calls.start("ann", "north", scenario_id, held_with=pinned)
    assert calls.held_with(call.id) == pinned
    assert calls.titles([call.id]) == {call.id: pinned.scenario.title}


def test_a_call_from_before_keeps_none(calls: Calls) -> None:
    call = calls.start("ann", "north", "pricing-objection")
    assert calls.held_with(call.id) is None
    assert calls.held_with("nothing") is None
    assert calls.titles([call.id]) == {}


def test_equal_scenarios_are_kept_once_and_changed_ones_apart(
    calls: Calls, database: Database
) -> None:
    first = held_with()
    changed = replace(first, scenario=replace(first.scenario, title="Another title"))
    ids = [
        calls.start("ann", "north", "s", held_with=pinned).id for pinned in (first, first, changed)
    ]
    assert [calls.titles(ids)[one] for one in ids][1:] == [first.scenario.title, "Another title"]
    with database.reading() as session:
        kept = session.connection().execute(text("select count(*) from scenario_text"))
        assert kept.scalar_one() == 2


def test_a_text_that_cannot_be_read_is_a_fault_without_its_words(
    calls: Calls, database: Database
) -> None:
    call = calls.start("ann", "north", "s", held_with=held_with())
    with database.writing() as session:
        spoilt = 'update scenario_text set body = \'{"scenario": "secret"}\''
        session.connection().execute(text(spoilt))
    with pytest.raises(Fault) as fault:
        calls.held_with(call.id)
    assert fault.value.code == "scenario-text-not-readable"
    assert "secret" not in str(fault.value)


def test_a_try_of_a_draft_is_in_no_list_of_practice(calls: Calls) -> None:
    calls.start("lee", "south", "drill")
    tried = calls.start("lee", "south", "drill", tried_version_id=4, held_with=held_with())
    assert tried.tried_version_id == 4
    assert calls.tries_of("lee", "drill") == (tried,)
    assert tried not in calls.list_for_rep("lee")
    assert tried not in calls.list_for_teams(["south"])
    assert len(calls.list_for_teams(["south"])) == 1
