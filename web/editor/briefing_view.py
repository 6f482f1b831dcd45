"""The briefing of a scenario that may not be whole yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from web.wording import KINDS


@dataclass(frozen=True, slots=True)
class BriefingView:
    title: str
    kind: str
    skill: str
    minutes: str
    text: str
    goal: str
    good: tuple[str, ...]
    product_facts: tuple[str, ...]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """With something in the place of what is not written yet."""
        return cls(
            title=_text(table, "title", "No title yet"),
            kind=dict[Any, str](KINDS).get(table.get("kind"), "Kind"),
            skill=_text(table, "skill", "skill"),
            minutes=_text(table, "minutes", "…"),
            text=_text(table, "briefing", "No briefing yet."),
            goal=_text(table, "goal", "No goal yet."),
            good=_entries(table, "good"),
            product_facts=_entries(table, "product_facts"),
        )


def _text(table: Mapping[str, Any], key: str, instead: str) -> str:
    return str(table.get(key) or instead)


def _entries(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = table.get(key)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()
