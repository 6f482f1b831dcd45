import pytest

from configs.demo import demo_ids
from configs.organisation import sample_organisation


def test_two_reps_a_manager_and_a_team_lead_make_one_team() -> None:
    organisation = sample_organisation()
    assert [len(organisation.with_role(r)) for r in ("rep", "manager", "team_lead")] == [2, 1, 1]
    assert len(organisation.teams) == 1
    assert set(organisation.teams[0].reps) == {p.id for p in organisation.with_role("rep")}


def test_every_sample_call_has_a_demo_and_every_rep_a_call() -> None:
    organisation = sample_organisation()
    calls = organisation.sample_calls
    assert {call.scenario for call in calls} <= set(demo_ids())
    assert {call.rep for call in calls} == {p.id for p in organisation.with_role("rep")}
    assert all(call.n_days_ago >= 1 for call in calls)


def test_a_person_is_found_by_id() -> None:
    organisation = sample_organisation()
    assert organisation.person("sam-rivera").name == "Sam Rivera"
    with pytest.raises(KeyError):
        organisation.person("nobody")
