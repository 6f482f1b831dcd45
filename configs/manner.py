"""How a kind of person speaks on the phone, for whatever a scenario has no words of its own for."""

from dataclasses import dataclass

from configs.scenario import Lines


@dataclass(frozen=True, slots=True)
class Manner:
    id: str
    title: str
    """As the editor shows it, a few words."""
    lines: Lines
    """May hold slots: {name}, {first_name}, {company}, {role}."""
