"""What stands in the form, as text by field name, to and from a scenario's table.

Names: "title", "facts.0.text" (entries counted from 0), "lines.opening", "gatekeeper.opening".
"facts.0.text~" holds the sentence that a drafted field came from.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from web.editor.form import FORM, REPEATED, Field, Group

Values = dict[str, str]
SOURCE: Final = "~"
"""At the end of the name of a field's source."""
UNSOURCED: Final = "-"
"""The source of a drafted field that the model made up."""
DRAFT_NOTES: Final = ""
"""Among the sources: what was left out of a draft, one a line."""
_ENTRY: Final = re.compile(r"([a-z_]+)\.(\d+)\.([a-z_]+)")
_NAMED_BY: Final = {"facts": "text", "objections": "concern", "concessions": "text"}
"""What the short name of an entry is made from when it has none."""


def values_of(table: Mapping[str, Any]) -> Values:
    """The table as the form shows it. What the form has no field for is not in it."""
    values: Values = {}
    for group in FORM:
        for prefix, part in _parts(group, table):
            for field in group.fields:
                if field.key in part:
                    values[prefix + field.key] = _text(field, part[field.key])
    if isinstance(table.get("variant_of"), str):
        values["variant_of"] = table["variant_of"]
    return values


def _parts(group: Group, table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The prefix of the names, and the table that the fields are keys of."""
    if not group.key:
        yield "", table
        return
    found = table.get(group.key)
    entries = found if group.repeats and isinstance(found, list | tuple) else [found]
    for n, entry in enumerate(entries):
        if isinstance(entry, Mapping):
            yield (f"{group.key}.{n}." if group.repeats else f"{group.key}."), entry


def _text(field: Field, value: Any) -> str:
    if isinstance(value, list | tuple):
        return (", " if field.control == "words" else "\n").join(str(one) for one in value)
    if isinstance(value, Mapping):
        return "\n".join(f"{key} = {one}" for key, one in value.items())
    return str(value)


def table_of(values: Mapping[str, str]) -> dict[str, Any]:
    """A scenario's table; what was left empty is not in it. A number that is none stays the text
    that was typed, so that its fault can say what came."""
    table: dict[str, Any] = {}
    if values.get("variant_of"):
        table["variant_of"] = values["variant_of"]
    for group in FORM:
        if group.repeats:
            entries = [
                _with_id(group.key, _part(group, values, f"{group.key}.{n}."))
                for n in entries_of(values, group.key)
            ]
            table |= {group.key: entries} if entries else {}
        elif group.key:
            part = _part(group, values, f"{group.key}.")
            table |= {group.key: part} if part else {}
        else:
            table |= _part(group, values, "")
    return table


def _part(group: Group, values: Mapping[str, str], prefix: str) -> dict[str, Any]:
    written = ((field, values.get(prefix + field.key, "").strip()) for field in group.fields)
    return {field.key: _value(field, text) for field, text in written if text}


def _value(field: Field, text: str) -> Any:
    text = text.replace("\r\n", "\n")
    match field.control:
        case "wordings":
            return [line.strip() for line in text.split("\n") if line.strip()]
        case "words":
            return [word.strip() for word in re.split(r"[,\n]", text) if word.strip()]
        case "whole" | "decimal":
            return _number(text)
        case "slots":
            pairs = (line.partition("=") for line in text.split("\n") if line.strip())
            return {name.strip(): value.strip() for name, _, value in pairs}
    return text


def _number(text: str) -> int | float | str:
    if re.fullmatch(r"[+-]?\d{1,9}", text):
        return int(text)
    return float(text) if re.fullmatch(r"[+-]?\d{1,9}\.\d{1,9}", text) else text


def _with_id(group: str, entry: dict[str, Any]) -> dict[str, Any]:
    named_by = entry.get(_NAMED_BY[group])
    if "id" in entry or not isinstance(named_by, str) or not slug(named_by):
        return entry
    return {"id": slug(named_by), **entry}


def slug(text: str, n_words: int = 5) -> str:
    """Lower-case words of a text, joined by hyphens; "" when there are none."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))[:n_words])


def entries_of(values: Mapping[str, str], group: str) -> list[int]:
    """The numbers of the group's entries, in order."""
    found = (_ENTRY.fullmatch(name.removesuffix(SOURCE)) for name in values)
    return sorted({int(one[2]) for one in found if one and one[1] == group})


def compacted(values: Mapping[str, str]) -> Values:
    """Entries without a word left out, the others counted from 0 again: the numbers in the names
    are then those of the table."""
    kept = {name: text for name, text in values.items() if _ENTRY.match(name) is None}
    for group in REPEATED:
        n_kept = 0
        for n in entries_of(values, group):
            prefix = f"{group}.{n}."
            entry = {
                name[len(prefix) :]: values[name] for name in values if name.startswith(prefix)
            }
            if any(text.strip() for key, text in entry.items() if not key.endswith(SOURCE)):
                kept |= {f"{group}.{n_kept}.{key}": text for key, text in entry.items()}
                n_kept += 1
    return kept


def with_entry(values: Mapping[str, str], group: str) -> Values:
    """One empty entry more."""
    return {**values, f"{group}.{len(entries_of(values, group))}.id": ""}


def without_entry(values: Mapping[str, str], group: str, n: int) -> Values:
    prefix = f"{group}.{n}."
    return compacted({name: text for name, text in values.items() if not name.startswith(prefix)})


def name_of(keys: str) -> str:
    """The field's name for a place as faults give it: "facts #2 > lines #3" is "facts.1.lines"."""
    parts = keys.split(" > ")
    name, _, n = parts[0].partition(" #")
    name = f"{name}.{int(n) - 1}" if name in REPEATED and n else name
    return ".".join((name, *(one.partition(" #")[0] for one in parts[1:2])))


def sources_of(values: Mapping[str, str]) -> Values:
    """What drafted fields came from, by field name."""
    return {
        name.removesuffix(SOURCE): text
        for name, text in values.items()
        if name.endswith(SOURCE) and text
    }
