"""What is searched by column. Everything else about a call is a document, stored as the frozen
dataclass it is (storage/documents.py)."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, MetaData, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.utc import UtcDateTime, now

Role = Literal["rep", "manager", "team_lead", "admin"]
CallState = Literal["live", "recorded", "scored", "failed"]
DocumentKind = Literal["transcript", "first_scorecard", "scorecard"]
VersionState = Literal["draft", "published", "archived"]

# Constraints with names can be changed by a later migration, on SQLite too.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Its own metadata, so that nobody else's SQLModel tables end up in our migrations."""

    metadata = MetaData(naming_convention=_NAMES)


class Person(Table, table=True):
    id: str = Field(primary_key=True)
    name: str
    is_sample: bool = False
    """True for the made-up people of the sample organisation."""
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Team(Table, table=True):
    id: str = Field(primary_key=True)
    name: str


class Membership(Table, table=True):
    """A person can have several roles in a team, and different ones in different teams."""

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    team_id: str = Field(primary_key=True, foreign_key="team.id", index=True)
    role: Role = Field(primary_key=True, sa_type=String)


class Call(Table, table=True):
    id: str = Field(primary_key=True)
    """Lower-case hex (storage/call_id.py)."""
    rep_id: str = Field(foreign_key="person.id", index=True)
    team_id: str = Field(foreign_key="team.id", index=True)
    scenario_id: str
    state: CallState = Field(default="live", sa_type=String, index=True)
    started_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    duration_s: float | None = None
    is_sample: bool = False
    has_recording: bool = False
    ended_reason: str | None = None
    """An agents.events.EndReason; None while live."""
    engines: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """Role to engine name."""
    response_gaps: list[float] = Field(default_factory=list, sa_type=JSON)
    """Seconds from the end of rep speech to the first sound of the buyer, one a turn."""
    failure: str | None = None
    """A fault's code; None unless the state is failed."""
    scenario_digest: str | None = None
    """What the call was held with (ScenarioText); None for a call that is older than these."""
    tried_version_id: int | None = None
    """The draft (ScenarioVersion) that a team lead tries with this call; None for practice."""


class ScenarioText(Table, table=True):
    """Scenario and personas that calls were held with, whole: a call keeps its own whatever
    becomes of the scenario. Never changed once written."""

    __tablename__ = "scenario_text"

    digest: str = Field(primary_key=True)
    """SHA-256 of the body, hex."""
    body: Any = Field(sa_type=JSON)


class ScenarioVersion(Table, table=True):
    """A scenario as it was written in the browser."""

    __tablename__ = "scenario_version"
    __table_args__ = (UniqueConstraint("scenario_id", "n"),)

    id: int | None = Field(default=None, primary_key=True)
    scenario_id: str
    n: int
    """Counted from 1 in each scenario."""
    state: VersionState = Field(default="draft", sa_type=String, index=True)
    toml: str
    created_by: str = Field(foreign_key="person.id")
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = None
    """Written by whoever published it although its lint did not pass."""
    report: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """The lint's report on this very text; None when it was not run."""
    sources: dict[str, str] | None = Field(default=None, sa_type=JSON)
    """Field name to the sentence that it was drafted from; None when nothing was."""


class Document(Table, table=True):
    """At most one of a kind per call."""

    call_id: str = Field(primary_key=True, foreign_key="call.id")
    kind: DocumentKind = Field(primary_key=True, sa_type=String)
    version: int
    """Of the document's shape (storage/documents.py)."""
    body: Any = Field(sa_type=JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    """When this version of it was written."""
