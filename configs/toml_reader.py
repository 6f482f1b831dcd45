"""Reads a TOML table into a frozen dataclass, strictly.

Every fault says the file, the place in it, what was expected and what came. Codes start with
what is being read ("scenario", "persona", ...): -not-toml, -key-unknown, -key-missing,
-value-not-valid.
"""

import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from functools import partial
from importlib.resources.abc import Traversable
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from configs.fault import PlacedFault
from configs.nearest import did_you_mean

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file a value stands."""

    noun: str
    """What is being read, such as "scenario"; codes start with it."""
    file: str
    """The file's name, without its folder."""
    keys: str = ""
    """Such as "objections #2 > by_turn"; entries of a list are counted from 1."""

    def at(self, key: str) -> "Place":
        return replace(self, keys=f"{self.keys} > {key}" if self.keys else key)

    def nth(self, index: int) -> "Place":
        return replace(self, keys=f"{self.keys} #{index + 1}")

    def fault(self, code: str, said: str, remedy: str, *, key: str = "") -> PlacedFault:
        """`key`: the one it is about, when `said` names it."""
        where = f"{self.file}, {self.keys}" if self.keys else self.file
        keys = self.at(key).keys if key else self.keys
        return PlacedFault(f"{self.noun}-{code}", where, said, remedy, keys=keys)

    def refuse(self, wanted: str, came: object) -> NoReturn:
        """Raises Fault "...-value-not-valid"."""
        raise self.fault("value-not-valid", f"expected {wanted}, not {came!r:.80}.", "Change it.")


def read_table(file: Traversable, noun: str) -> dict[str, object]:
    """The TOML file as a dict. Raises Fault "<noun>-not-toml" with the line, "<noun>-not-read"."""
    place = Place(noun, file.name)
    try:
        return parse_table(file.read_bytes().decode(), place)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        said = f"expected UTF-8 text; line {line} holds something else."
        raise place.fault("not-toml", said, "Save the file as UTF-8.") from None
    except OSError as error:
        said = f"expected a file that can be read; {error.strerror}."
        raise place.fault("not-read", said, "Check its name and rights.") from None


def parse_table(text: str, place: Place) -> dict[str, object]:
    """TOML text as a dict. Raises Fault "<noun>-not-toml" with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise place.fault("not-toml", f"expected TOML; {error}.", "Mend that line.") from None


def read_dataclass(kind: type[T], table: object, place: Place) -> T:
    """The table as `kind`: no unknown key, no missing one, no empty text, exact types."""
    if not isinstance(table, dict):
        place.refuse("a table", table)
    known = {one.metadata.get("toml", one.name): one for one in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            said = f'"{key}" is not a key that a {place.noun} file has here.'
            raise place.fault("key-unknown", said, did_you_mean(key, known), key=key)
    return kind(**dict(_values(kind, known, table, place)))


def all_faults(kind: Any, value: object, place: Place) -> Iterator[PlacedFault]:
    """Everything that read_dataclass would stumble over, one after the other."""
    kind = _within_optional(kind)
    if is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
        yield from _faults_of_table(kind, value, place)
    elif get_origin(kind) is tuple and isinstance(value, list):
        for n, entry in enumerate(value):
            yield from all_faults(get_args(kind)[0], entry, place.nth(n))
    else:
        yield from _caught(lambda: _read(kind, value, place))


def _faults_of_table(
    kind: type[object], table: Mapping[str, object], place: Place
) -> Iterator[PlacedFault]:
    hints = get_type_hints(kind)
    known = {one.metadata.get("toml", one.name): one for one in fields(kind)}  # type: ignore[arg-type]
    given = {key: value for key, value in table.items() if key in known}
    for key in [one for one in table if one not in known]:
        yield from _caught(partial(read_dataclass, kind, {key: table[key]}, place))
    for key, one in known.items():
        if key in given:
            yield from all_faults(hints[one.name], given[key], place.at(key))
        else:
            yield from _caught(partial(_required, one, hints[one.name], key, place))


def _caught(read: Callable[[], object]) -> Iterator[PlacedFault]:
    try:
        read()
    except PlacedFault as fault:
        yield fault


def _values(
    kind: type[object], known: Mapping[str, "Field[Any]"], table: Mapping[str, object], place: Place
) -> Iterator[tuple[str, object]]:
    hints = get_type_hints(kind)
    for key, one in known.items():
        if key in table:
            yield one.name, _read(hints[one.name], table[key], place.at(key))
        else:
            _required(one, hints[one.name], key, place)


def _required(one: "Field[Any]", kind: Any, key: str, place: Place) -> None:
    """Raises Fault "...-key-missing" unless there is a default."""
    if one.default is MISSING and one.default_factory is MISSING:
        said = f'expected the key "{key}", and it is not there.'
        raise place.fault("key-missing", said, f"Add it: {_wanted(kind)}.", key=key)


def _read(kind: Any, value: object, place: Place) -> object:
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return read_dataclass(kind, value, place)
    if origin is tuple:
        return _read_list(get_args(kind)[0], value, place)
    if origin in (Union, UnionType):
        return _read(_within_optional(kind), value, place)
    if origin is Literal:
        return _read_choice(get_args(kind), value, place)
    return _read_plain(kind, value, place)


def _within_optional(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return next(one for one in get_args(kind) if one is not NoneType)
    return kind


def _read_list(kind: Any, value: object, place: Place) -> tuple[object, ...]:
    if not isinstance(value, list):
        place.refuse("a list", value)
    return tuple(_read(kind, entry, place.nth(n)) for n, entry in enumerate(value))


def _read_choice(choices: tuple[object, ...], value: object, place: Place) -> object:
    if value not in choices:
        said = f"expected one of {_listed(choices)}, not {value!r:.80}."
        remedy = did_you_mean(str(value), [str(choice) for choice in choices])
        raise place.fault("value-not-valid", said, remedy)
    return value


def _read_plain(kind: Any, value: object, place: Place) -> object:
    if kind is float and type(value) is int:
        value = float(value)
    # type() and not isinstance: True is an int to Python, and not to the person who wrote it.
    if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):
        place.refuse(_wanted(kind), value)
    if isinstance(value, str):
        return value.strip() or place.refuse(_wanted(kind), value)
    return value


def _wanted(kind: Any) -> str:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _wanted(_within_optional(kind))
    if origin is Literal:
        return f"one of {_listed(get_args(kind))}"
    if origin is tuple:
        return "a list"
    names = {str: "a text that is not empty", int: "a whole number", float: "a number"}
    return names.get(kind, "true or false" if kind is bool else "a table")


def _listed(choices: tuple[object, ...]) -> str:
    return ", ".join(f'"{choice}"' for choice in choices)
