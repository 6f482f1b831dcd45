"""The one JSON document of `rehearse demo --json` and `rehearse score --json`.

Its shape is document.schema.json. Keys are only ever added.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from agents.turn_timing import TurnTiming
from scoring.card import Scorecard
from scoring.measure import Measure
from scoring.objection import Handling
from speech.words import Transcript


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """Where the sound of a scored call is."""

    path: Path
    """As the person gave it or can open it; the left or rep's file when there are two."""
    duration_s: float
    channels: int
    """Of the file; 2 is rep left, buyer right."""


def document(
    *,
    card: Scorecard,
    transcript: Transcript,
    response_gaps_s: Iterable[float],
    recording: RecordingFile,
    engines: Mapping[str, str],
    turn_timings: Iterable[TurnTiming] = (),
) -> dict[str, Any]:
    """JSON values, as document.schema.json says."""
    made = {
        "engines": dict(engines),
        "scenario": card.scenario_id,
        "transcript": [
            {"speaker": u.speaker, "start_s": u.start_s, "end_s": u.end_s, "text": u.text}
            for u in transcript.utterances
        ],
        "objections": [_objection(one) for one in card.objections],
        "measures": {one.name: _measure(one) for one in card.measures},
        "response_gaps_s": list(response_gaps_s),
        "turn_timings": [one.to_data() for one in turn_timings],
        "recording": {
            "path": str(recording.path),
            "duration_s": recording.duration_s,
            "channels": recording.channels,
        },
        "scorecard": asdict(card),
    }
    # asdict keeps tuples, which JSON does not have; NaN would be none of our figures.
    plain = json.loads(json.dumps(made, allow_nan=False))
    assert isinstance(plain, dict)
    return plain


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the document."""
    text = (files("web.commands") / "document.schema.json").read_text(encoding="utf-8")
    loaded = json.loads(text)
    assert isinstance(loaded, dict)
    return loaded


def _objection(one: Handling) -> dict[str, Any]:
    return {
        "id": one.id,
        "raised_at_s": one.raised_at_s,
        "gap_s": one.gap_s,
        "checks": [asdict(check) for check in one.checks],
    }


def _measure(one: Measure) -> dict[str, Any]:
    return {key: getattr(one, key) for key in ("value", "unit", "low", "high", "reason")}
