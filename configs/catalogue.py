"""What there is to rehearse."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from configs.fault import Fault
from configs.manner import Manner
from configs.overlay import Table
from configs.persona import Persona
from configs.rubric import Rubric
from configs.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to rehearse, each by its id."""

    scenarios: Mapping[str, Scenario]
    personas: Mapping[str, Persona]
    rubrics: Mapping[str, Rubric]
    manners: Mapping[str, Manner] = field(default_factory=dict)
    sources: Mapping[str, Table] = field(default_factory=dict)
    """Scenario id to its table as it was written: of a variant, only what is its own."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with files that were left out, in the order of reading."""

    @property
    def openly_rehearsed(self) -> tuple[Scenario, ...]:
        """Scenarios that are no variants, in the catalogue's order."""
        return tuple(one for one in self.scenarios.values() if one.variant_of is None)

    def variants_of(self, scenario_id: str) -> tuple[Scenario, ...]:
        return tuple(one for one in self.scenarios.values() if one.variant_of == scenario_id)
