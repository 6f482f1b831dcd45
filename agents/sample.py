"""The sample organisation: people, and calls that were really held, scored here by really running
the pipeline over their sound, so that every page has something true to show at the first start."""

from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import as_file, files

from agents.outcome import replay, to_event
from agents.reviewer import Reviewer
from configs.organisation import Organisation, SampleCall
from storage.call_id import named_call_id
from storage.calls import Calls
from storage.database import Database
from storage.recordings import Recordings
from storage.seed import seed_people
from storage.tables import Role
from storage.utc import now


def seed_organisation(database: Database, organisation: Organisation) -> None:
    """Its people, teams and roles; doing it again changes nothing."""
    memberships: list[tuple[str, str, Role]] = []
    for team in organisation.teams:
        memberships += [(rep, team.id, "rep") for rep in team.reps]
        memberships += [(team.manager, team.id, "manager"), (team.team_lead, team.id, "team_lead")]
    seed_people(
        database,
        [(one.id, one.name) for one in organisation.people],
        [(one.id, one.name) for one in organisation.teams],
        memberships,
    )


class SampleCalls:
    """Brings the shipped calls in, each once."""

    def __init__(self, calls: Calls, recordings: Recordings, reviewer: Reviewer) -> None:
        self._calls = calls
        self._recordings = recordings
        self._reviewer = reviewer

    def bring_in(self, organisation: Organisation) -> Iterator[str]:
        """Adopt recordings and logs and give each call its first scorecard; yields the calls'
        ids, each to be reviewed. A call that is there already is left alone. Raises Fault."""
        team_of = {rep: team.id for team in organisation.teams for rep in team.reps}
        for sample in organisation.sample_calls:
            if self._calls.get(named_call_id(sample.id)) is None:
                yield self._bring_in(sample, team_of[sample.rep])

    def _bring_in(self, sample: SampleCall, team_id: str) -> str:
        call_id = named_call_id(sample.id)
        folder = files("configs") / "samples" / sample.id
        with as_file(folder / "call.ogg") as sound, as_file(folder / "events.jsonl") as log:
            self._recordings.adopt(call_id, sound)
            self._recordings.events_path(call_id).write_bytes(log.read_bytes())
        self._calls.start(
            sample.rep,
            team_id,
            sample.scenario,
            call_id,
            started_at=now() - timedelta(days=sample.n_days_ago),
            is_sample=True,
        )
        lines = self._recordings.read_events(call_id)
        self._reviewer.finish(call_id, replay(to_event(line) for line in lines))
        return call_id
