"""Domain values stored whole: the frozen dataclass is the document, with no table of its own."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from configs.fault import Fault
from scoring.card import Scorecard
from speech.words import Transcript
from storage.tables import Document, DocumentKind
from storage.utc import now

_SCORECARD = TypeAdapter(Scorecard)
_SHAPES: dict[DocumentKind, tuple[TypeAdapter[Any], int]] = {
    "transcript": (TypeAdapter(Transcript), 1),
    "first_scorecard": (_SCORECARD, 1),
    "scorecard": (_SCORECARD, 1),
}
"""Kind to its dataclass and the version of the shape. A field with a default needs no new
version; any other change does, and code here that still reads the older ones."""


def put(session: Session, call_id: str, kind: DocumentKind, value: Any) -> None:
    """Writes the call's document of that kind, in the place of the one before."""
    shape, version = _SHAPES[kind]
    body = shape.dump_python(value, mode="json")
    session.merge(
        Document(call_id=call_id, kind=kind, version=version, body=body, created_at=now())
    )


def get(session: Session, call_id: str, kind: DocumentKind) -> Any:
    """The document as its dataclass, None when there is none. Raises Fault:
    document-newer-than-program, document-not-readable."""
    row = session.get(Document, (call_id, kind))
    return None if row is None else _read(row)


def of_calls(session: Session, call_ids: Iterable[str], kind: DocumentKind) -> dict[str, Any]:
    """Call id to document, for the calls that have one. Raises Fault, as get does."""
    wanted = select(Document).where(
        col(Document.call_id).in_(tuple(call_ids)), col(Document.kind) == kind
    )
    return {row.call_id: _read(row) for row in session.exec(wanted)}


def _read(row: Document) -> Any:
    shape, version = _SHAPES[row.kind]
    if row.version > version:
        said = f"A {row.kind} was written by a newer version of Rehearse than this one."
        raise Fault("document-newer-than-program", said, "Update Rehearse.")
    try:
        return shape.validate_python(row.body)
    except ValidationError as error:
        # Not chained: the error repeats what was said on the call.
        said = f"A stored {row.kind} has {error.error_count()} fields that cannot be read."
    raise Fault("document-not-readable", said, "Score the call again from its recording.")
