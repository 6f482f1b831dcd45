"""From the tables that people write to the one table a scenario is read from: a variant laid over
its base, wordings of the persona's manner where a scenario has none, and slots filled in."""

import re
from collections.abc import Mapping
from typing import Any

from configs.nearest import did_you_mean
from configs.persona import Persona
from configs.toml_reader import Place

_SLOT = re.compile(r"\{([^{}]*)\}")
Table = Mapping[str, Any]


def over_base(table: Table, base: Table) -> dict[str, Any]:
    """A variant's table: its keys replace the base's one by one; of [lines] and [slots], each
    list and each value."""
    merged = {**base, **table}
    for key in ("lines", "slots"):
        merged[key] = {**_table(base, key), **_table(table, key)}
    return merged


def with_manner(table: Table, manner_lines: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The table with the manner's wordings under its own. `manner_lines`: by TOML key."""
    own = table.get("lines", {})
    if not isinstance(own, dict):  # the reader says what is wrong with it
        return dict(table)
    return {**table, "lines": {**{k: list(v) for k, v in manner_lines.items()}, **own}}


def filled(table: Table, persona: Persona, place: Place) -> dict[str, Any]:
    """The table without [slots], every {slot} in its texts replaced. Known besides the scenario's
    own: name, first_name, company, role. Raises Fault: scenario-slot-unknown,
    scenario-value-not-valid."""
    slots = {
        "name": persona.name,
        "first_name": persona.name.split()[0],
        "company": persona.company,
        "role": persona.role,
    }
    own = table.get("slots", {})
    if not isinstance(own, dict):
        place.at("slots").refuse("a table", own)
    for key, value in own.items():
        if not isinstance(value, str):
            place.at("slots").at(key).refuse("a text", value)
        slots[key] = value
    return {
        key: _filled(value, slots, place.at(key)) for key, value in table.items() if key != "slots"
    }


def _filled(value: Any, slots: Mapping[str, str], place: Place) -> Any:
    if isinstance(value, str):
        return _SLOT.sub(lambda found: _slot(found.group(1), slots, place), value)
    if isinstance(value, list):
        return [_filled(one, slots, place.nth(n)) for n, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _filled(one, slots, place.at(key)) for key, one in value.items()}
    return value


def _slot(name: str, slots: Mapping[str, str], place: Place) -> str:
    if name not in slots:
        said = f'expected the name of a slot, and there is none called "{name}".'
        raise place.fault("slot-unknown", said, did_you_mean(name, slots))
    return slots[name]


def _table(table: Table, key: str) -> dict[str, Any]:
    value = table.get(key, {})
    return value if isinstance(value, dict) else {}
