"""What a call was held with: kept whole, so that the call can be read and scored for ever."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from configs.fault import Fault
from configs.persona import Persona
from configs.scenario import Scenario
from storage.tables import ScenarioText


@dataclass(frozen=True, slots=True)
class HeldWith:
    scenario: Scenario
    persona: Persona
    gatekeeper: Persona | None
    """Who picked up before; None for nobody."""

    @classmethod
    def of(cls, scenario: Scenario, personas: Mapping[str, Persona]) -> Self:
        gatekeeper = scenario.gatekeeper
        return cls(
            scenario,
            personas[scenario.persona],
            None if gatekeeper is None else personas[gatekeeper.persona],
        )


_SHAPE: Final = TypeAdapter(HeldWith)


def put(session: Session, held_with: HeldWith) -> str:
    """Its digest; equal values are written once."""
    body = _SHAPE.dump_python(held_with, mode="json")
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    if session.get(ScenarioText, digest) is None:
        session.add(ScenarioText(digest=digest, body=body))
    return digest


def get(session: Session, digest: str) -> HeldWith | None:
    """None when there is none. Raises Fault scenario-text-not-readable."""
    row = session.get(ScenarioText, digest)
    if row is None:
        return None
    try:
        return _SHAPE.validate_python(row.body)
    except ValidationError as error:
        said = f"A stored scenario has {error.error_count()} fields that cannot be read."
    raise Fault("scenario-text-not-readable", said, "Update Rehearse.")
