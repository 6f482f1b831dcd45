"""Scenarios that are written in the browser: their drafts, and what was published of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from configs.fault import Fault
from storage.database import Database
from storage.people import require_person
from storage.tables import ScenarioVersion, VersionState
from storage.utc import now


@dataclass(frozen=True, slots=True)
class VersionRow:
    id: int
    scenario_id: str
    n: int
    """Counted from 1 in each scenario."""
    state: VersionState
    toml: str
    created_by: str
    """The id of a person."""
    created_at: datetime
    published_at: datetime | None
    reason: str | None
    """Why it was published although its lint did not pass."""
    report: Mapping[str, Any] | None
    """The lint's, on this very text."""
    sources: Mapping[str, str] | None = None
    """Field name to the sentence that it was drafted from."""


class ScenarioVersions:
    """One draft at most and one published version at most per scenario, and all before them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, scenario_id: str) -> tuple[VersionRow, ...]:
        """Newest first; empty for a scenario that was never written here."""
        with self._database.reading() as session:
            found = session.exec(
                select(ScenarioVersion)
                .where(col(ScenarioVersion.scenario_id) == scenario_id)
                .order_by(col(ScenarioVersion.n).desc())
            )
            return tuple(_row(one) for one in found)

    def histories(self) -> dict[str, tuple[VersionRow, ...]]:
        """Scenario id to all of its versions, newest first; by id."""
        found: dict[str, list[VersionRow]] = {}
        with self._database.reading() as session:
            order = (col(ScenarioVersion.scenario_id), col(ScenarioVersion.n).desc())
            for one in session.exec(select(ScenarioVersion).order_by(*order)):
                found.setdefault(one.scenario_id, []).append(_row(one))
        return {scenario_id: tuple(rows) for scenario_id, rows in found.items()}

    def newest(self) -> dict[str, VersionRow]:
        """Scenario id to its newest version, whatever its state; by id."""
        with self._database.reading() as session:
            by_n = (col(ScenarioVersion.scenario_id), col(ScenarioVersion.n))
            found = session.exec(select(ScenarioVersion).order_by(*by_n))
            return {one.scenario_id: _row(one) for one in found}

    def drafts(self) -> dict[str, VersionRow]:
        """Scenario id to its draft, by id."""
        return {row.scenario_id: row for row in self._in_state("draft")}

    def published(self) -> dict[str, VersionRow]:
        """Scenario id to what reps practise, by id."""
        return {row.scenario_id: row for row in self._in_state("published")}

    def published_ids(self) -> frozenset[int]:
        """Of versions, cheaply: while these are the same, so is all that is published."""
        ids = select(ScenarioVersion.id).where(col(ScenarioVersion.state) == "published")
        with self._database.reading() as session:
            return frozenset(one for one in session.exec(ids) if one is not None)

    def save(
        self,
        scenario_id: str,
        toml: str,
        person_id: str,
        *,
        before: str | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> VersionRow:
        """Into the draft, or as a new draft when there is none. `before`: the text that was
        changed, to notice when somebody else has saved meanwhile. Raises Fault:
        scenario-changed-meanwhile, person-not-there."""
        with self._database.writing() as session:
            require_person(session, person_id)
            newest = _newest(session, scenario_id)
            if newest is not None and before is not None and newest.toml != before:
                raise changed_meanwhile()
            if newest is None or newest.state != "draft":
                n = 1 if newest is None else newest.n + 1
                newest = ScenarioVersion(
                    scenario_id=scenario_id, n=n, toml=toml, created_by=person_id
                )
            elif newest.toml != toml:
                newest.toml, newest.report = toml, None
            newest.sources = dict(sources) if sources else None
            return _saved(session, newest)

    def keep_report(self, scenario_id: str, toml: str, report: Mapping[str, Any]) -> VersionRow:
        """With the draft of this very text. Raises Fault: scenario-no-draft,
        scenario-changed-meanwhile."""
        with self._database.writing() as session:
            draft = _draft(session, scenario_id, toml)
            draft.report = dict(report)
            return _saved(session, draft)

    def publish(self, scenario_id: str, toml: str, *, reason: str | None = None) -> VersionRow:
        """The draft, if it still is this very text: what was published before is archived.
        Raises Fault: scenario-no-draft, scenario-changed-meanwhile."""
        with self._database.writing() as session:
            draft = _draft(session, scenario_id, toml)
            for one in _all(session, scenario_id, "published"):
                one.state = "archived"
                session.add(one)
            draft.state, draft.published_at, draft.reason = "published", now(), reason
            return _saved(session, draft)

    def archive(self, scenario_id: str) -> None:
        """Nobody practises it any more and no draft is left; every text is kept. Raises Fault
        scenario-not-there."""
        with self._database.writing() as session:
            if _newest(session, scenario_id) is None:
                said = "expected a scenario that was written here, and there is none of this id."
                raise Fault("scenario-not-there", said, "Open it from the library.")
            for state in ("draft", "published"):
                for one in _all(session, scenario_id, state):
                    one.state = "archived"
                    session.add(one)

    def _in_state(self, state: VersionState) -> tuple[VersionRow, ...]:
        with self._database.reading() as session:
            return tuple(_row(one) for one in _all(session, None, state))


def _all(session: Session, scenario_id: str | None, state: str) -> list[ScenarioVersion]:
    wanted = select(ScenarioVersion).where(col(ScenarioVersion.state) == state)
    if scenario_id is not None:
        wanted = wanted.where(col(ScenarioVersion.scenario_id) == scenario_id)
    return list(session.exec(wanted.order_by(col(ScenarioVersion.scenario_id))))


def _newest(session: Session, scenario_id: str) -> ScenarioVersion | None:
    return session.exec(
        select(ScenarioVersion)
        .where(col(ScenarioVersion.scenario_id) == scenario_id)
        .order_by(col(ScenarioVersion.n).desc())
    ).first()


def _draft(session: Session, scenario_id: str, toml: str) -> ScenarioVersion:
    newest = _newest(session, scenario_id)
    if newest is None or newest.state != "draft":
        said = "expected a draft of this scenario, and there is none."
        raise Fault("scenario-no-draft", said, "Change something in it and save.")
    if newest.toml != toml:
        raise changed_meanwhile()
    return newest


def changed_meanwhile() -> Fault:
    said = "somebody else has saved this scenario since this page was opened."
    remedy = "Export yours, open the page again, and put in what you had changed."
    return Fault("scenario-changed-meanwhile", said, remedy)


def _saved(session: Session, version: ScenarioVersion) -> VersionRow:
    session.add(version)
    session.flush()
    return _row(version)


def _row(version: ScenarioVersion) -> VersionRow:
    assert version.id is not None
    return VersionRow(
        id=version.id,
        scenario_id=version.scenario_id,
        n=version.n,
        state=version.state,
        toml=version.toml,
        created_by=version.created_by,
        created_at=version.created_at,
        published_at=version.published_at,
        reason=version.reason,
        report=version.report,
        sources=version.sources,
    )
