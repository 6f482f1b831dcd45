"""Writes a scenario's table as TOML that people like to read: keys in the order of the dataclass,
paragraphs as paragraphs, one wording a line."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, Array, Item, Table

from configs.scenario import Scenario

PARAGRAPHS: Final = ("briefing", "goal")
"""Written as texts of several lines."""


def scenario_toml(table: Mapping[str, Any]) -> str:
    """Reads back, with tomllib, to an equal table."""
    document = tomlkit.document()
    plain = {key: one for key, one in _in_order(table) if not _is_table(one)}
    for key, value in plain.items():
        document.add(key, _paragraph(value) if key in PARAGRAPHS else _item(value))
    for key, value in _in_order(table):
        if key not in plain:
            document.add(tomlkit.nl())
            document.add(key, _item(value))
    text = tomlkit.dumps(document)
    if tomllib.loads(text) != _plain(table):
        raise AssertionError("a scenario's table was not written as it is")
    return text


def _in_order(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    order = [one.metadata.get("toml", one.name) for one in fields(Scenario)]
    known = [key for key in ("variant_of", *order[: order.index("facts")]) if key in table]
    others = [key for key in (*order, *table) if key in table]
    for key in dict.fromkeys((*known, *others)):
        yield key, table[key]


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (_is_list(value) and bool(value) and _all_tables(value))


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _all_tables(values: Any) -> bool:
    return all(isinstance(one, dict) for one in values)


def _item(value: Any) -> Item:
    if isinstance(value, dict):
        return _table(value)
    if _is_table(value):
        tables: AoT = tomlkit.aot()
        for one in value:
            tables.append(_table(one))
        return tables
    if _is_list(value):
        return _array(value)
    item: Item = tomlkit.item(value)
    return item


def _table(value: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for key, one in value.items():
        table.add(key, _item(one))
    return table


def _array(values: Any) -> Array:
    """Short ones on one line, as words to listen for; wordings one a line."""
    array = tomlkit.array()
    for one in values:
        array.append(_plain(one))
    if any(isinstance(one, str) and " " in one.strip(" ") and len(one) > 30 for one in values):
        array.multiline(True)
    return array


def _paragraph(value: Any) -> Item:
    if not isinstance(value, str) or "\n" not in value or "\r" in value:
        return tomlkit.item(value)
    # The newline after the opening quotes is not part of the text.
    return tomlkit.string(value, multiline=True) if value[0] == "\n" else _below_quotes(value)


def _below_quotes(value: str) -> Item:
    written: Any = tomlkit.parse('x = """\n' + _escaped(value) + '"""\n')["x"]
    assert isinstance(written, Item)
    return written


def _escaped(value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace('"""', '""\\"')
    if quoted.endswith('"'):
        quoted = quoted[:-1] + '\\"'
    return "".join(one if one in "\n\t" or one.isprintable() else _code(one) for one in quoted)


def _code(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if _is_list(value) else value
