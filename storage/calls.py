"""Calls: what is known of each by column, its transcript and its scorecards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from configs.fault import Fault
from scoring.card import Scorecard
from speech.words import Transcript
from storage import documents
from storage import held_with as held_with_text
from storage.call_id import checked_call_id, new_call_id
from storage.database import Database
from storage.held_with import HeldWith
from storage.people import require_person, require_team
from storage.tables import Call, CallState, DocumentKind, ScenarioText
from storage.utc import now

_IS_PRACTICE = col(Call.tried_version_id).is_(None)
"""Not a lead's try of a draft, which is nobody's practice and nobody's to hear."""


@dataclass(frozen=True, slots=True)
class CallRow:
    id: str
    rep_id: str
    team_id: str
    """The team the call was made in; the rep may be in another one by now."""
    scenario_id: str
    state: CallState
    started_at: datetime
    ended_at: datetime | None
    duration_s: float | None
    is_sample: bool
    has_recording: bool
    ended_reason: str | None
    """An agents.events.EndReason; None while live."""
    engines: dict[str, str]
    """Role to engine name."""
    response_gaps: tuple[float, ...]
    """Seconds, one a turn of the buyer's."""
    failure: str | None
    """A fault's code; None unless the state is failed."""
    tried_version_id: int | None = None
    """The draft of a scenario that this call tries; None for practice."""


