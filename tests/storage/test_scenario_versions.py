from collections.abc import Callable
from datetime import UTC

import pytest

from configs.fault import Fault
from storage.database import Database
from storage.people import People
from storage.scenario_versions import ScenarioVersions, VersionRow


@pytest.fixture
def versions(database: Database, people: People) -> ScenarioVersions:
    return ScenarioVersions(database)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as fault:
        act()
    return fault.value.code


def states(versions: ScenarioVersions, scenario_id: str = "drill") -> list[tuple[int, str]]:
    return [(row.n, row.state) for row in versions.history(scenario_id)]


def test_a_draft_is_changed_in_place(versions: ScenarioVersions) -> None:
    first = versions.save("drill", "title = 'a'", "lee")
    second = versions.save("drill", "title = 'b'", "lee")
    assert (second.id, second.n, second.toml) == (first.id, 1, "title = 'b'")
    assert versions.drafts() == versions.newest() == {"drill": second}
    assert second.created_at.tzinfo is UTC
    assert versions.published() == {}


def test_changing_what_is_published_makes_a_new_draft_and_leaves_it_published(
    versions: ScenarioVersions,
) -> None:
    versions.save("drill", "a", "lee")
    published = versions.publish("drill", "a")
    draft = versions.save("drill", "b", "mia")
    assert (draft.n, draft.state, draft.created_by) == (2, "draft", "mia")
    assert versions.published() == {"drill": published}
    assert published.published_at is not None


def test_publishing_archives_the_one_published_before(versions: ScenarioVersions) -> None:
    for text in ("a", "b", "c"):
        versions.save("drill", text, "lee")
        versions.publish("drill", text)
    assert states(versions) == [(3, "published"), (2, "archived"), (1, "archived")]
    assert [row.toml for row in versions.history("drill")] == ["c", "b", "a"]


def test_other_scenarios_are_left_alone(versions: ScenarioVersions) -> None:
    for scenario_id in ("drill", "other"):
        versions.save(scenario_id, "a", "lee")
        versions.publish(scenario_id, "a")
    versions.archive("drill")
    assert list(versions.published()) == ["other"]
    assert list(versions.newest()) == ["drill", "other"]


def test_archiving_takes_the_draft_and_the_published_one_and_keeps_the_texts(
    versions: ScenarioVersions,
) -> None:
    versions.save("drill", "a", "lee")
    versions.publish("drill", "a")
    versions.save("drill", "b", "lee")
    versions.archive("drill")
    assert states(versions) == [(2, "archived"), (1, "archived")]
    again = versions.save("drill", "c", "lee")
    assert (again.n, again.state) == (3, "draft")


def test_what_is_published_has_a_sign_that_changes_with_it(versions: ScenarioVersions) -> None:
    signs = [versions.published_ids()]
    for text in ("a", "b"):
        versions.save("drill", text, "lee")
        assert versions.published_ids() == signs[-1]
        versions.publish("drill", text)
        signs.append(versions.published_ids())
    versions.archive("drill")
    signs.append(versions.published_ids())
    assert len(set(signs[:3])) == 3
    assert signs[3] == frozenset()


def test_a_report_belongs_to_the_text_it_was_made_of(versions: ScenarioVersions) -> None:
    versions.save("drill", "a", "lee")
    assert versions.keep_report("drill", "a", {"passed": True}).report == {"passed": True}
    assert versions.save("drill", "a", "lee").report == {"passed": True}
    assert versions.save("drill", "b", "lee").report is None


def test_a_reason_for_publishing_is_kept(versions: ScenarioVersions) -> None:
    versions.save("drill", "a", "lee")
    versions.keep_report("drill", "a", {"passed": False})
    versions.publish("drill", "a", reason="For the training on Monday.")
    (row,) = versions.history("drill")
    assert (row.reason, row.report) == ("For the training on Monday.", {"passed": False})


def test_what_cannot_be_done_is_a_fault_and_changes_nothing(versions: ScenarioVersions) -> None:
    assert code_of(lambda: versions.publish("drill", "a")) == "scenario-no-draft"
    assert code_of(lambda: versions.keep_report("drill", "a", {})) == "scenario-no-draft"
    assert code_of(lambda: versions.archive("drill")) == "scenario-not-there"
    assert code_of(lambda: versions.save("drill", "a", "nobody")) == "person-not-there"
    assert versions.history("drill") == ()


def test_of_two_who_change_the_same_text_the_second_is_told(versions: ScenarioVersions) -> None:
    opened: VersionRow = versions.save("drill", "a", "lee")
    versions.save("drill", "b", "lee", before=opened.toml)
    late = [
        lambda: versions.save("drill", "c", "mia", before=opened.toml),
        lambda: versions.publish("drill", opened.toml),
        lambda: versions.keep_report("drill", opened.toml, {}),
    ]
    assert [code_of(act) for act in late] == ["scenario-changed-meanwhile"] * 3
    assert versions.drafts()["drill"].toml == "b"