class Calls:
    def __init__(self, database: Database) -> None:
        self._database = database

    def start(
        self,
        rep_id: str,
        team_id: str,
        scenario_id: str,
        call_id: str | None = None,
        *,
        started_at: datetime | None = None,
        is_sample: bool = False,
        held_with: HeldWith | None = None,
        tried_version_id: int | None = None,
    ) -> CallRow:
        """A call that is live from now on; with no id it gets a new one. Raises Fault:
        call-id-not-valid, call-id-taken, person-not-there, team-not-there, disk-full."""
        call = Call(
            id=checked_call_id(call_id or new_call_id()),
            rep_id=rep_id,
            team_id=team_id,
            scenario_id=scenario_id,
            started_at=started_at or now(),
            is_sample=is_sample,
            tried_version_id=tried_version_id,
        )
        try:
            with self._database.writing() as session:
                require_person(session, rep_id)
                require_team(session, team_id)
                if held_with is not None:
                    call.scenario_digest = held_with_text.put(session, held_with)
                session.add(call)
                session.flush()
                return _row(call)
        except IntegrityError as error:
            said = "expected an id of its own for the call, and it is taken by another call."
            raise Fault("call-id-taken", said, "Start the call again.") from error

    def finish(
        self,
        call_id: str,
        *,
        ended_reason: str,
        duration_s: float | None,
        has_recording: bool,
        engines: Mapping[str, str],
        response_gaps: Sequence[float] = (),
        ended_at: datetime | None = None,
    ) -> CallRow:
        """The call has ended and is kept. A live call is then recorded; any other keeps its
        state, so that finishing twice does no harm. Raises Fault call-not-there."""
        with self._database.writing() as session:
            call = _require(session, call_id)
            if call.state == "live":
                call.state = "recorded"
            call.ended_at = ended_at or call.ended_at or now()
            call.ended_reason = ended_reason
            call.duration_s = duration_s
            call.has_recording = has_recording
            call.engines = dict(engines)
            call.response_gaps = list(response_gaps)
            return _saved(session, call)

    def set_state(self, call_id: str, state: CallState, failure: str | None = None) -> CallRow:
        """`failure` is a fault's code: it comes with failed, and with no other state. Raises
        Fault: call-not-there, call-ended (when an ended call is to be live again)."""
        if (state == "failed") != (failure is not None):
            raise ValueError("expected a failure with the state failed, and only with it")
        with self._database.writing() as session:
            call = _require(session, call_id)
            if state == "live" and call.state != "live":
                said = "expected a call that is live, and this one has ended."
                raise Fault("call-ended", said, "Start another call.")
            call.state, call.failure = state, failure
            return _saved(session, call)

    def get(self, call_id: str) -> CallRow | None:
        """None when there is none, and for what cannot be an id."""
        with self._database.reading() as session:
            call = session.get(Call, call_id)
            return None if call is None else _row(call)

    def held_with(self, call_id: str) -> HeldWith | None:
        """None for a call that keeps none. Raises Fault scenario-text-not-readable."""
        with self._database.reading() as session:
            call = session.get(Call, call_id)
            digest = None if call is None else call.scenario_digest
            return None if digest is None else held_with_text.get(session, digest)

    def titles(self, call_ids: Iterable[str]) -> dict[str, str]:
        """Call id to the title of the scenario it was held with, for the calls that keep one."""
        title = col(ScenarioText.body)["scenario"]["title"].as_string()
        wanted = (
            select(Call.id, title)
            .join(ScenarioText, col(ScenarioText.digest) == col(Call.scenario_digest))
            .where(col(Call.id).in_(tuple(call_ids)))
        )
        with self._database.reading() as session:
            return {found[0]: found[1] for found in session.exec(wanted)}

    def list_for_rep(self, rep_id: str) -> tuple[CallRow, ...]:
        """Practice, newest first."""
        return self._newest_first(col(Call.rep_id) == rep_id, _IS_PRACTICE)

    def list_for_teams(self, team_ids: Iterable[str]) -> tuple[CallRow, ...]:
        """Practice in any of the teams, newest first."""
        return self._newest_first(col(Call.team_id).in_(tuple(team_ids)), _IS_PRACTICE)

    def tries_of(self, rep_id: str, scenario_id: str) -> tuple[CallRow, ...]:
        """This person's calls on drafts of the scenario, newest first."""
        own = (col(Call.rep_id) == rep_id, col(Call.scenario_id) == scenario_id)
        return self._newest_first(*own, ~_IS_PRACTICE)

    def unfinished(self) -> tuple[CallRow, ...]:
        """Live or recorded but not scored, oldest first: after a start, what a killed process
        left behind."""
        with self._database.reading() as session:
            open_ = col(Call.state).in_(("live", "recorded"))
            ordered = select(Call).where(open_).order_by(col(Call.started_at), col(Call.id))
            return tuple(_row(call) for call in session.exec(ordered))

    def save_transcript(self, call_id: str, transcript: Transcript) -> None:
        """In the place of the one before. Raises Fault call-not-there."""
        self._save(call_id, "transcript", transcript)

    def save_scorecard(self, call_id: str, scorecard: Scorecard) -> None:
        """In the place of the one before; a provisional one never replaces a final one. Raises
        Fault call-not-there."""
        kind: DocumentKind = "first_scorecard" if scorecard.provisional else "scorecard"
        self._save(call_id, kind, scorecard)

    def transcript(self, call_id: str) -> Transcript | None:
        """Raises Fault: document-not-readable, document-newer-than-program."""
        with self._database.reading() as session:
            found: Transcript | None = documents.get(session, call_id, "transcript")
            return found

    def scorecard(self, call_id: str) -> Scorecard | None:
        """The final one, or the provisional one until it is there, or None. Raises Fault:
        document-not-readable, document-newer-than-program."""
        return self.scorecards((call_id,)).get(call_id)

    def scorecards(self, call_ids: Iterable[str]) -> dict[str, Scorecard]:
        """Call id to scorecard, as scorecard() gives it, for the calls that have one."""
        wanted = tuple(call_ids)
        with self._database.reading() as session:
            first = documents.of_calls(session, wanted, "first_scorecard")
            return first | documents.of_calls(session, wanted, "scorecard")

    def _save(self, call_id: str, kind: DocumentKind, value: Any) -> None:
        with self._database.writing() as session:
            _require(session, call_id)
            documents.put(session, call_id, kind, value)

    def _newest_first(self, *conditions: ColumnElement[bool]) -> tuple[CallRow, ...]:
        order = (col(Call.started_at).desc(), col(Call.id))
        with self._database.reading() as session:
            found = session.exec(select(Call).where(*conditions).order_by(*order))
            return tuple(_row(call) for call in found)


def _require(session: Session, call_id: str) -> Call:
    call = session.get(Call, call_id)
    if call is None:
        said = "expected the id of a call, and there is none with this one."
        raise Fault("call-not-there", said, "Open the call from the list of calls.")
    return call


def _saved(session: Session, call: Call) -> CallRow:
    session.add(call)
    session.flush()
    return _row(call)


def _row(call: Call) -> CallRow:
    return CallRow(
        id=call.id,
        rep_id=call.rep_id,
        team_id=call.team_id,
        scenario_id=call.scenario_id,
        state=call.state,
        started_at=call.started_at,
        ended_at=call.ended_at,
        duration_s=call.duration_s,
        is_sample=call.is_sample,
        has_recording=call.has_recording,
        ended_reason=call.ended_reason,
        engines=dict(call.engines),
        response_gaps=tuple(call.response_gaps),
        failure=call.failure,
        tried_version_id=call.tried_version_id,
    )
